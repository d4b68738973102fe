"""What `moderation classifier evaluate` prints, for tests."""

import json
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.commands import run_command

_TIMES = {"judging_us", "learning_us"}


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
        return {name: untimed(part) for name, part in told.items() if name not in _TIMES}
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
