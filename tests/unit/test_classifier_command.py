"""`moderation classifier evaluate`, by whose figures the classifier is judged."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moderation.classifier import kinds
from moderation.classifier.judge import Judge
from moderation.classifier.labelled import read_labelled
from moderation.classifier.model import load_shipped
from moderation.domain.email_class import email_class
from moderation.domain.evidence import Subject
from moderation.domain.language import language_of
from moderation.domain.policy import SitePolicy
from tests.classifier_figures import cells, counts, evaluate, figures, refused
from tests.labelled_files import Row, row, write

FIGURES = {
    "positive",
    "negative",
    "auc",
    "1-roca%",
    "recall_at_1%",
    "recall_at_0.1%",
    "thresholds",
    "brier",
    "calibration_error",
    "reliability",
    "judging_us",
    "learning_us",
}
ADVERTISED = "https://best-casino-bonus.example/slots"
COLUMNS = ["spam", "ham", "AUC", "1-ROCA%", "@1%", "@.1%", "judge", "learn"]
COLUMNS += ["prec", "rec", "F1", "false", "Brier", "ECE"]


def doubtful() -> list[Row]:
    """Comments of two blogs whose labels are not what their texts would tell."""
    rows = [
        row(n, "spam" if n % 3 else "ham", author="Ann Walker", email=f"a{n}@gmail.com")
        for n in range(60)
    ]
    rows += [row(n, "ham", url="https://ann.example/walks", author="Ann") for n in range(150)]
    rows += [row(n, "spam", url=ADVERTISED, author="Best Casino Bonus") for n in range(70, 90)]
    for n, one in enumerate(rows):
        one["label"] = one["label"] if n % 7 else {"spam": "ham", "ham": "spam"}[one["label"]]
        one["source"] = "blog/a" if n % 5 else "blog/b"
    return rows


@pytest.fixture
def of_no_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """No comments are enough to say what kind of site they are of."""
    monkeypatch.setattr(kinds, "_FEWEST", 1_000_000)


@pytest.mark.usefixtures("of_no_kind")
def test_figures_are_what_others_compute(tmp_path: Path) -> None:
    rows = doubtful()

    told = figures(write(tmp_path / "blog.jsonl.gz", rows))

    (file,) = told["files"]
    assert (file["file"], file["question"], file["online"]) == ("blog.jsonl.gz", "spam", False)
    assert told["model"] == load_shipped().version
    assert told["together"] is told["online"] is told["trained"] is None
    assert set(file["by_source"]) == {"blog/a", "blog/b"}
    assert file["by_decisions"] == {}
    _agrees(file["whole"], rows)
    for source in ("blog/a", "blog/b"):
        _agrees(file["by_source"][source], [one for one in rows if one["source"] == source])


def _agrees(told: dict[str, Any], rows: Sequence[Row]) -> None:
    """Whether figures are scikit-learn's, of what the judge says of each comment."""
    from sklearn import metrics

    judge = Judge(load_shipped(), None)
    said = np.array([judge.judge(_subject(one)).probability for one in rows])
    labels = np.array([one["label"] == "spam" for one in rows])
    assert set(told) == FIGURES
    assert (told["positive"], told["negative"]) == (labels.sum(), (~labels).sum())
    area = metrics.roc_auc_score(labels, said)
    assert told["auc"] == pytest.approx(area)
    assert told["1-roca%"] == pytest.approx(100 * (1 - area))
    false, right, _ = metrics.roc_curve(labels, said, drop_intermediate=False)
    assert told["recall_at_1%"] == pytest.approx(right[false <= 0.01].max())
    assert told["recall_at_0.1%"] == pytest.approx(right[false <= 0.001].max())
    assert told["brier"] == pytest.approx(metrics.brier_score_loss(labels, said))
    assert told["calibration_error"] == pytest.approx(_calibration_error(said, labels))
    policy = SitePolicy()
    shipped = {"hold": policy.hold_probability, "spam": policy.spam_probability}
    assert {name: one["probability"] for name, one in told["thresholds"].items()} == shipped
    for name, threshold in shipped.items():
        _agrees_at(told["thresholds"][name], said >= threshold, labels)
    assert 0 < told["judging_us"] < 1e6
    assert told["learning_us"] is None


