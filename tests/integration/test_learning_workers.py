"""A whole installation learns: what moderators decide reaches its workers, and outlives them."""

import re
from pathlib import Path

import httpx
import pytest

from tests.factories import csrf_token
from tests.stack import Stack, stack_on

pytestmark = pytest.mark.installation


def seen_by(stack: Stack) -> list[int]:
    """How many lessons each comment was judged with, the latest last."""
    return [
        int(found[1])
        for (evidence,) in stack._rows(
            "SELECT evidence FROM signals WHERE check_name = 'learned' ORDER BY id"
        )
        if (found := re.search(r'"seen": (\d+)', str(evidence)))
    ]


def post(stack: Stack, text: str) -> None:
    fields = {
        "url": stack.page,
        "name": "Nora",
        "email": "nora@reader.example",
        "comment": f"{text} https://a.example https://b.example https://c.example",
    }
    answer = stack.client.post("/api/v1/sites/demo/comments", json=fields)
    assert answer.status_code == 202, answer.text
    assert stack.wait_until(lambda: stack.pending() == 0)


def decide_all(moderator: httpx.Client, decision: str) -> None:
    page = moderator.get("/queue/").text
    form = {
        "csrf_token": csrf_token(page),
        "decision": decision,
        "seen": "held",
        "revision": "1",
    }
    for action in set(re.findall(r'action="(/queue/\d+)"', page)):
        moderator.post(action, data=form)


def test_decisions_reach_every_worker_within_seconds_and_outlive_a_restart(
    tmp_path: Path,
) -> None:
    extra = {"MODERATION_UNDO_WINDOW": "0", "MODERATION_WORKER_PROCESSES": "2"}
    with stack_on(tmp_path, "", **extra) as stack:
        stack.lift_limits()
        for number in range(3):
            post(stack, f"What was said in comment {number}")
        assert set(seen_by(stack)) == {0}
        with stack.moderator() as moderator:
            decide_all(moderator, "spam")
        count = "SELECT count(*) FROM lessons"
        current = "SELECT version FROM site_learning WHERE version > 0 AND taught = folded"
        assert stack.wait_until(lambda: stack._rows(count) == [(3,)])
        assert stack.wait_until(lambda: bool(stack._rows(current)))
        for number in range(4):  # more than there are processes
            post(stack, f"Something else, of number {number}")
        assert seen_by(stack)[-4:] == [3, 3, 3, 3]
        shown = stack.command("learned", "show", "demo")
        assert "Lessons: 3 spam, 0 good" in shown
        file = tmp_path / "lessons.jsonl"
        stack.command("learned", "export", "demo", "--out", str(file))

    with stack_on(tmp_path, "", **extra) as stack:
        post(stack, "After a night's sleep")
        assert seen_by(stack)[-1] == 3
        assert "begins anew" in stack.command("learned", "reset", "demo")
        assert "learns 3 lessons" in stack.command("learned", "import", "demo", str(file))
        assert "count again" in stack.command("learned", "reset", "--undo", "demo")
