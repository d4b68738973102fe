import subprocess
import sys
from pathlib import Path

import pytest


# From a few bytes on, and of any length from the start on: else so few runs come to a dozen bytes.
@pytest.mark.parametrize(("runs", "how"), [(1500, ()), (500, ("-len_control=0",))])
def test_a_guided_search_finds_nothing_that_breaks_judging(
    tmp_path: Path, runs: int, how: tuple[str, ...]
) -> None:
    pytest.importorskip("atheris", reason="no wheel of atheris for this machine")
    search = [sys.executable, "-m", "tests.fuzz.judging", f"-runs={runs}", "-seed=1"]
    search += ["-max_len=6000", *how]

    done = subprocess.run(
        search,
        cwd=Path(__file__).parents[3],
        env={"PYTHONPATH": ".", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"Done {runs} runs" in done.stderr, done.stderr[-2000:]
    assert done.returncode == 0, done.stderr[-2000:]
