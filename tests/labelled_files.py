"""Hands for tests of labelled comments: small files of them, made up for this project."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_TEXTS = {
    "spam": "cheap casino bonus {0}, click www.casino{0}.example now",
    "ham": "I read chapter {0} twice and would ask about the proof in section {0}",
    "abuse": "What an idiot you are, {0} times over, go away",
    "ok": "Thank you for all {0} answers, they helped me with my garden",
}


def row(number: int, label: str, /, **more: Any) -> Row:
    """A labelled comment; by its number it differs from others."""
    written = {"text": _TEXTS[label].format(number), "label": label, "source": "blog/a"}
    return written | {"lang": "en"} | more


def write(path: Path, rows: Iterable[Row]) -> Path:
    """A file of comments, gzipped where its name says so."""
    data = "".join(json.dumps(one) + "\n" for one in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
