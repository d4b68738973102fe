"""What moderators see: the queue's pages, counts, and each comment with all that bears on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from moderation.domain.actions import Action
from moderation.domain.queue_view import TAB_STATUSES, QueueView, Tab
from moderation.domain.roles import SiteRole
from moderation.domain.signals import Signal
from moderation.domain.status import Status
from moderation.domain.teaching import IS_SPAM
from moderation.errors import UnknownCommentError
from moderation.models import (
    AuditEntry,
    Claim,
    Comment,
    Commenter,
    Membership,
    Moderator,
    Report,
    Revision,
    SecondOpinion,
    Site,
    SiteCount,
    Thread,
    db,
)
from moderation.services.queue_query import count_matching, find_page, matching_ids
from moderation.services.receipts import load_receipts
from moderation.services.reports import open_reports
from moderation.services.review import DECISIONS
from moderation.services.standing import as_judged
from moderation.services.wave_rows import NO_WAVES, WavesShown, read_waves
from moderation.words import N_

CLAIM_LASTS = timedelta(seconds=45)
MOST_COUNTED = 1_000  # of a filtered view; beyond that "and more" says enough
_MOST_COUNTED_BY_WORDS = 100  # each hit is looked up by itself
_MOST_CHANGED = 500  # entries since a page was made; who has that old a page is told no number
# Where a decision that teaches can find a comment already.
_CONFIRMED = frozenset(DECISIONS[action] for action in IS_SPAM)


@dataclass(frozen=True, slots=True)
class Opinion:
    """A wish for a second opinion: whose, why, since when."""

    by: str
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A comment with what a moderator needs to decide.

    Attributes:
        parent: what it replies to.
        signals: the receipt.
        last: the latest verdict or decision, with who decided (None: the policy).
        claimed_by: the colleague who is looking at it.
        opinion: the second opinion that is asked for.
        reports: readers' open reports, oldest first.
        role: the moderator's on the site.
        confirmable: whether a moderator can say what the policy said, for the site to learn.
    """

    comment: Comment
    site: Site
    thread: Thread
    commenter: Commenter
    parent: Comment | None
    signals: tuple[Signal, ...]
    last: AuditEntry | None
    last_by: str | None
    claimed_by: str | None
    opinion: Opinion | None
    reports: Sequence[Report]
    role: SiteRole
    confirmable: bool

    @property
    def edited_since(self) -> bool:
        """Whether the receipt is of what the comment said before an edit."""
        comment = self.comment
        # An edit that was taken back leaves a revision more, but no time of it and the former text.
        return (
            comment.edited_at is not None
            and comment.screened_revision is not None
            and comment.screened_revision != comment.revision
        )


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of a view.

    Attributes:
        items: in order.
        next_after: where the next page begins, or None at the end.
        matching: how many comments the view holds, up to `most`; None where the tab's
            count says it.
        newest_id: the newest entry of the audit log, to ask for what was judged after.
        counted: whether it is known how many there are; of what words find, only at the beginning.
        waves: at the beginning of a folded view, what stands in one row each.
    """

    items: list[QueueItem]
    next_after: str | None
    matching: int | None
    most: int
    newest_id: int
    counted: bool
    waves: WavesShown


@dataclass(frozen=True, slots=True)
class ViewCount:
    """How many comments a view holds: `matching`, `most` and `counted` of its page."""

    matching: int | None
    most: int
    counted: bool


def read_queue(
    moderator_id: int,
    view: QueueView,
    now: datetime,
    *,
    limit: int,
    after: str = "",
    fold: bool = False,
) -> QueuePage:
    """A page of a view.

    Args:
        moderator_id: whose sites.
        view: which.
        now: when.
        limit: how many comments.
        after: where the page before ended.
        fold: whether each wave's comments stand in one row where the view allows it.

    Raises:
        InvalidInputError: `after` is not what a page before gave.
    """
    view = _until_today(view, now)
    most = _MOST_COUNTED_BY_WORDS if view.q else MOST_COUNTED
    ahead = most if view.q and not after else 0
    folded = fold and view.folds
    newest = newest_id()  # before the waves: what comes between is told with the next news
    found = find_page(moderator_id, view, limit=limit, after=after, count=ahead, folded=folded)
    count = (
        ViewCount(min(found.ahead, most), most, counted=True)
        if ahead
        else count_view(moderator_id, view, now)
    )
    return QueuePage(
        read_items(moderator_id, found.ids, now),
        found.next_after,
        count.matching,
        most,
        newest,
        count.counted,
        read_waves(moderator_id, view) if folded and not after else NO_WAVES,
    )


def count_view(moderator_id: int, view: QueueView, now: datetime) -> ViewCount:
    """How many comments a view holds now. What words find is not counted: that would take as long
    as a page of it.
    """
    if view.q:
        return ViewCount(None, MOST_COUNTED, counted=False)
    if not view.filtered:
        return ViewCount(None, MOST_COUNTED, counted=True)
    matching = count_matching(moderator_id, _until_today(view, now), most=MOST_COUNTED)
    return ViewCount(matching, MOST_COUNTED, counted=True)


def _until_today(view: QueueView, now: datetime) -> QueueView:
    if view.since is None or view.until is not None:
        return view
    return view.model_copy(update={"until": now.date()})


def newest_id() -> int:
    """The number of the audit log's newest entry: where the story stands that a page tells. A
    comment's own number would not do, since a page may be older than the verdict on it.
    """
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def count_new(moderator_id: int, view: QueueView, newest: int, *, fold: bool = False) -> int:
    """How many comments of a view were judged after the audit entry `newest`, up to 500. Where the
    view folds, without those of waves, which their rows tell of.
    """
    # Few are newer than a page that is open; whether they match is asked of those alone.
    fresh = (
        select(AuditEntry.comment_id)
        .where(AuditEntry.id > newest, AuditEntry.action == Action.VERDICT)
        .order_by(AuditEntry.id.desc())
        .limit(500)
    )
    ids = db.session.scalars(fresh).all()
    if not ids:
        return 0
    matching = matching_ids(moderator_id, view)
    if matching is None:
        return 0
    chosen = matching.subquery()
    count = select(func.count()).select_from(chosen).where(chosen.c.id.in_(ids))
    if fold and view.folds:
        alone = select(Comment.id).where(Comment.id.in_(ids), Comment.wave_id.is_(None))
        count = count.where(chosen.c.id.in_(alone))
    return db.session.scalar(count) or 0


def count_unseen(moderator_id: int, view: QueueView, newest: int) -> int | None:
    """How many comments of a view an order on all of it leaves alone, since their status was given
    after the audit entry `newest`; None where too much was done since to look through.
    """
    changed = (
        select(AuditEntry.comment_id)
        .where(AuditEntry.id > newest, AuditEntry.after.is_not(None))
        .limit(_MOST_CHANGED)
    )
    ids = db.session.scalars(changed).all()
    if len(ids) == _MOST_CHANGED:
        return None
    matching = matching_ids(moderator_id, view) if ids else None
    if matching is None:
        return 0
    chosen = matching.subquery()
    count = select(func.count()).select_from(chosen).where(chosen.c.id.in_(ids))
    return db.session.scalar(count) or 0


def count_tabs(moderator_id: int, site: str | None) -> dict[Tab, int]:
    """How many comments each tab holds, on all the moderator's sites or on one."""
    counts = (
        select(SiteCount.status, func.sum(SiteCount.count))
        .join(Membership, Membership.site_id == SiteCount.site_id)
        .where(Membership.moderator_id == moderator_id)
        .group_by(SiteCount.status)
    )
    if site is not None:
        counts = counts.join(Site, Site.id == SiteCount.site_id).where(Site.slug == site)
    by_status: dict[Status, int] = {row[0]: int(row[1]) for row in db.session.execute(counts)}
    return {tab: sum(by_status.get(s, 0) for s in TAB_STATUSES[tab]) for tab in Tab}


