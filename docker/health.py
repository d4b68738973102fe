"""Whether web, or the workers, are well: asks web's /readyz, which costs some milliseconds.

A worker notes a heartbeat in the database whenever beat's message reaches it through Redis. So a
fresh one shows all three at work, and nobody has to load Celery every few seconds to ask.
"""

import json
import os
import sys
from http.client import HTTPConnection, HTTPException


def main(part: str) -> str:
    """What is wrong with `part`, in words; nothing where it is well."""
    host = "127.0.0.1" if part == "web" else "web"
    connection = HTTPConnection(host, int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/readyz")
        body = json.loads(connection.getresponse().read())
        fault = body["database"] if part == "web" else body["workers"]["status"]
    except (OSError, HTTPException, ValueError, LookupError) as error:
        return f"web does not answer as it should: {error!r}"
    return "" if fault == "ok" else json.dumps(body)


sys.exit(main(sys.argv[1]) or 0)
