"""What `moderation doctor` looks at, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moderation.config import SECRET_NAMES, Settings
from moderation.errors import ConfigError
from moderation.sqlite_file import path_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, whether it is well, and what to do if it is not."""

    part: str
    good: bool
    words: str


def examine(load: Callable[[], Settings]) -> Iterator[Finding]:
    """Look at every part; a fault in one does not stop the look at the others.

    Args:
        load: reads the settings.
    """
    try:
        settings = load()
    except ConfigError as error:
        yield Finding("settings", good=False, words=error.message)
        return
    if absent := _absence(settings):
        yield Finding("instance", good=False, words=absent)
        return
    yield Finding("settings", good=True, words=f"instance {settings.instance}")
    yield from _secrets(settings)
    yield from _added_checks()
    yield _model()
    yield from _parts(settings)


def _absence(settings: Settings) -> str | None:
    """That no instance is where its secrets or its database are to come from, in words; None where
    one is, or where the settings tell all.
    """
    file = path_of(settings)
    told = all(getattr(settings, name) for name in SECRET_NAMES)
    if settings.instance.exists() or (told and (file is None or file.is_file())):
        return None
    return (
        f"there is none at {settings.instance}. Run this where the installation is, or name its "
        "instance: MODERATION_INSTANCE=/path/to/instance moderation doctor. `moderation run` "
        "makes a new one."
    )


def _secrets(settings: Settings) -> Iterator[Finding]:
    from moderation.privacy.keys import load_keys

    try:
        load_keys(settings)
    except ConfigError as error:
        yield Finding("secrets", good=False, words=error.message)
        return
    open_files = [
        path.name
        for path in settings.secrets_dir.glob("*")
        if path.is_file() and path.stat().st_mode & 0o077
    ]
    if open_files:
        names = ", ".join(open_files)
        words = f"others can read {names}; run chmod 600 on them in {settings.secrets_dir}"
        yield Finding("secrets", good=False, words=words)
    else:
        yield Finding("secrets", good=True, words="complete")


def _added_checks() -> Iterator[Finding]:
    """Of checks that others have added; nothing where there are none."""
    from moderation.services.added_checks import added_checks

    found = added_checks()
    if found.faults:
        words = (
            f"{'; '.join(found.faults)}. Every comment is held until it runs or is uninstalled. "
            "See docs/checks.md."
        )
        yield Finding("added checks", good=False, words=words)
    elif found.checks:
        named = (f"{check.name} {check.version}" for check in found.checks)
        yield Finding("added checks", good=True, words=", ".join(named))


def _model() -> Finding:
    from moderation.classifier.kernel import IS_COMPILED
    from moderation.classifier.model import load_shipped
    from moderation.errors import ModelError

    try:
        shipped = load_shipped()
    except ModelError as error:
        words = f"{error.message} Until then the rules judge alone, and every comment is held."
        return Finding("model", good=False, words=words)
    words = f"version {shipped.version}"
    if not IS_COMPILED:
        words += "; judges slower than it could, since no C compiler was there at installation"
    return Finding("model", good=True, words=words)


def _parts(settings: Settings) -> Iterator[Finding]:
    from moderation.web.taskqueue import TaskQueue

    fault, seen = _database(settings)
    yield Finding("database", good=fault is None, words=fault or "answers, migrations in place")
    redis_fault = TaskQueue(settings).redis_fault()
    remedy = f"{redis_fault} Start it, or set REDIS_URL; `moderation run` brings its own."
    yield Finding("redis", good=redis_fault is None, words=remedy if redis_fault else "answers")
    yield _worker(seen)


def _database(settings: Settings) -> tuple[str | None, float | None]:
    """What is wrong with the database, and how many seconds ago it heard of a worker."""
    from flask import Flask

    from moderation.models import db, init_database
    from moderation.services.health import WORKER, database_fault, seconds_since_heartbeat
    from moderation.web.app import utc_now

    file = path_of(settings)
    if file is not None and not file.is_file():
        # SQLite would make one of it.
        return f"there is none at {file}. `moderation db upgrade` makes one.", None
    app = Flask(__name__)
    init_database(app, settings)
    with app.app_context():
        fault = database_fault()
        seen = None if fault else seconds_since_heartbeat(WORKER, utc_now())
        db.session.remove()
        db.engine.dispose()
    return fault, seen


def _worker(seen: float | None) -> Finding:
    from moderation.web.health import SILENT_AFTER

    if seen is not None and seen < SILENT_AFTER:
        return Finding("worker", good=True, words=f"at work, heard {seen:.0f} s ago")
    when = "never heard" if seen is None else f"not heard for {seen:.0f} s"
    words = (
        f"{when}; comments wait until one runs. Start worker and beat: `moderation run`, or "
        "`moderation worker` and `moderation beat`."
    )
    return Finding("worker", good=False, words=words)
