"""The widget's files: built of what is in the tree, small, and the same for ever under a version."""

import gzip
import json
from hashlib import sha256
from pathlib import Path

import pytest

from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.web.widget import WidgetFiles, widget_files

FOLDER = Path(__file__).parents[3] / "moderation" / "static" / "widget"
MOST = 10_000  # bytes of script, style and one language together, gzipped


def gzipped(body: bytes) -> int:
    return len(gzip.compress(body, 9))


def test_the_built_script_is_of_the_sources_in_the_tree() -> None:
    sources = sorted((FOLDER / "src").iterdir(), key=lambda file: file.name)
    files = [*sources, FOLDER / "messages.json"]
    whole = sha256(b"".join(file.read_bytes() for file in files))

    built_of = (FOLDER / "dist" / "sources.sha256").read_text().strip()
    assert built_of == whole.hexdigest(), "Build it again: make widget"


def test_script_style_and_any_language_together_are_small() -> None:
    script = gzipped(widget_files().script)
    sizes = {tag: script + gzipped(words) for tag, words in widget_files().words.items()}
    print(f"widget.js with its style: {script} bytes gzipped; and a language: {sizes}")  # noqa: T201

    assert set(sizes) == set(INTERFACE_LANGUAGES)
    assert max(sizes.values()) < MOST


def test_the_script_has_no_words_but_those_that_tell_that_there_are_none() -> None:
    script = widget_files().script.decode()
    english = json.loads(widget_files().words["en"])[3:]
    sentences = [text for text in english if isinstance(text, str) and " " in text]

    assert [text for text in sentences if text in script] == ["Try again"]


def test_every_version_has_an_address_of_its_own(tmp_path: Path) -> None:
    for name in ("dist", "words"):
        (tmp_path / name).mkdir()
    (tmp_path / "dist" / "widget.js").write_text('"/widget/%VERSION%/"')
    (tmp_path / "words" / "de.json").write_text("[]")
    first = WidgetFiles(tmp_path)
    (tmp_path / "words" / "de.json").write_text('["de"]')
    second = WidgetFiles(tmp_path)

    assert first.version != second.version
    assert first.version.encode() in first.script
    assert first.integrity != second.integrity


@pytest.mark.parametrize("file", sorted((FOLDER / "src").iterdir()), ids=lambda file: file.name)
def test_a_source_says_what_it_is_and_stays_small(file: Path) -> None:
    text = file.read_text()

    assert text.startswith(("//", "/*"))
    assert len(text.splitlines()) <= 400
