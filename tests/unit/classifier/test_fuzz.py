import subprocess
import sys
from pathlib import Path

import pytest


def test_a_guided_search_finds_nothing_that_breaks_judging(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="no wheel of atheris for this machine")
    # Of any length from the start on: else so few runs would come to a dozen bytes.
    search = [sys.executable, "-m", "tests.fuzz.judging", "-runs=500", "-seed=1"]
    search += ["-max_len=6000", "-len_control=0"]

    done = subprocess.run(
        search,
        cwd=Path(__file__).parents[3],
        env={"PYTHONPATH": ".", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Done 500 runs" in done.stderr, done.stderr[-2000:]
    assert done.returncode == 0, done.stderr[-2000:]
