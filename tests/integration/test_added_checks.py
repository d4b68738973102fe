"""Checks that others add: loaded, bounded, told, and of no harm when they fail."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.domain.policy import VerdictRule
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.services.added_checks import added_checks
from moderation.services.receipts import load_signals
from tests.added_checks import install_example, write_package
from tests.commands import run_command
from tests.factories import House

LOUD = "THIS IS THE BEST THING THAT I HAVE EVER SEEN"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory whose packages are installed."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    added_checks.cache_clear()
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    added_checks.cache_clear()


def check(name: str, body: str) -> str:
    """A module with a check whose function has this body."""
    return (
        "from types import SimpleNamespace\n"
        "from moderation.domain.signals import Signal, Symbol\n"
        f"def run(evidence):\n    {body}\n"
        f"CHECK = SimpleNamespace(name={name!r}, version=3, run=run)\n"
    )


def add(folder: Path, name: str, body: str) -> None:
    write_package(folder, name, check(name, body), f"{name}:CHECK")
    added_checks.cache_clear()


def test_the_example_works_as_documented(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(install_example(tmp_path))
    added_checks.cache_clear()
    try:
        loud, quiet = home.publish(comment=LOUD), home.publish()
    finally:
        added_checks.cache_clear()
    with home.rows():
        (found,) = (s for s in load_signals(loud, 1) if s.symbol is Symbol.THIRD_PARTY)
        assert Symbol.THIRD_PARTY not in {s.symbol for s in load_signals(quiet, 1)}

    assert (found.check, found.version, found.score) == ("added:shouting", 1, 2.0)
    assert found.evidence == {"title": "It shouts: 100% capitals"}
    assert home.status(loud) is Status.HELD  # with the point for the form's missing stamp
    assert "<bdi>It shouts: 100% capitals</bdi>" in home.sign_in().get("/queue/").text


def test_what_an_added_check_says_is_bounded(home: House, packages: Path) -> None:
    signals = (
        'Signal(Symbol.BLOCKLIST_REJECT, 1e300, {"title": "<b>of zoe@example.com\\n" + "x" * 999}), '
        'Signal(Symbol.ALLOWLIST, 5.0, {"text": evidence.text})'
    )
    add(packages, "loud", f"return [{signals}]")
    comment = home.publish()

    with home.rows():
        (found,) = (s for s in load_signals(comment, 1) if s.check == "added:loud")
    assert (found.symbol, found.score, found.version) == (Symbol.THIRD_PARTY, 10.0, 3)
    assert found.evidence.keys() == {"title"}
    assert found.evidence["title"].startswith("<b>of [address] x")
    assert len(found.evidence["title"]) <= 100
    assert home.status(comment) is Status.SPAM  # by its points, not by another's symbol
    assert "&lt;b&gt;of [address]" in home.sign_in().get("/queue/?tab=spam").text


def test_points_that_are_no_number_count_as_a_fault(home: House, packages: Path) -> None:
    add(packages, "nan", 'return [Signal(Symbol.THIRD_PARTY, float("nan"))]')
    comment = home.publish()

    assert home.status(comment) is Status.HELD
    with home.rows():
        assert home.comment(comment).verdict_rule is VerdictRule.CHECK_ERROR


def test_an_added_check_that_raises_holds_like_any_other(home: House, packages: Path) -> None:
    add(packages, "broken", "raise RuntimeError(evidence.text)")
    comment = home.publish()

    assert home.status(comment) is Status.HELD
    with home.rows():
        (found,) = (s for s in load_signals(comment, 1) if s.symbol is Symbol.CHECK_ERROR)
    assert found.evidence == {"check": "added:broken", "error": "RuntimeError"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise OSError('no file')", "OSError: no file"),
        ("CHECK = 7", "TypeError: its name must be text"),
        (check("", "return []"), "TypeError: its name must be text"),
        (check("ok", "return []").replace("version=3", "version='3'"), "needs a version"),
        ("x = 1", "AttributeError"),
    ],
)
def test_one_that_cannot_be_loaded_is_told_and_holds_and_is_not_fatal(
    home: House, packages: Path, caplog: pytest.LogCaptureFixture, code: str, words: str
) -> None:
    write_package(packages, "odd", code, "odd:CHECK")
    add(packages, "fine", 'return [Signal(Symbol.THIRD_PARTY, 0.0, {"title": "seen"})]')
    comment = home.publish()

    with home.rows():
        signals = load_signals(comment, 1)
    assert "added:fine" in {s.check for s in signals}
    (failed,) = (s.evidence for s in signals if s.symbol is Symbol.CHECK_ERROR)
    assert failed == {"check": "added:odd", "error": "CheckNotLoadedError"}
    assert home.status(comment) is Status.HELD
    assert "An added check does not run: odd (odd:CHECK): " in caplog.text
    assert words in caplog.text


def test_the_doctor_tells_of_added_checks(
    base_settings: object, packages: Path, tmp_path: Path
) -> None:
    environ = {"MODERATION_INSTANCE": str(tmp_path)}
    assert "added checks" not in run_command(environ, "doctor").output
    add(packages, "fine", "return []")
    assert "ok   added checks: added:fine 3" in run_command(environ, "doctor").output
    write_package(packages, "odd", "CHECK = 7", "odd:CHECK")
    added_checks.cache_clear()
    assert "bad  added checks: odd (odd:CHECK): TypeError" in run_command(environ, "doctor").output
    assert base_settings


def test_of_two_with_one_name_the_first_runs(home: House, packages: Path) -> None:
    for module, title in (("one", "first"), ("two", "second")):
        body = f'return [Signal(Symbol.THIRD_PARTY, 0.0, {{"title": {title!r}}})]'
        write_package(packages, module, check("same", body), f"{module}:CHECK")
    added_checks.cache_clear()
    comment = home.publish()

    with home.rows():
        found = [s for s in load_signals(comment, 1) if s.check == "added:same"]
    assert [s.evidence["title"] for s in found] == ["first"]
    assert added_checks().faults == ("two (two:CHECK): there is one of this name already",)


def test_what_takes_too_long_is_ended_and_the_comment_held(
    home: House, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.services.added_checks.LONGEST", 0.05)
    add(packages, "endless", "exec('while True: pass')")
    add(packages, "quick", "return [Signal(Symbol.THIRD_PARTY, 1.0, {'title': 'seen'})]")
    before = signal.getsignal(signal.SIGALRM)
    comment = home.publish()

    assert home.status(comment) is Status.HELD
    with home.rows():
        found = load_signals(comment, 1)
        told = {s.check: s for s in found if s.check.startswith("added:")}
        assert told["added:endless"].symbol is Symbol.CHECK_ERROR
        assert told["added:endless"].evidence["error"] == "CheckTooSlowError"
        assert told["added:quick"].symbol is Symbol.THIRD_PARTY
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
