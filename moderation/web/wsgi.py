"""What the server loads."""

import gc
import sys

from flask import Flask

from moderation.config import load_settings
from moderation.errors import ConfigError
from moderation.privacy.redaction import configure_logging
from moderation.web.app import create_app


def create() -> Flask:
    """The application, or the end of the process with one line that says what is wrong."""
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        app = create_app(settings)
    except ConfigError as error:
        sys.exit(f"moderation: {error.message}")
    # What is loaded by now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    return app
