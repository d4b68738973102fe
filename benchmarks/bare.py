"""What `benchmarks.snapshot` compares with: an application that has but one answer."""

import os
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def create() -> WSGIApplication:
    """The application, on the processor BARE_PROCESSOR, answering what the file BARE_BODY holds."""
    body = Path(os.environ["BARE_BODY"]).read_bytes()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if os.environ["BARE_PROCESSOR"]:
        os.sched_setaffinity(0, {int(os.environ["BARE_PROCESSOR"])})

    def reply(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [body]

    return reply
