"""What the server loads."""

import sys

from flask import Flask

from moderation.errors import ConfigError
from moderation.web.app import create_app


def create() -> Flask:
    """The application, or the end of the process with one line that says what is wrong."""
    try:
        return create_app()
    except ConfigError as error:
        sys.exit(f"moderation: {error.message}")
