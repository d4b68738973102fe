"""What tests of the moderators' queue share."""

import re
from collections import Counter
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from moderation.domain.queue_view import QueueView, Tab, parse_view
from moderation.domain.roles import SiteRole
from moderation.domain.status import Status
from moderation.models import AuditEntry, Comment, Membership, Moderator, SiteCount, db
from moderation.services import queue, review
from moderation.services.accounts import add_moderator
from moderation.services.queue_query import count_matching, find_page, matching_ids
from tests.factories import PAGE, PASSWORD_HASH, House, csrf_token

HTMX = {"HX-Request": "true"}


def in_view(moderator_id: int, view: QueueView, comment_id: int) -> bool:
    """Whether a comment is one of all that a view holds."""
    matching = matching_ids(moderator_id, view)
    return matching is not None and comment_id in db.session.scalars(matching).all()


def moderator(
    house: House,
    name: str = "Ben",
    sites: tuple[str, ...] = ("blog",),
    role: SiteRole = SiteRole.MODERATOR,
) -> int:
    """A moderator without a browser, for tests of the services; gives the id."""
    with house.rows():
        email = f"{name.lower()}@example.com"
        return add_moderator(email, name, PASSWORD_HASH, house.clock(), sites=sites, role=role).id


def signed_in(
    house: House, name: str, role: SiteRole, sites: tuple[str, ...] = ("blog",)
) -> FlaskClient:
    """A browser of a moderator with a role."""
    browser = house.sign_in(f"{name.lower()}@example.com", sites)
    with house.rows():
        db.session.query(Membership).filter_by(moderator_id=id_of(name)).update({"role": role})
        db.session.commit()
    return browser


def id_of(name: str) -> int:
    """The id of a moderator, within an app context."""
    found = db.session.scalar(select(Moderator.id).where(Moderator.name == name))
    assert found is not None
    return found


def post(browser: FlaskClient, path: str, *, htmx: bool = False, **fields: Any) -> TestResponse:
    """Send one of the queue's forms."""
    token = csrf_token(browser.get("/queue/help").text)
    data = {"csrf_token": token, **fields}
    return browser.post(path, data=data, headers=HTMX if htmx else {})


def decide(
    house: House,
    who: int,
    comment: int,
    decision: str,
    *,
    seen: Status = Status.HELD,
    why: str = "",
) -> int:
    """A decision through the service; gives the entry's id."""
    with house.rows():
        revision = house.comment(comment).revision
        return review.decide(
            who, comment, decision, revision=revision, seen=seen, now=house.clock(), why=why
        )


def undo(house: House, who: int, entry: int) -> int:
    """Take an entry back; gives the new entry's id."""
    with house.rows():
        return review.undo(who, entry, now=house.clock())


def shown(page: str) -> list[int]:
    """The comments that a page of the queue shows as items, in order."""
    return [int(number) for number in re.findall(r'data-comment="(\d+)" data-claim', page)]


def listed(house: House, who: int, limit: int = 100, **view: Any) -> list[int]:
    """All that a view shows, page after page, which must be what it counts."""
    with house.rows():
        found: list[int] = []
        after: str | None = ""
        wanted = parse_view({name: str(value) for name, value in view.items()})
        while after is not None:
            page = find_page(who, wanted, limit=limit, after=after)
            assert len(page.ids) <= limit
            found += page.ids
            after = page.next_after
        assert len(found) == len(set(found)) == count_matching(who, wanted)
        assert all(in_view(who, wanted, comment) for comment in found)
        return found


def entries(comment: int) -> list[AuditEntry]:
    """A comment's audit entries, oldest first."""
    found = select(AuditEntry).where(AuditEntry.comment_id == comment).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def entry_of(house: House, comment: int) -> int:
    """The id of a comment's latest audit entry."""
    with house.rows():
        return entries(comment)[-1].id


def read(house: House) -> list[dict[str, Any]]:
    """What readers are given of the page."""
    answer = house.client.get("/api/v1/sites/blog/comments", query_string={"url": PAGE})
    comments: list[dict[str, Any]] = answer.get_json()["comments"]
    return comments


def assert_counts_hold(house: House) -> None:
    """Every counter of sites is what a recount gives, and what moderators see as tabs."""
    with house.rows():
        kept = {
            (row.site_id, row.status): row.count
            for row in db.session.scalars(select(SiteCount))
            if row.count
        }
        recount = db.session.execute(
            select(Comment.site_id, Comment.status, func.count())
            .where(Comment.status != Status.PENDING)
            .group_by(Comment.site_id, Comment.status)
        )
        assert kept == {(site, status): count for site, status, count in recount}
        for who in db.session.scalars(select(Moderator.id)).all():
            own = select(Membership.site_id).where(Membership.moderator_id == who)
            mine = Counter(
                db.session.scalars(select(Comment.status).where(Comment.site_id.in_(own)))
            )
            tabs = queue.count_tabs(who, None)
            assert {tab: tabs[tab] for tab in Tab if tab is not Tab.ALL} == {
                Tab.HELD: mine[Status.HELD],
                Tab.SPAM: mine[Status.SPAM],
                Tab.PUBLISHED: mine[Status.PUBLISHED],
                Tab.REJECTED: mine[Status.REJECTED],
            }
            assert tabs[Tab.ALL] == sum(tabs[tab] for tab in Tab if tab is not Tab.ALL)
