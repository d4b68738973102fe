"""The walls of the house: what may import what, and what the papers must say."""

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.migrations import HEAD

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    file
    for package in ("moderation", "workers")
    for file in (ROOT / package).rglob("*.py")
    if file.parent.name != "versions"  # migrations are written by a program, and never again
)


def loaded_by(statement: str, tmp_path: Path) -> set[str]:
    """The modules that a fresh process has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    environ = {
        "MODERATION_INSTANCE": str(tmp_path),
        "MODERATION_SECRET_KEY": "k" * 32,
        "MODERATION_EMAIL_KEYS": "k1:" + "A" * 43 + "=",
        "MODERATION_EMAIL_INDEX_KEY": "A" * 43 + "=",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_importing_the_package_loads_next_to_nothing(tmp_path: Path) -> None:
    loaded = loaded_by("import moderation, moderation.config", tmp_path)

    assert loaded & {"flask", "sqlalchemy", "celery", "pydantic", "redis"} == set()


def test_the_supervisor_is_light(tmp_path: Path) -> None:
    loaded = loaded_by("import moderation.supervisor", tmp_path)

    assert loaded & {"flask", "sqlalchemy", "celery", "pydantic", "redis", "click"} == set()


def test_a_web_process_loads_nothing_that_only_a_worker_or_a_command_needs(tmp_path: Path) -> None:
    loaded = loaded_by("from moderation.web.wsgi import create; create()", tmp_path)

    assert "flask_security" in loaded
    only_workers = {"markdown_it", "nh3", "dns", "numpy", "moderation.checks"}
    assert loaded & (only_workers | {"moderation.classifier", "workers", "alembic"}) == set()


def test_a_worker_loads_nothing_that_it_seldom_needs(tmp_path: Path) -> None:
    loaded = loaded_by(
        "import workers.app, workers.__main__; workers.app.app.loader.import_default_modules()",
        tmp_path,
    )

    assert "workers.tasks.screening" in loaded
    assert loaded & {"flask_security", "flask_wtf", "granian", "moderation.web"} == set()
    assert loaded & {"dns", "alembic", "celery.bin"} == set()


def test_beat_loads_neither_tasks_nor_tables(tmp_path: Path) -> None:
    loaded = loaded_by("import workers.beat", tmp_path)

    assert loaded & {"sqlalchemy", "flask", "workers.tasks", "moderation.models"} == set()


def test_head_is_the_newest_migration() -> None:
    files = (ROOT / "moderation" / "migrations" / "versions").glob("*.py")
    text = "".join(file.read_text() for file in files)
    revisions = set(re.findall(r'^revision = "(\w+)"', text, re.MULTILINE))
    parents = set(re.findall(r'^down_revision = "(\w+)"', text, re.MULTILINE))

    assert revisions - parents == {HEAD}


def test_readme_tells_every_setting_with_its_default() -> None:
    config = (ROOT / "moderation" / "config.py").read_text()
    names = set(re.findall(r'read\.\w+\(\s*"([A-Z_]+)"', config))
    readme = (ROOT / "README.md").read_text()
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))

    assert told == names
    assert len(names) >= len(dataclasses.fields(__import__("moderation.config").config.Settings))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_says_what_it_is_and_stays_small(file: Path) -> None:
    text = file.read_text()

    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 400
