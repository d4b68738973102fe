"""`moderation classifier evaluate` and `train`, by whose figures the classifier is judged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from moderation.classifier.heads import no_head
from moderation.classifier.judge import Judge
from moderation.classifier.labelled import read_labelled
from moderation.classifier.model import load_shipped, pack
from moderation.domain.email_class import email_class
from moderation.domain.evidence import Subject
from moderation.domain.language import language_of
from moderation.domain.policy import SitePolicy
from tests.commands import run_command
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
TIMES = {"judging_us", "learning_us"}


def evaluate(*words: str | Path) -> Result:
    return run_command({}, "classifier", "evaluate", *map(str, words))


def figures(*words: str | Path) -> dict[str, Any]:
    """What `--json` prints, which is JSON as others read it, too: with no NaN."""
    found = evaluate(*words, "--json")
    assert found.exit_code == 0, found.output

    def refuse(word: str) -> None:
        raise AssertionError(word)

    told: dict[str, Any] = json.loads(found.stdout, parse_constant=refuse)
    return told


def refused(*words: str | Path) -> str:
    """What is said instead of figures."""
    found = evaluate(*words)
    assert found.exit_code != 0
    assert isinstance(found.exception, SystemExit)
    assert found.stdout == ""
    return found.stderr


def untimed(told: Any) -> Any:
    """Without what no two runs have in common."""
    if isinstance(told, dict):
        return {name: untimed(part) for name, part in told.items() if name not in TIMES}
    if isinstance(told, list):
        return [untimed(part) for part in told]
    return told


def cells(printed: str, name: str) -> list[list[str]]:
    """What stands behind a name in each table."""
    lines = [line for line in printed.splitlines() if line.strip().startswith(f"{name} ")]
    return [line.strip().removeprefix(name).split() for line in lines]


def counts(told: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """By name how many of both labels there are."""
    return {name: (one["positive"], one["negative"]) for name, one in told.items()}


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
def knows_nothing(tmp_path: Path) -> Path:
    file = tmp_path / "nothing.model"
    file.write_bytes(pack(no_head(), no_head(), {}))
    return file


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


def test_online_is_by_time_and_judged_before_it_is_learned(
    tmp_path: Path, knows_nothing: Path
) -> None:
    """The file has the last comments first, and its times are written in three ways."""
    times = [f"2024-01-01T00:00:{n:02}" for n in range(10)]
    times += [str(1_735_689_600 + n) for n in range(10)]  # 2025
    times += [f"1.767.225.6{n:02}.000.000" for n in range(40)]  # 2026
    rows = [row(n, "ham" if n < 20 else "spam", ts=at) for n, at in enumerate(times)]
    file = write(tmp_path / "one.jsonl", reversed(rows))

    (told,) = figures("--online", "--model", knows_nothing, file)["files"]

    assert told["online"]
    assert counts(told["by_decisions"]) == {"0": (0, 20), "20": (40, 0)}
    assert told["whole"]["learning_us"] > 0
    first = told["by_decisions"]["0"]["reliability"]
    assert max(one["said"] for one in first) == 0.5  # the first, before anything was learned
    # The first spam of all is not foreseen, the rest of it is.
    assert told["whole"]["auc"] > 0.9


def test_online_reports_the_stream_by_decisions_seen(tmp_path: Path, knows_nothing: Path) -> None:
    rows = [row(n, "ham" if n % 2 else "spam", ts=None) for n in range(520)]
    file = write(tmp_path / "one.jsonl", rows)

    found = evaluate("--online", "--model", knows_nothing, file)

    assert "each file a site of its own; by time." in found.stdout
    stages = {at: cells(found.stdout, f"from decision {at}")[0] for at in (0, 20, 100, 500)}
    assert {at: int(of_it[0]) + int(of_it[1]) for at, of_it in stages.items()} == {
        0: 20,
        20: 80,
        100: 400,
        500: 20,
    }
    assert all(int(of_it[7]) > 0 for of_it in stages.values())
    assert float(stages[100][2]) > 0.99


def test_so_many_decisions_are_learned_and_no_more(tmp_path: Path, knows_nothing: Path) -> None:
    file = write(tmp_path / "one.jsonl", [row(n, "spam" if n % 2 else "ham") for n in range(40)])
    online = ("--online", "--model", knows_nothing, file)

    nothing = figures(*online, "--decisions", "0")["files"][0]
    few = figures(*online, "--decisions", "5")["files"][0]
    all_of_it = figures(*online)["files"][0]

    offline = figures("--model", knows_nothing, file)["files"][0]
    assert untimed(nothing["whole"]) == untimed(offline["whole"])
    assert nothing["whole"]["learning_us"] is None
    assert nothing["whole"]["brier"] == 0.25
    assert few["whole"]["learning_us"] > 20  # of those that were learned
    assert list(few["by_decisions"]) == ["0"]
    assert few["whole"]["auc"] != nothing["whole"]["auc"]
    assert all_of_it["whole"]["brier"] < few["whole"]["brier"]
    assert list(all_of_it["by_decisions"]) == ["0", "20"]


@pytest.mark.parametrize(
    ("option", "sites", "stages"),
    [
        (None, "file", [{"0": 20, "20": 10}, {"0": 15}, {"0": 35, "20": 10}]),
        ("--per-source", "source", [{"0": 30}, {"0": 15}, {"0": 45}]),
        ("--together", "all", [{"0": 20, "20": 10}, {"20": 15}, {"0": 20, "20": 25}]),
    ],
)
def test_a_site_is_a_file_or_a_source_or_all_files(
    tmp_path: Path, option: str | None, sites: str, stages: list[dict[str, int]]
) -> None:
    earlier = [row(n, "spam", ts=1_700_000_000 + n, source=f"s/{n % 2}") for n in range(30)]
    later = [row(n, "ham", ts=f"2025-01-01T00:00:{n:02}", source="s/0") for n in range(15)]
    files = [write(tmp_path / "later.jsonl", later), write(tmp_path / "earlier.jsonl", earlier)]

    told = figures("--online", *([option] if option else []), *files)

    second, first = (one["by_decisions"] for one in told["files"])
    found = [first, second, told["together"]["by_decisions"]]
    assert [{at: sum(of_it) for at, of_it in counts(one).items()} for one in found] == stages
    assert told["together"]["whole"]["negative"] == 15
    assert told["online"] == {"sites": sites, "decisions": None, "seed": None}


def test_a_seed_shuffles_within_sources_and_is_repeatable(
    tmp_path: Path, knows_nothing: Path
) -> None:
    rows = [
        row(
            n, "spam" if n % 4 == 0 else "ham", source=f"s/{n // 20}", ts=f"2024-01-01T00:00:{n:02}"
        )
        for n in range(40)
    ]
    file = write(tmp_path / "one.jsonl", rows)
    online = ("--online", "--model", knows_nothing, file)

    by_seed = [untimed(figures(*online, "--shuffle", seed)["files"]) for seed in ("1", "1", "2")]

    assert by_seed[0] == by_seed[1] != by_seed[2]
    assert by_seed[0] != untimed(figures(*online)["files"])
    for (told,) in by_seed:  # the first source still comes first
        assert counts(told["by_decisions"])["0"] == counts(told["by_source"])["s/0"] == (5, 15)


def test_online_a_folder_with_abuse_in_it_is_measured_all_the_same(tmp_path: Path) -> None:
    insults = [row(n, "abuse" if n % 2 else "ok") for n in range(6)]
    spam = [row(n, "spam" if n % 2 else "ham") for n in range(6)]
    files = [
        write(tmp_path / "abuse.jsonl", insults),
        write(tmp_path / "blog.jsonl", spam),
        write(tmp_path / "sms.jsonl", spam),
    ]

    online, offline = figures("--online", *files), figures(*files)

    abuse = online["files"][0]
    assert (abuse["question"], abuse["online"], abuse["by_decisions"]) == ("abuse", False, {})
    assert untimed(abuse) == untimed(offline["files"][0])
    assert abuse["whole"]["learning_us"] is None
    assert [one["online"] for one in online["files"]] == [False, True, True]
    assert online["together"]["whole"]["positive"] == 6
    printed = evaluate("--online", *files).stdout
    assert "Abuse is judged by the shipped model alone" in printed
    assert {"abuse.jsonl", "blog.jsonl", "sms.jsonl"} <= set(printed.split())


@pytest.mark.parametrize(
    "options",
    [["--decisions", "5"], ["--per-source"], ["--together"], ["--shuffle", "1"]],
)
def test_what_says_how_to_learn_needs_online(tmp_path: Path, options: list[str]) -> None:
    file = write(tmp_path / "one.jsonl", [row(1, "ham")])

    said = refused(file, *options)

    assert f"{options[0]} says how comments are learned: it needs --online" in said


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


def test_the_reader_and_the_command_agree_on_the_format(tmp_path: Path) -> None:
    file = write(tmp_path / "one.jsonl", doubtful())

    assert [one.subject for one in read_labelled(file)] == [_subject(one) for one in doubtful()]
