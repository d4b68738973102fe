"""Kill -9 of the worker in the middle of a bulk job: the next one ends it, deciding nothing twice."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, insert, update

from moderation.config import load_settings
from moderation.domain.status import Status
from moderation.models import BulkJob, Comment, SiteCount, db
from tests.factories import House, csrf_token
from tests.stack import OwnStack, Stack, stack_on

pytestmark = pytest.mark.installation

MANY = 3_000  # half a dozen steps


def hold_many(stack: Stack, count: int) -> None:
    """So many held comments: one that came by the door, and copies of its row."""
    settings = replace(load_settings(stack.environ), trusted_proxies=1)
    house = House(settings)
    comment = house.hold(_site="demo", url=stack.page)
    with house.rows():
        row = house.comment(comment)
        assert row.status is Status.HELD
        columns = (c.key for c in row.__mapper__.column_attrs)
        values = {name: getattr(row, name) for name in columns} | {"content_hash": None}
        del values["id"]
        db.session.execute(insert(Comment), [values] * (count - 1))
        db.session.execute(
            update(SiteCount).where(SiteCount.status == Status.HELD).values(count=count)
        )
        db.session.commit()
    house.close()


def kill_worker(stack: OwnStack) -> None:
    """The worker with all its processes, none of which gets to end what it is at."""
    worker = stack.part("worker")
    for process in [worker, *worker.children(recursive=True)]:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def let_it_be_silent(stack: Stack) -> None:
    """As if the job's last step were long ago, so that nobody takes it for a worker's any more."""
    engine = create_engine(stack.settings.database_url)
    with engine.begin() as connection:
        connection.execute(update(BulkJob).values(stepped_at=datetime(2026, 1, 1, tzinfo=UTC)))
    engine.dispose()


def test_a_worker_killed_in_the_middle_of_a_job(stack_database: str, tmp_path: Path) -> None:
    with stack_on(tmp_path, stack_database) as stack:
        hold_many(stack, MANY)

        def job() -> tuple:
            return stack._rows("SELECT status, changed, skipped FROM bulk_jobs")[0]

        with stack.moderator() as moderator:
            token = csrf_token(moderator.get("/queue/").text)
            newest = stack._rows("SELECT max(id) FROM audit_entries")[0][0]
            form = {"csrf_token": token, "which": "all", "newest": newest, "confirmed": "1"}
            answer = moderator.post("/queue/bulk/", data=form | {"decision": "spam"})
            assert answer.status_code == 200, answer.text
        assert stack.wait_until(lambda: job()[1] > 0)
        kill_worker(stack)
        status, changed, _ = job()
        assert (status, changed < MANY) == ("running", True)
        let_it_be_silent(stack)

        assert stack.wait_until(lambda: job()[0] == "done"), stack.output
        assert job() == ("done", MANY, 0)
        entries = stack._rows(
            "SELECT count(*), count(DISTINCT comment_id) FROM audit_entries WHERE action = 'spam'"
        )
        assert entries == [(MANY, MANY)]
        assert stack._rows("SELECT count(*) FROM comments WHERE status = 'spam'") == [(MANY,)]
        assert dict(stack._rows("SELECT status, count FROM site_counts"))["spam"] == MANY
