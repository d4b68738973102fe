"""Tables made as an operator makes them, by the migrations."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from moderation.cli.support import upgrade_database
from moderation.config import Settings, load_settings
from moderation.models import db
from moderation.privacy.keys import make_missing_secrets
from moderation.web.app import create_app


def migrate(settings: Settings) -> None:
    """Make the tables in an empty database."""
    app = create_app(settings, nudge=lambda _comment, _revision: None)
    with app.app_context():
        upgrade_database()
        db.engine.dispose()


@cache
def empty_sqlite() -> bytes:
    """The file of a SQLite database with all tables and no row, made once in a process."""
    with TemporaryDirectory() as place:
        environ = {"MODERATION_INSTANCE": place, "MODERATION_SQLITE_SYNCHRONOUS": "off"}
        make_missing_secrets(load_settings(environ))
        settings = load_settings(environ)
        migrate(settings)
        return Path(settings.database_url.removeprefix("sqlite:///")).read_bytes()
