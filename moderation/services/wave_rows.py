"""Each wave's one row in the queue: how much of it is held on the moderator's sites, and where."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from moderation.domain.queue_view import QueueView
from moderation.domain.signals import Signal
from moderation.domain.status import Status
from moderation.models import Comment, WaveSite, db
from moderation.services.queue_query import own_sites
from moderation.services.receipts import load_receipts

MOST_WAVES = 20  # rows; when some are decided, others follow
MOST_LOOKED_AT = 500  # comments of a wave, to count its threads


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave, as far as it is on the sites of a view.

    Attributes:
        wave_id: which.
        held: how many of its comments are held there.
        sites: on how many of the sites.
        threads: in how many threads, of the first `MOST_LOOKED_AT` comments.
        since: when the first that is held came.
        sample: that comment.
        signals: its receipt.
    """

    wave_id: int
    held: int
    sites: int
    threads: int
    since: datetime
    sample: Comment
    signals: tuple[Signal, ...] = ()

    @property
    def in_more_threads(self) -> bool:
        """Whether there are more comments than were looked at."""
        return self.held > MOST_LOOKED_AT


@dataclass(frozen=True, slots=True)
class WavesShown:
    """The largest waves of a view, and whether there are others."""

    rows: tuple[WaveRow, ...]
    others: bool


NO_WAVES = WavesShown((), others=False)


def read_waves(moderator_id: int, view: QueueView) -> WavesShown:
    """The waves of which something is held on the sites of a view, the largest first."""
    own = own_sites(moderator_id, view)
    held, sites = func.sum(WaveSite.held), func.count()
    found = db.session.execute(
        select(WaveSite.wave_id, held, sites)
        .where(WaveSite.site_id.in_(select(own.c.site_id)), WaveSite.held > 0)
        .group_by(WaveSite.wave_id)
        .order_by(held.desc(), WaveSite.wave_id)
        .limit(MOST_WAVES + 1)
    ).all()
    counted = (_row(moderator_id, view, *one) for one in found[:MOST_WAVES])
    rows = [row for row in counted if row]
    receipts = load_receipts([row.sample for row in rows]) if rows else {}
    told = tuple(replace(row, signals=receipts[row.sample.id]) for row in rows)
    return WavesShown(told, others=len(found) > MOST_WAVES)


def _row(moderator_id: int, view: QueueView, wave_id: int, held: int, sites: int) -> WaveRow | None:
    own = own_sites(moderator_id, view)
    looked_at = (
        select(Comment.id, Comment.thread_id)
        .where(
            Comment.wave_id == wave_id,
            Comment.site_id.in_(select(own.c.site_id)),
            Comment.status == Status.HELD,
        )
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    first, threads = db.session.execute(
        select(func.min(looked_at.c.id), func.count(looked_at.c.thread_id.distinct()))
    ).one()
    if first is None:  # decided between the two queries
        return None
    sample = db.session.get_one(Comment, first)
    return WaveRow(wave_id, int(held), sites, threads, sample.created_at, sample)
