import json

import pytest

from benchmarks import poisoning
from benchmarks.halves import read_folder
from moderation.errors import InvalidInputError


def line(number: int, label: str) -> str:
    said = {"spam": "cheap casino number", "ham": "about chapter", "doubt": "a word on number"}
    kind = "doubt" if number % 10 < 4 else label  # of either label
    text = f"{said[kind]} {number // 10} and {number // 4}"
    return json.dumps({"text": text, "label": label, "source": "all", "lang": "en", "author": "A"})


@pytest.fixture
def folder(tmp_path):
    labels = ["spam" if number % 2 else "ham" for number in range(600)]
    lines = [line(number, label) for number, label in enumerate(labels)]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr("moderation.classifier.training._FOLDS", 2)
    monkeypatch.setattr(poisoning, "_SEEDS", range(1))
    monkeypatch.setattr(poisoning, "_RIGHT_HAM", 20)
    monkeypatch.setattr(poisoning, "_RIGHT_SPAM", 20)


@pytest.mark.usefixtures("few")
def test_each_half_has_tables_of_what_is_held_and_of_teams(folder, capsys):
    poisoning.main([str(folder), "--file", "some"])

    said = capsys.readouterr().out
    rows = [row for row in said.splitlines() if row.startswith("| ")]
    assert said.count("Half ") == 2
    assert len(rows) == 2 * (2 + 10 + 2 + 4)
    none = [row.split("|")[2:4] for row in rows if row.startswith("| none")]
    assert all(unbounded == bounded for unbounded, bounded in none)
    attacks = [row.split("|")[2:4] for row in rows if row.startswith(("| 300", "| all spam"))]
    assert all(ham(unbounded) >= ham(bounded) for unbounded, bounded in attacks)
    assert any(unbounded != bounded for unbounded, bounded in attacks)


def ham(cell: str) -> float:
    """Which share of it is held, in percent."""
    return float(cell.partition("%")[0])


def test_a_file_that_is_not_there_is_named(folder):
    with pytest.raises(InvalidInputError, match="There is no blog; there are some"):
        poisoning.measure(read_folder(folder, None)[0], "blog", 0)
