"""`moderation classifier train`, and what is trained on the way to be measured."""

import json
from pathlib import Path

import pytest

from moderation.classifier.heads import no_head
from moderation.classifier.model import load_shipped
from tests.classifier_figures import cells, evaluate, figures, untimed
from tests.commands import run_command
from tests.labelled_files import Row, row, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """To train on, in little time."""
    monkeypatch.setattr("moderation.classifier.training._FOLDS", 2)
    folder = tmp_path / "data"
    folder.mkdir()
    for name, source in (("blog.jsonl", "blog/a"), ("blogs.jsonl.gz", "blog/b")):
        write(folder / name, [row(n, "spam" if n % 2 else "ham", source=source) for n in range(20)])
    write(folder / "abuse.jsonl", [row(n, "abuse" if n % 2 else "ok") for n in range(30)])
    (folder / "README.md").write_text("Not for training.")
    return folder


def test_a_model_is_trained_of_a_folder_and_measured(tmp_path: Path, folder: Path) -> None:
    out = tmp_path / "new.model"
    spam = write(tmp_path / "spam.jsonl", [row(70, "spam"), row(71, "ham")])
    abuse = write(tmp_path / "abuse.jsonl", [row(70, "abuse"), row(71, "ok")])

    found = run_command(
        {}, "classifier", "train", str(folder), "--out", str(out), "--date", "May 2026"
    )

    assert found.exit_code == 0, found.output
    card = json.loads((tmp_path / "new.json").read_text())
    assert card == load_shipped(out).card
    assert card["date"] == "May 2026"
    assert card["data"] == ["abuse.jsonl", "blog.jsonl", "blogs.jsonl.gz"]
    assert card["spam"]["blog"]["auc"] == 1
    assert "spam   blog " in found.stdout
    assert "abuse  en " in found.stdout
    told = figures("--model", out, spam, abuse)
    assert told["model"] == load_shipped(out).version
    assert [one["whole"]["auc"] for one in told["files"]] == [1, 1]
    # Trained on the way the head is the same, and the time that takes is told.
    trained = figures("--train", folder / "abuse.jsonl", abuse)
    assert trained["trained"]["comments"] == 30
    assert trained["trained"]["us"] > 0
    assert untimed(trained["files"]) == untimed(told["files"][1:])


def test_what_was_trained_on_the_way_can_go_on_learning(tmp_path: Path, folder: Path) -> None:
    spam = write(tmp_path / "spam.jsonl", [row(n, "spam" if n % 2 else "ham") for n in range(9)])

    found = evaluate("--train", folder / "abuse.jsonl", "--online", spam)

    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("Trained on 30 comments, ")
    assert int(cells(found.stdout, "spam.jsonl")[0][7]) > 0


def test_what_cannot_be_trained_is_refused(tmp_path: Path) -> None:
    def train(out: str = "a.model", **files: list[Row]) -> str:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        for name, rows in files.items():
            write(folder / f"{name}.jsonl", rows)
        found = run_command({}, "classifier", "train", str(folder), "--out", str(tmp_path / out))
        assert found.exit_code != 0
        assert isinstance(found.exception, SystemExit)
        assert not list(tmp_path.glob("a.*"))
        return found.stderr

    assert "There are no *.jsonl" in train()
    assert "--out" in train("a.json")
    assert "comments of both labels are needed" in train(one=[row(n, "ham") for n in range(9)])
    spam = [row(n, "spam", source="blog/spam") for n in range(9)]
    assert "must be in comments of several sources" in train(
        one=spam + [row(n, "ham", source="blog/ham") for n in range(9)]
    )
    assert "one.jsonl, line 1: " in train(one=[row(1, "ham", label="good")])


def test_a_model_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.classifier.training.train_head", lambda *_: (no_head(), {}))
    write(tmp_path / "one.jsonl", [row(1, "ham")])
    out = tmp_path / "missing" / "a.model"

    found = run_command({}, "classifier", "train", str(tmp_path), "--out", str(out))

    assert isinstance(found.exception, SystemExit)
    assert "a.model cannot be written: No such file" in found.stderr
