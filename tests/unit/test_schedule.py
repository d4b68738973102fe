"""What beat sends is there for a worker to do."""

import ast
from pathlib import Path

import pytest

from workers.schedule import beat_schedule

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [entry["task"] for entry in beat_schedule().values()])
def test_every_scheduled_task_is_one(name: str) -> None:
    module, _, function = name.rpartition(".")
    source = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())
    tasks = {
        node.name
        for node in source.body
        if isinstance(node, ast.FunctionDef)
        and any("app.task" in ast.unparse(decorator) for decorator in node.decorator_list)
    }

    assert function in tasks
