"""The last line of defence: nothing shaped like an email address reaches a log.

No code logs an address. Libraries might, in an exception's text or at debug level.
"""

import logging
import re

# Also URL-encoded and partly quoted ones. The local part is bounded (RFC 5321: 64 octets) so that
# time stays linear.
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:=&?/\\]{1,128}(?:@|%40)[^\s@<>\"'(),;:=&?/\\]{1,255}")
_REDACTED = "[address]"


def redact(text: str) -> str:
    """`text` with everything shaped like an email address replaced."""
    return _ADDRESS.sub(_REDACTED, text) if "@" in text or "%40" in text else text


class RedactingFormatter(logging.Formatter):
    """Formats a whole record, traceback included, then redacts it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one redacted text."""
        return redact(super().format(record))


def configure_logging(level: str) -> None:
    """Send all logging of this process to standard error, redacted.

    Args:
        level: the lowest level to show, such as `info`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(
        RedactingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    if level == "info":
        # What these call information is a line for every task and migration.
        for talkative in ("alembic", "celery", "kombu"):
            logging.getLogger(talkative).setLevel(logging.WARNING)
