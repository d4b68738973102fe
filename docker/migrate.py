"""Runs once before web and worker: brings the database up to date.

Where POSTGRES_PASSWORD has changed since the last start, it tells PostgreSQL first.
"""

import os
import sys
from pathlib import Path

import psycopg
from psycopg import sql


def main() -> None:
    """Migrate."""
    url_file = Path(os.environ["DATABASE_URL_FILE"])
    former = url_file.with_name("former_database_url")
    if former.exists():
        try:
            _change_password(former.read_text().strip(), url_file.read_text().strip())
        except psycopg.OperationalError as error:
            sys.exit(f"PostgreSQL takes neither the former password nor the new one: {error}")
        former.unlink()
    os.execvp("moderation", ["moderation", "db", "upgrade"])


def _change_password(former: str, url: str) -> None:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        password = psycopg.conninfo.conninfo_to_dict(url)["password"]
        with psycopg.connect(former) as db:
            # Hashed here: the password itself must not reach a statement log.
            hashed = db.pgconn.encrypt_password(
                str(password).encode(), db.info.user.encode(), b"scram-sha-256"
            )
            db.execute(
                sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(sql.Literal(hashed.decode()))
            )
        print("PostgreSQL has the new password.")


main()
