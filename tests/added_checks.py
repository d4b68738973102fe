"""Checks of others for tests: the documented example installed by pip, and packages by hand."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.stack import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "moderation-shouting"


def install_example(folder: Path) -> Path:
    """The example, installed as the documentation says, into a directory of its own."""
    source = shutil.copytree(EXAMPLE, folder / "source")  # building leaves files behind
    target = folder / "installed"
    words = ("install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation")
    subprocess.run(
        [sys.executable, "-m", "pip", *words, "--target", target, source],
        check=True,
        capture_output=True,
    )
    return target


def write_package(folder: Path, name: str, code: str, entry: str) -> None:
    """A package with one module and one entry point."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[moderation.checks]\n{name} = {entry}\n")