def _agrees_at(told: dict[str, Any], called: np.ndarray, labels: np.ndarray) -> None:
    from sklearn import metrics

    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        labels, called, average="binary", zero_division=np.nan
    )
    assert told["precision"] == (None if np.isnan(precision) else pytest.approx(precision))
    assert (told["recall"], told["f1"]) == (pytest.approx(recall), pytest.approx(f1))
    assert told["false_positives"] == pytest.approx(called[~labels].mean())


def _calibration_error(said: np.ndarray, labels: np.ndarray) -> float:
    edges = np.linspace(0, 1, 11)
    bins = np.digitize(said, edges[1:-1])
    return sum(abs(said[bins == b].sum() - labels[bins == b].sum()) for b in range(10)) / len(said)


def _subject(one: Row) -> Subject:
    return Subject(
        text=one["text"],
        name=one.get("author", ""),
        website=one.get("url", ""),
        email_class=email_class(one.get("email")),
        language=language_of(one["text"]),
        site_language=one["lang"],
    )


def test_it_says_where_the_model_may_have_learned_what_it_is_measured_on(tmp_path: Path) -> None:
    known, other = (write(tmp_path / name, doubtful()) for name in ("blog.jsonl.gz", "o.jsonl"))

    assert "trained on files of these names: blog.jsonl.gz. If" in evaluate(known, other).stderr
    assert "trained on" not in evaluate(other).stderr


def test_the_table_has_both_thresholds_and_all_columns_within_a_terminal(tmp_path: Path) -> None:
    file = write(tmp_path / "blog.jsonl", doubtful())
    told = figures(file)["files"][0]["whole"]

    printed = evaluate(file).stdout

    assert set(COLUMNS) <= set(printed.split())
    assert "hold from 75%" in printed
    assert "spam from 95%" in printed
    apart, called = cells(printed, "blog.jsonl")
    assert apart[:2] == [str(told["positive"]), str(told["negative"])]
    assert float(apart[2]) == pytest.approx(told["auc"], abs=1e-4)
    assert float(apart[3]) == pytest.approx(told["1-roca%"], abs=0.01)
    assert float(apart[4]) == pytest.approx(told["recall_at_1%"], abs=1e-3)
    assert float(apart[5]) == pytest.approx(told["recall_at_0.1%"], abs=1e-3)
    assert apart[7] == "–"  # nothing was learned
    for place, name in ((0, "hold"), (4, "spam")):
        at = told["thresholds"][name]
        shown = [float(one) for one in called[place : place + 3]]
        assert shown == pytest.approx([at["precision"], at["recall"], at["f1"]], abs=1e-3)
        assert called[place + 3] == f"{100 * at['false_positives']:.1f}%"
    assert float(called[8]) == pytest.approx(told["brier"], abs=1e-3)
    assert float(called[9]) == pytest.approx(told["calibration_error"], abs=1e-3)
    assert len(cells(printed, "blog/a")) == len(cells(printed, "blog/b")) == 2
    assert max(map(len, printed.splitlines())) <= 80


def test_abuse_has_its_own_threshold_and_languages(tmp_path: Path) -> None:
    rows = [row(n, "abuse" if n % 2 else "ok", lang="de" if n % 3 else "") for n in range(30)]
    file = write(tmp_path / "abuse.jsonl", rows)

    (told,) = figures(file)["files"]

    assert told["question"] == "abuse"
    assert counts(told["by_language"]) == {"": (5, 5), "de": (10, 10)}
    assert set(told["whole"]["thresholds"]) == {"abuse"}
    insult = Judge(load_shipped(), None).judge(_subject(rows[1])).abuse_probability
    of_insults = figures(write(tmp_path / "one.jsonl", rows[1:2]))["files"][0]["whole"]
    assert of_insults["brier"] == pytest.approx((1 - insult) ** 2)
    printed = evaluate(file).stdout
    assert "abuse from 90%" in printed
    assert cells(printed, "in no language")[0][:2] == ["5", "5"]


@pytest.mark.usefixtures("of_no_kind")
def test_several_files_are_measured_each_and_together(tmp_path: Path) -> None:
    rows = doubtful()
    insults = [row(1, "abuse"), row(2, "ok")]
    files = [
        write(tmp_path / "one.jsonl", rows[:120]),
        write(tmp_path / "two.jsonl.gz", rows[120:]),
        write(tmp_path / "abuse.jsonl", insults),
    ]

    told = figures(*files)

    assert [one["file"] for one in told["files"]] == ["one.jsonl", "two.jsonl.gz", "abuse.jsonl"]
    _agrees(told["together"]["whole"], rows)
    assert cells(evaluate(*files).stdout, "all but abuse")[0][:2] == [
        str(told["together"]["whole"][label]) for label in ("positive", "negative")
    ]


