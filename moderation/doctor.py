"""What `moderation doctor` looks at, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moderation.config import Settings
from moderation.errors import ConfigError


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
    yield Finding("settings", good=True, words=f"instance {settings.instance}")
    yield from _secrets(settings)
    yield from _added_checks()
    yield _model()
    yield from _parts(settings)


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
    from moderation.classifier.model import load_shipped
    from moderation.errors import ModelError

    try:
        shipped = load_shipped()
    except ModelError as error:
        words = f"{error.message} Until then the rules judge alone, and every comment is held."
        return Finding("model", good=False, words=words)
    return Finding("model", good=True, words=f"version {shipped.version}")


def _parts(settings: Settings) -> Iterator[Finding]:
    from flask import Flask

    from moderation.models import db, init_database
    from moderation.services.health import WORKER, database_fault, seconds_since_heartbeat
    from moderation.web.app import utc_now
    from moderation.web.health import SILENT_AFTER
    from moderation.web.taskqueue import TaskQueue

    app = Flask(__name__)
    init_database(app, settings)
    with app.app_context():
        fault = database_fault()
        yield Finding("database", good=fault is None, words=fault or "answers, migrations in place")
        redis_fault = TaskQueue(settings).redis_fault()
        remedy = f"{redis_fault} Start it, or set REDIS_URL; `moderation run` brings its own."
        yield Finding("redis", good=redis_fault is None, words=remedy if redis_fault else "answers")
        seen = None if fault else seconds_since_heartbeat(WORKER, utc_now())
        db.session.remove()
    if seen is not None and seen < SILENT_AFTER:
        yield Finding("worker", good=True, words=f"at work, heard {seen:.0f} s ago")
        return
    when = "never heard" if seen is None else f"not heard for {seen:.0f} s"
    words = (
        f"{when}; comments wait until one runs. Start worker and beat: `moderation run`, or "
        "`moderation worker` and `moderation beat`."
    )
    yield Finding("worker", good=False, words=words)
