import json

import pytest

from benchmarks.classifier import Benchmark
from benchmarks.halves import SIDES, Halved, read_folder
from moderation.errors import InvalidInputError

SPAM = "cheap casino bonus number {} click www.casino{}.example and www.win.example now"
HAM = "I read chapter {} twice and would ask about the proof in section {}"


def line(number: int, source: str, label: str, text: str) -> str:
    written = text.format(number, number)
    author, url = ("Casino", "https://casino.example") if label == "spam" else ("Ann", "")
    return json.dumps(
        {"text": written, "label": label, "source": source, "author": author, "url": url}
        | {"lang": "en"}
    )


@pytest.fixture
def folder(tmp_path):
    blogs = [
        line(number, f"blog/{number % 4}", *((("spam", SPAM), ("ham", HAM))[number % 3 == 0]))
        for number in range(60)
    ]
    messages = [
        line(number, "sms", *((("spam", SPAM), ("ham", HAM))[number % 2])) for number in range(60)
    ]
    insults = [
        line(number, "abuse/one", *((("abuse", "You idiot {}"), ("ok", HAM))[number % 2]))
        for number in range(60)
    ]
    for name, lines in (("blog", blogs), ("sms", messages), ("abuse", insults)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.fixture
def few_folds(monkeypatch):
    monkeypatch.setattr("moderation.classifier.training._FOLDS", 2)


def test_no_source_is_on_both_sides(folder):
    halved, _ = read_folder(folder, None)
    blogs = [{comment.source for comment in side} for side in halved.columns["blog"]]
    messages = [{comment.subject.text for comment in side} for side in halved.columns["sms"]]
    assert all(blogs)
    assert all(messages)
    assert not blogs[0] & blogs[1]
    assert not messages[0] & messages[1]
    assert {comment.subject.text for side in SIDES for comment in halved.test(side)} == {
        comment.subject.text for side in SIDES for comment in halved.train(side)
    }


def test_abuse_is_apart_by_language(folder):
    spam, abuse = read_folder(folder, None)
    assert list(spam.columns) == ["blog", "sms"]
    assert abuse.shown() == ["en"]
    assert len(abuse.test(0) + abuse.test(1)) == 60


def test_a_fast_look_takes_the_same_few_every_time(folder):
    looks = [read_folder(folder, 10)[0].test(0) for _ in range(2)]
    assert looks[0] == looks[1]
    assert len(looks[0]) + len(read_folder(folder, 10)[0].test(1)) == 20


def test_a_folder_without_comments_is_named(tmp_path):
    with pytest.raises(InvalidInputError, match="make benchclassifier DATA="):
        read_folder(tmp_path, None)


def test_a_folder_without_spam_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="both spam and ham"):
        Benchmark(Halved({}), Halved({}), tmp_path)


@pytest.mark.usefixtures("few_folds")
def test_tables_are_printed_and_what_is_not_installed_is_named(
    folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    # Abuse goes the same ways, and would double the time.
    benchmark = Benchmark(read_folder(folder, None)[0], Halved({}), tmp_path)
    benchmark.tell_missing()
    benchmark.batch()
    benchmark.online()
    monkeypatch.setattr("benchmarks.classifier._DECISIONS", 10)
    benchmark.held()
    benchmark.speed()
    printed = capsys.readouterr()
    assert "apt install bogofilter" in printed.err
    assert "apt install spamassassin" in printed.err
    assert "| bogofilter" not in printed.out
    rows = [row.split(" | ") for row in printed.out.splitlines() if row.startswith("| ")]
    assert ["| ", "blog\\*", "sms\\*", "all\\* |"] in rows
    ours = [row for row in rows if row[0] == "| this classifier"]
    assert ours[0][1:] == ["1.000 / 1.00", "1.000 / 1.00", "1.000 / 1.00 |"]
    assert "| this classifier, begun empty" in {row[0] for row in rows}
    held = {row[0]: row[1:] for row in rows if "%" in row[-1]}
    assert held.keys() == {
        "| nothing learned yet",
        "| after 10 decisions",
        "| while only what is held or spam is decided",
        "| … and one in 5 good ones confirmed",
    }
    assert set(map(tuple, held.values())) == {("0.0% / 100%", "0.0% / 100%", "0.0% / 100% |")}