def read_item(moderator_id: int, comment_id: int, now: datetime) -> QueueItem:
    """One comment, whatever its status.

    Raises:
        UnknownCommentError: there is no such comment on the moderator's sites.
    """
    items = read_items(moderator_id, [comment_id], now)
    if not items:
        raise UnknownCommentError(N_("There is no such comment on your sites."))
    return items[0]


def read_items(moderator_id: int, ids: Sequence[int], now: datetime) -> list[QueueItem]:
    """The comments of these numbers that are on the moderator's sites, in the order of `ids`."""
    if not ids:
        return []
    rows = db.session.execute(
        select(Comment, Site, Thread, Commenter, Membership.role)
        .join(Site, Site.id == Comment.site_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Commenter, Commenter.id == Comment.commenter_id)
        .join(Membership, Membership.site_id == Comment.site_id)
        .where(Comment.id.in_(ids), Membership.moderator_id == moderator_id)
        .execution_options(populate_existing=True)
    ).all()
    comments = [row.Comment for row in rows]
    parents = _by_id(Comment, {c.parent_id for c in comments if c.parent_id})
    receipts = load_receipts(comments)
    latest = _latest_entries(ids)
    claims = claims_of_others(moderator_id, now)
    opinions = _opinions(ids)
    reported = open_reports(comments)
    confirmable = as_judged([c.id for c in comments if c.status in _CONFIRMED])
    items = {
        row.Comment.id: QueueItem(
            comment=row.Comment,
            site=row.Site,
            thread=row.Thread,
            commenter=row.Commenter,
            parent=parents.get(row.Comment.parent_id),
            signals=receipts[row.Comment.id],
            last=latest.get(row.Comment.id, (None, None))[0],
            last_by=latest.get(row.Comment.id, (None, None))[1],
            claimed_by=claims.get(row.Comment.id),
            opinion=opinions.get(row.Comment.id),
            reports=reported.get(row.Comment.id, ()),
            role=row.role,
            confirmable=row.Comment.id in confirmable,
        )
        for row in rows
    }
    return [items[comment_id] for comment_id in ids if comment_id in items]


