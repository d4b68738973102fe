"""Which character encoding a browser reads a page in (WHATWG HTML, section 13.2.3)."""

import codecs
import re
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MARKS = (*_BOMS, (codecs.BOM_UTF16_LE, "utf-16-le"))
_IN_TYPE = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)
# Spaces can be matched in one way only: in two, a page of spaces would keep us for hours.
_META = re.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*(?:[\"']\s*)?([^\s\"'/>;]{1,40})", re.IGNORECASE
)
# A browser looks for the declaration in so many bytes; later ones it may miss.
_LOOKED_AT = 1024
_LATE = 65_536
# What the web calls Latin-1 or ASCII is read as this (WHATWG Encoding, section 4.2).
_DEFAULT = "windows-1252"
_AS_DEFAULT = frozenset({"iso8859-1", "ascii", "cp1252"})
# The encodings that browsers know (WHATWG Encoding, section 4.2), by Python's names. Python knows
# others, which browsers pass over: some of these take hours for a page (`punycode`), or fail.
_KNOWN = frozenset(
    {
        *("utf-8", "utf-16", "utf-16-be", "utf-16-le", "gbk", "gb2312", "gb18030", "big5"),
        *("euc_jp", "iso2022_jp", "shift_jis", "euc_kr", "cp949", "cp932", "cp950", "big5hkscs"),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f"cp{page}" for page in (866, 874, 1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)),
        *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"),
    }
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, and how its encoding was found.

    Attributes:
        text: what a browser reads; what cannot be read is U+FFFD.
        encoding: in which encoding.
        declared_by: `mark`, `header`, `meta`, or nothing where it is the default.
        header, meta: what each of the two says, or nothing.
        meta_late: the page declares it, but further down than a browser looks.
        broken: how many bytes or sequences make no character in it.
        ascii_only: nothing in the page depends on the encoding.
    """

    text: str
    encoding: str
    declared_by: str
    header: str
    meta: str
    meta_late: bool
    broken: int
    ascii_only: bool


def decode(body: bytes, content_type: str) -> Decoded:
    """A page's text.

    Args:
        body: the page.
        content_type: the header's value, or nothing.
    """
    found = _IN_TYPE.search(content_type)
    header = found[1].lower() if found else ""
    early, anywhere = _META.search(body, 0, _LOOKED_AT), _META.search(body, 0, _LATE)
    at = early or anywhere
    meta = at[1].decode("latin-1").lower() if at else ""
    mark = next((name for bom, name in _MARKS if body.startswith(bom)), "")
    ranked = (("mark", mark), ("header", header), ("meta", meta if early else ""))
    declared_by, encoding = next(
        ((who, known) for who, label in ranked if (known := _known(label))), ("", _DEFAULT)
    )
    if declared_by == "meta" and encoding.startswith("utf-16"):
        encoding = "utf-8"  # a page whose declaration could be read is not in UTF-16
    text = body.decode(encoding, errors="replace").removeprefix("\ufeff")
    return Decoded(
        text=text,
        encoding=encoding,
        declared_by=declared_by,
        header=header,
        meta=meta,
        meta_late=anywhere is not None and early is None,
        broken=text.count("\ufffd") - body.count("\ufffd".encode()),
        ascii_only=body.isascii(),
    )


def _known(label: str) -> str:
    """The encoding of a label, or nothing."""
    if not label:
        return ""
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    if codec.name in _AS_DEFAULT:
        return _DEFAULT
    return codec.name if codec.name in _KNOWN else ""
