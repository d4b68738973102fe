"""The first to run: makes each secret that nobody has given, as a file for its one reader.

It starts as root, to hand the files over, and has no network. What the environment gives wins.
"""

import os
import pwd
import secrets
import sys
from pathlib import Path
from urllib.parse import quote

from moderation.config import load_settings
from moderation.errors import ConfigError
from moderation.privacy.keys import load_keys, make_missing_secrets

POSTGRES = 999  # the user of PostgreSQL's image, as in docker-compose.yml


def main() -> None:
    """Make what is missing; safe to repeat."""
    app = pwd.getpwnam("moderation").pw_uid
    url_file = Path(os.environ["DATABASE_URL_FILE"])
    password_file = Path(os.environ["POSTGRES_PASSWORD_FILE"])

    before = password_file.read_text().strip() if password_file.exists() else ""
    elsewhere = os.environ.get("DATABASE_URL", "").strip()
    given = "" if elsewhere else os.environ.get("POSTGRES_PASSWORD", "").strip()
    password = given or before or secrets.token_hex(32)
    former = url_file.with_name("former_database_url")
    if before and before != password and not former.exists():
        # PostgreSQL knows only this one until docker/migrate.py tells it the new one.
        _write(former, _url(before), app)
    _write(password_file, password, POSTGRES)
    _write(url_file, elsewhere or _url(password), app)

    try:
        made = make_missing_secrets(load_settings())
        load_keys(load_settings())  # complains where one is malformed
    except ConfigError as error:
        sys.exit(error.message)
    for folder, owner in ((url_file.parent, app), (password_file.parent, POSTGRES)):
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner, owner)
            path.chmod(0o700 if path == folder else 0o600)
    print(f"All secrets are there; {len(made)} made now.")


def _url(password: str) -> str:
    return f"postgresql://moderation:{quote(password, safe='')}@postgres:5432/moderation"


def _write(path: Path, text: str, owner: int) -> None:
    """Whole or not at all, and never readable by another."""
    draft = path.with_name(f".{path.name}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    os.chown(draft, owner, owner)
    draft.write_text(f"{text}\n")
    draft.replace(path)


main()
