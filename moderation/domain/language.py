"""The language of a text, where it shows one."""

from functools import cache
from typing import Any

# Those offered in a filter's choice: the ones in which most is written.
LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "zh": "Chinese",
    "hr": "Croatian",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "en": "English",
    "fi": "Finnish",
    "fr": "French",
    "de": "German",
    "el": "Greek",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ms": "Malay",
    "no": "Norwegian",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sr": "Serbian",
    "sk": "Slovak",
    "es": "Spanish",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
}
# CLD2 still says what ISO 639 said before 1989.
_FORMER_CODES = {"iw": "he", "in": "id", "ji": "yi"}


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language that most of `text` is in; nothing where that is not sure.

    By CLD2 (pycld2), which takes some 20 microseconds for a comment.
    """
    encoded = text.encode("utf-8", "replace")  # half of a surrogate pair tells no language
    try:
        reliable, _, found = _cld2().detect(encoded, isPlainText=True)
    except _cld2().error:  # it refuses what it takes for broken UTF-8
        return ""
    code = str(found[0][1])
    code = code.partition("-")[0]
    return _FORMER_CODES.get(code, code) if reliable and code != "un" else ""


@cache
def _cld2() -> Any:
    # Loaded at the first comment: the web side imports this package too, and never asks.
    import pycld2  # noqa: PLC0415

    return pycld2
