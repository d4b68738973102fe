"""`moderation classifier evaluate --online`: judged before it is learned, as a site would."""

from pathlib import Path

import pytest

from moderation.classifier.heads import no_head
from moderation.classifier.model import pack
from tests.classifier_figures import cells, counts, evaluate, figures, refused, untimed
from tests.labelled_files import row, write


@pytest.fixture
def knows_nothing(tmp_path: Path) -> Path:
    file = tmp_path / "nothing.model"
    file.write_bytes(pack(no_head(), no_head(), {}))
    return file


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
