"""What the server loads."""

import os
import sys
from typing import TYPE_CHECKING

from moderation.collector import resting
from moderation.config import Settings, load_settings
from moderation.errors import ConfigError
from moderation.privacy.redaction import configure_logging

if TYPE_CHECKING:
    from flask import Flask


def create() -> "Flask":
    """The application, or the end of the process with one line that says what is wrong."""
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        with resting():
            from moderation.web.app import create_app

            app = create_app(settings)
    except ConfigError as error:
        sys.exit(f"moderation: {error.message}")
    _pin(settings)
    return app


def _pin(settings: Settings) -> None:
    """Keep a web process that is the only one on one processor.

    Its threads take turns, as Python's do, some ten times a request; waking the next one on another
    processor took a quarter of all the time. Of several processes each would need to know which
    processor the others have, so the system places them.
    """
    if settings.web_pinned and settings.web_workers == 1 and sys.platform == "linux":
        processors = sorted(os.sched_getaffinity(0))
        # By port, so that two installations on a machine are likely to have one each.
        os.sched_setaffinity(0, {processors[settings.port % len(processors)]})
