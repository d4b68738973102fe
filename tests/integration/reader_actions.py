"""What tests of authors' and readers' actions share."""

from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from moderation.domain.status import Status
from moderation.models import Comment, Commenter, Like, Report, Thread, db
from tests.factories import ORIGIN, PAGE, House, address
from tests.integration.queueing import assert_counts_hold

Home = dict[str, str]


def private_link(house: House, comment: int) -> str:
    """The path of the author's private link."""
    return f"/api/v1/status/{house.parts.signer.sign_status_link(comment)}"


def own(house: House, comment: int) -> dict[str, Any]:
    """What the author is told."""
    answer = house.client.get(private_link(house, comment))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def edit(house: House, comment: int, text: object, revision: object = 1) -> TestResponse:
    """The author gives the comment other words."""
    return house.client.patch(
        private_link(house, comment), json={"comment": text, "revision": revision}
    )


def delete(house: House, comment: int) -> TestResponse:
    """The author deletes the comment."""
    return house.client.delete(private_link(house, comment))


def line() -> Home:
    """The headers of a reader with a line of their own."""
    return {"X-Forwarded-For": address()}


def like(house: House, comment: int, who: Home | None = None, site: str = "blog") -> TestResponse:
    """A reader likes the comment."""
    path = f"/api/v1/sites/{site}/comments/{comment}/like"
    return house.client.post(path, headers=who or line())


def unlike(house: House, comment: int, receipt: str | None, site: str = "blog") -> TestResponse:
    """A reader takes a like back."""
    headers = line() | ({} if receipt is None else {"Like-Receipt": receipt})
    return house.client.delete(f"/api/v1/sites/{site}/comments/{comment}/like", headers=headers)


def report(
    house: House, comment: int, who: Home | None = None, site: str = "blog", **said: Any
) -> TestResponse:
    """A reader reports the comment."""
    path = f"/api/v1/sites/{site}/comments/{comment}/report"
    return house.client.post(path, json={"reason": "spam"} | said, headers=who or line())


def count_of(house: House, url: str = PAGE) -> int:
    """How many comments a page is said to have."""
    answer = house.client.get("/api/v1/sites/blog/counts", query_string={"url": url})
    return int(answer.get_json()["counts"][url])


def assert_all_counts_hold(house: House) -> None:
    """Every counter there is tells what is really there."""
    assert_counts_hold(house)
    with house.rows():
        comments = db.session.scalars(select(Comment)).all()
        published = [c for c in comments if c.status is Status.PUBLISHED]
        refused = [c for c in comments if c.status in {Status.SPAM, Status.REJECTED}]
        for thread in db.session.scalars(select(Thread)):
            assert thread.published_count == sum(c.thread_id == thread.id for c in published)
        for comment in comments:
            assert comment.published_replies == sum(c.root_id == comment.id for c in published)
            assert comment.likes == _count(Like, comment.id)
            assert comment.open_reports == _count(Report, comment.id, Report.closed_at.is_(None))
        for who in db.session.scalars(select(Commenter)):
            assert who.published_count == sum(c.commenter_id == who.id for c in published)
            assert who.refused_count == sum(c.commenter_id == who.id for c in refused)
        shown = sum(c.status is Status.PUBLISHED for c in comments if c.site_id == 1)
    assert count_of(house) == shown


def _count(table: Any, comment_id: int, *among: Any) -> int:
    rows = select(func.count()).select_from(table).where(table.comment_id == comment_id, *among)
    return db.session.scalar(rows) or 0


FOREIGN = {"Origin": "https://other.example"}
AT_HOME = {"Origin": ORIGIN}