def _by_id(model: Any, ids: Iterable[int]) -> Mapping[int, Any]:
    found = db.session.scalars(select(model).where(model.id.in_(ids)))
    return {row.id: row for row in found}


def _latest_entries(ids: Sequence[int]) -> dict[int, tuple[AuditEntry | None, str | None]]:
    newest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.comment_id.in_(ids), AuditEntry.after.is_not(None))
        .group_by(AuditEntry.comment_id)
    )
    rows = db.session.execute(
        select(AuditEntry, Moderator.name)
        .outerjoin(Moderator, Moderator.id == AuditEntry.moderator_id)
        .where(AuditEntry.id.in_(newest))
    )
    return {entry.comment_id: (entry, name) for entry, name in rows if entry.comment_id}


def claims_of_others(moderator_id: int, now: datetime) -> dict[int, str]:
    """Which comments of the moderator's sites colleagues are looking at: their names by comment."""
    rows = db.session.execute(
        select(Claim.comment_id, Moderator.name)
        .join(Moderator, Moderator.id == Claim.moderator_id)
        .where(Claim.moderator_id != moderator_id, Claim.seen_at > now - CLAIM_LASTS)
    )
    names = {row[0]: row[1] for row in rows}
    if not names:
        return {}
    # Only then, and only those: a join could be led from the sites to all their comments.
    own = (
        select(Comment.id)
        .join(Membership, Membership.site_id == Comment.site_id)
        .where(Comment.id.in_(names), Membership.moderator_id == moderator_id)
    )
    return {comment_id: names[comment_id] for comment_id in db.session.scalars(own)}


def _opinions(ids: Sequence[int]) -> dict[int, Opinion]:
    rows = db.session.execute(
        select(SecondOpinion, Moderator.name)
        .join(Moderator, Moderator.id == SecondOpinion.moderator_id)
        .where(SecondOpinion.comment_id.in_(ids))
    )
    return {o.comment_id: Opinion(name, o.note, o.created_at) for o, name in rows}


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to a comment, oldest first, and what it said before each edit."""

    entries: list[tuple[AuditEntry, str | None]]
    revisions: list[tuple[Revision, str | None]]


def read_history(comment_id: int) -> History:
    """A comment's history. The caller has seen that the moderator may know of the comment."""
    entries = db.session.execute(
        select(AuditEntry, Moderator.name)
        .outerjoin(Moderator, Moderator.id == AuditEntry.moderator_id)
        .where(AuditEntry.comment_id == comment_id)
        .order_by(AuditEntry.id)
    )
    revisions = db.session.execute(
        select(Revision, Moderator.name)
        .outerjoin(Moderator, Moderator.id == Revision.moderator_id)
        .where(Revision.comment_id == comment_id)
        .order_by(Revision.revision)
    )
    return History([(e, name) for e, name in entries], [(r, name) for r, name in revisions])
