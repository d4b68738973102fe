"""The last line of defence: nothing shaped like an email address or an API key reaches a log.

No code logs one. Libraries might, in an exception's text or at debug level.
"""

import logging
import re

# As it is, full-width or small; as a reference; or URL-encoded once or more often.
_AT = re.compile(
    r"[@\uff20\ufe6b]|&(?:#0*64|#x0*40|commat);|%(?:25)*(?:40|EF%(?:25)*BC%(?:25)*A0)",
    re.IGNORECASE,
)
# What can stand before and after it, as far as an address can reach (RFC 5321: 64 and 255 octets;
# URL-encoded up to three times as many).
_BEFORE = re.compile(r"(?:\"[^\r\n@\"]{1,64}\"|[^\s@<>\"(),;:\\]+)\\?\Z")
_AFTER = re.compile(r"[^\s@<>\"'(),;:&?/\\=]*")
_REACH = 800  # characters
_REDACTED = "[address]"
# The address of a service on one's own network, such as Redis: its name tells which one does not
# answer. Where a dot is in the name it might be an email address, and goes whole.
_SERVICE = re.compile(
    r"(?<![^\s\"'(<=,\[])(rediss?|postgres(?:ql)?(?:\+psycopg)?)://"
    r"[^\s/@]*@([\w-]+)(?=[:/\s]|\Z)",
    re.ASCII,
)
_KEY = re.compile(r"lar_[0-9a-z]{8}_[0-9A-Za-z]*")  # `domain.api_keys.write_key`


def redact(text: str) -> str:
    """`text` with everything shaped like an email address or an API key replaced, and user and
    password in a service's address. Takes time in proportion.
    """
    text = _KEY.sub("[key]", text)
    parts, done = [], 0
    for service in _SERVICE.finditer(text):
        parts += [_without_addresses(text[done : service.start()])]
        parts += [f"{service[1]}://[password]@{service[2]}"]
        done = service.end()
    return "".join([*parts, _without_addresses(text[done:])])


def _without_addresses(text: str) -> str:
    parts, done = [], 0
    for at in _AT.finditer(text):
        start = max(done, at.start() - _REACH)
        before = _BEFORE.search(text, start, at.start())
        after = _AFTER.match(text, at.end(), at.end() + _REACH)
        if before is None or after is None or not after[0]:
            continue
        parts += [text[done : before.start()], _REDACTED]
        done = after.end()
    return "".join([*parts, text[done:]])


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
    # Celery lets Python's warnings through, which are for developers; one comes with each loss of
    # Redis, in eight lines.
    logging.getLogger("py.warnings").setLevel("DEBUG" if level == "debug" else "ERROR")
