import json

import pytest

from benchmarks import unseen

SAID = {
    ("talk", "spam"): "visit my channel and subscribe number",
    ("talk", "ham"): "lovely song of my youth, verse",
    ("shop", "spam"): "cheap watches sold here, box",
    ("shop", "ham"): "the strap broke after a week, order",
}


def line(number: int, kind: str) -> str:
    label = "spam" if number % 3 == 0 else "ham"
    text = f"{SAID[kind, label]} {number // 20} and {number // 7}"
    source = f"{kind}/{number % 8}"
    return json.dumps({"text": text, "label": label, "source": source, "lang": "en", "author": "A"})


@pytest.fixture
def folder(tmp_path):
    for kind in ("talk", "shop"):
        lines = [line(number, kind) for number in range(400)]
        (tmp_path / f"{kind}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_eighths_and_kinds_are_left_out_and_it_is_told_what_they_were_taken_for(
    folder, capsys, monkeypatch
):
    monkeypatch.setattr("moderation.classifier.training._FOLDS", 2)

    unseen.main([str(folder)])

    said = capsys.readouterr().out
    eighths, kinds = said.split("A kind of sources, after all others")
    assert eighths.count("| 134 | 134 | 268 |") == 1  # all of the spam, in each column
    assert "for another than it is 0.0%" in eighths
    assert "| shop | talk |" in eighths.partition("Held from")[2]
    assert "talk, taken for: none 100%" in kinds  # with one kind there is nothing to tell apart


def test_a_folder_without_comments_is_named(tmp_path):
    with pytest.raises(SystemExit, match="There are no"):
        unseen.main([str(tmp_path)])
