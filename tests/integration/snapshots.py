"""What tests of readers' documents share."""

import time
from dataclasses import replace
from typing import Any

from werkzeug.test import TestResponse

from moderation.domain.status import Status
from moderation.models import Comment, Site, Thread, db
from moderation.web.snapshot_cache import SnapshotCache
from tests.factories import PAGE, House
from tests.integration.queueing import decide, moderator

THREAD = "/api/v1/sites/blog/thread"
FRAGMENT = "/s/blog/fragment"


def ask(
    house: House, path: str = THREAD, headers: dict[str, str] | None = None, **query: str
) -> TestResponse:
    """Ask for a document of the usual page."""
    return house.client.get(path, query_string={"url": PAGE} | query, headers=headers)


def thread(house: House, **query: str) -> Any:
    """The snapshot, decoded."""
    answer = ask(house, **query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def keep_hot(house: House, seconds: float = 3600) -> SnapshotCache:
    """Let the house believe for so long what the database said."""
    cache = SnapshotCache(time.monotonic, 2**24, check_after=seconds)
    replace(house.parts, snapshots=cache).install(house.app.extensions)
    return cache


def change_settings(house: House, slug: str = "blog", **settings: Any) -> None:
    """Change a site's settings as its row has them."""
    with house.rows():
        row = db.session.query(Site).filter_by(slug=slug).one()
        row.settings_data = {**row.settings_data, **settings}
        db.session.commit()


def like(house: House, comment_id: int, likes: int) -> None:
    """Give a comment so many likes."""
    with house.rows():
        row = db.session.get_one(Comment, comment_id)
        row.likes = likes
        db.session.get_one(Thread, row.thread_id).version += 1
        db.session.commit()


def remove(house: House, *comment_ids: int) -> None:
    """Have a moderator take published comments down."""
    who = moderator(house, f"Remover{comment_ids[0]}")
    for comment_id in comment_ids:
        decide(house, who, comment_id, "reject", seen=Status.PUBLISHED)
