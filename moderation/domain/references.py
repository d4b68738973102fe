"""Character references of HTML, of numbers of any length."""

import html
import re

# `html.unescape` fails at numbers of thousands of digits. No character has one of eight.
_ZEROS = re.compile(r"&#0+(?=[0-9])")
_TOO_LARGE = re.compile(r"&#[0-9]{8,};?")


def unescape(text: str) -> str:
    """A text with its character references read, as browsers do; of none that there is, U+FFFD."""
    return html.unescape(_TOO_LARGE.sub("\ufffd", _ZEROS.sub("&#", text)))