def test_abuse_is_never_part_of_all_together(tmp_path: Path) -> None:
    spam = write(tmp_path / "spam.jsonl", [row(1, "spam"), row(2, "ham")])
    insults = [
        write(tmp_path / f"abuse{n}.jsonl", [row(n, "abuse"), row(n, "ok")]) for n in range(2)
    ]

    assert figures(spam, *insults)["together"] is None
    assert figures(*insults)["together"] is None


def test_files_of_one_name_are_all_measured(tmp_path: Path) -> None:
    files = []
    for number, folder in enumerate(("old", "new"), 1):
        (tmp_path / folder).mkdir()
        files.append(
            write(tmp_path / folder / "blog.jsonl", [row(n, "ham") for n in range(number)])
        )

    told = figures(*files)

    assert {one["file"]: one["whole"]["negative"] for one in told["files"]} == {
        str(files[0]): 1,
        str(files[1]): 2,
    }


def test_both_questions_in_a_file_are_measured_apart(tmp_path: Path) -> None:
    file = write(tmp_path / "all.jsonl", [row(1, "abuse"), row(2, "ham"), row(3, "spam")])

    told = figures(file)["files"]

    assert [(one["question"], one["whole"]["positive"]) for one in told] == [
        ("spam", 1),
        ("abuse", 1),
    ]


@pytest.mark.parametrize("label", ["spam", "ham"])
def test_files_of_one_label_have_no_curve(tmp_path: Path, label: str) -> None:
    file = write(tmp_path / "one.jsonl", [row(n, label) for n in range(5)])

    whole = figures(file)["files"][0]["whole"]

    assert whole["auc"] is whole["1-roca%"] is None
    assert whole["recall_at_1%"] is whole["recall_at_0.1%"] is None
    missing = "recall" if label == "ham" else "false_positives"
    assert whole["thresholds"]["hold"][missing] is None
    assert whole["brier"] >= 0
    assert cells(evaluate(file).stdout, "one.jsonl")[0][2:6] == ["–"] * 4


def test_names_from_files_cannot_command_a_terminal(tmp_path: Path) -> None:
    file = write(tmp_path / "one.jsonl", [row(1, "ham", source="a\x1b[2Jb\ud800c")])

    printed = evaluate(file)

    assert printed.exit_code == 0
    assert "a�[2Jb�c" in printed.stdout


@pytest.mark.parametrize(
    "options",
    [["--online", "--per-source", "--together"], ["--model", "a.model", "--train", "a.jsonl"]],
)
def test_what_excludes_each_other_is_refused(tmp_path: Path, options: list[str]) -> None:
    file = write(tmp_path / "one.jsonl", [row(1, "ham")])

    assert "exclude each other" in refused(file, *options)


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "one.jsonl", [row(1, "ham")])

    assert "twice" in refused(file, file)


def test_what_is_wrong_with_a_file_is_told_before_any_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: Any, **__: Any) -> None:
        raise AssertionError("judged")

    monkeypatch.setattr("moderation.classifier.evaluation.judge_files", unexpected)
    good = write(tmp_path / "good.jsonl", [row(1, "ham"), row(2, "spam")])
    wrong = write(tmp_path / "wrong.jsonl.gz", [row(1, "ham"), row(2, "ham", label="Ham")])
    empty = write(tmp_path / "empty.jsonl", [])

    assert "wrong.jsonl.gz, line 2: " in refused(good, wrong)
    assert "empty.jsonl holds no comments" in refused(good, empty)
    assert "missing.jsonl cannot be read" in refused(good, tmp_path / "missing.jsonl")
    assert "missing.jsonl cannot be read" in refused(good, "--train", tmp_path / "missing.jsonl")
    assert "good.jsonl is damaged or no model" in refused(good, "--model", good)


def test_the_reader_and_the_command_agree_on_the_format(tmp_path: Path) -> None:
    file = write(tmp_path / "one.jsonl", doubtful())

    assert [one.subject for one in read_labelled(file)] == [_subject(one) for one in doubtful()]
