"""Bringing near-identical comments of all sites together in waves.

Called by a worker once a comment's fingerprints are committed: of comments that are screened at
once the last sees all the others, so that however many workers there are, a wave is recognised. All
that says the same is then of one wave, also what was judged before.

Whoever changes rows locks comments first, by number, and `wave_sites` last, after all that
`transitions` counts; a wave is founded by one worker at a time.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text, update

from moderation.checks import wave as wave_check
from moderation.domain import waves
from moderation.domain.actions import Action
from moderation.domain.policy import Verdict, VerdictRule, decide, elsewhere, total_score
from moderation.domain.signals import Signal
from moderation.domain.status import Actor, Status
from moderation.domain.text import NEARLY_THE_SAME, shingles, similarity
from moderation.domain.waves import Membership, Near
from moderation.models import (
    Comment,
    Commenter,
    Site,
    Thread,
    Wave,
    WaveSite,
    db,
)
from moderation.models.base import writing
from moderation.services.receipts import Screened, load_signals, store_signals
from moderation.services.repeats import band_places
from moderation.services.standing import as_judged
from moderation.services.transitions import Change, change_statuses
from moderation.services.wave_queries import (
    COUNT,
    SELECT_NEAR,
    SELECT_SHARED_BANDS,
    SELECT_THEMSELVES,
)

_GLANCE = 10  # candidates of a band, the newest: among so many a wave shows
_ALL_OF_IT = 100  # when it is founded, to take in what came before it was recognised
_UNSYNCHRONISED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A comment that was just screened and may be of a wave.

    Attributes:
        near: itself, as others see it.
        length: of its text, in characters.
        grams: its shingles.
        marks: those of its bands that it shares with another comment.
    """

    near: Near
    length: int
    grams: frozenset[str]
    marks: tuple[int, ...]


def look_for(comment_ids: Collection[int], now: datetime) -> None:
    """Look whether screened comments are of waves, and gather what is."""
    for candidate in candidates(comment_ids, now):
        gather(candidate, now)


def candidates(comment_ids: Collection[int], now: datetime) -> tuple[Candidate, ...]:
    """Which of some screened comments share a band with another of the last while: as a rule,
    none. By number.
    """
    if not comment_ids:
        return ()
    db.session.rollback()  # look at what is there now
    shared = db.session.connection().execute(
        SELECT_SHARED_BANDS,
        {"comment_ids": list(comment_ids), "since_hour": hour_of(now - waves.WINDOW)},
    )
    marks: dict[int, list[int]] = {}
    for comment_id, band in shared:
        marks.setdefault(comment_id, []).append(band)
    if not marks:
        return ()
    rows = db.session.connection().execute(SELECT_THEMSELVES, {"comment_ids": list(marks)})
    return tuple(_candidate(row, marks[row.id]) for row in rows)


def gather(candidate: Candidate, now: datetime) -> None:
    """Look whether a screened comment is one of a wave; if so, bring together what is of it, in one
    transaction.

    Each gets the signal WAVE and with that its place in the wave's row of the queue. What the
    machine has published meanwhile is held again where the site's policy would hold it with that
    signal; what a person approved, or the site itself said, stays as it is.

    Idempotent: what is of a wave already is left alone.
    """
    db.session.rollback()  # look at what is there now
    near = _near(candidate, _GLANCE, now)
    if not _shows(near):
        return
    with writing():
        wave_id = waves.running(near)
        if wave_id is None:
            _one_at_a_time()
            near = _near(candidate, _ALL_OF_IT, now)
            wave_id = waves.running(near)
            if wave_id is None:
                if not waves.is_wave(near):
                    return
                wave_id = _found(near)
        _join(wave_id, near, now)


def hour_of(moment: datetime) -> int:
    """The hour of a moment, since 1970: by it what is too old for a wave is passed over."""
    return int(moment.timestamp()) // 3600


def latest_on_site(site_id: Any, since: Any) -> Select[Any]:
    """When the latest comment of any wave came to a site, if that was after `since`."""
    return select(func.max(WaveSite.last_at)).where(
        WaveSite.site_id == site_id, WaveSite.last_at > since
    )


def _candidate(row: Any, marks: Sequence[int]) -> Candidate:
    return Candidate(_as_near(row), len(row.text), shingles(row.text), tuple(marks))


def _shows(near: Sequence[Near]) -> bool:
    """Whether there is anything to do: the first of `near` is the comment itself."""
    if near[0].wave_id is not None:
        return any(one.wave_id is None for one in near)
    return waves.running(near) is not None or waves.is_wave(near)


def _near(candidate: Candidate, per_band: int, now: datetime) -> list[Near]:
    """The comment and what says nearly the same, on any site, at about the same time."""
    own = candidate.near
    rows = db.session.connection().execute(
        SELECT_NEAR,
        {
            "since": own.created_at - waves.WINDOW,
            "until": own.created_at + waves.WINDOW,
            # Texts of very different length cannot be nearly the same.
            "shortest": int(candidate.length * NEARLY_THE_SAME / 2),
            "longest": int(candidate.length * 2 / NEARLY_THE_SAME),
            "own_id": own.comment_id,
            "per_band": per_band,
            "since_hour": hour_of(now - waves.WINDOW),
            **band_places(candidate.marks),
        },
    )
    found = [own]
    for row in rows:
        if row.id == own.comment_id:
            found[0] = _as_near(row)
        elif similarity(candidate.grams, shingles(row.text)) >= NEARLY_THE_SAME:
            found.append(_as_near(row))
    return found


def _as_near(row: Any) -> Near:
    """One that was edited says what it says since then."""
    return Near(
        row.id,
        row.revision,
        row.site_id,
        (row.commenter_id, row.network_index),
        row.wave_id,
        row.created_at,
    )


def _one_at_a_time() -> None:
    """Two workers that see the same comments must not make two waves of them. SQLite has one writer
    at a time anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE waves IN SHARE ROW EXCLUSIVE MODE"))


def _found(near: Sequence[Near]) -> int:
    wave = Wave(started_at=min(one.created_at for one in near))
    db.session.add(wave)
    db.session.flush()
    return wave.id


def _join(wave_id: int, near: Sequence[Near], now: datetime) -> None:
    revisions = {one.comment_id: one.revision for one in near if one.wave_id is None}
    joining = [
        comment for comment in _locked(revisions) if comment.revision == revisions[comment.id]
    ]
    if not joining:
        return
    signals = {
        site_id: wave_check.member(told) for site_id, told in _memberships(wave_id, joining).items()
    }
    store_signals((Screened.of(comment), signals[comment.site_id]) for comment in joining)
    members = Counter(comment.site_id for comment in joining)
    to_hold = _to_be_held([comment for comment in joining if comment.status is Status.PUBLISHED])
    held = Counter(c.site_id for c in joining if c.status is Status.HELD)
    held.update(comment.site_id for comment, _ in to_hold)
    moments = [(c.site_id, c.edited_at or c.created_at) for c in joining]
    ids = [comment.id for comment in joining]
    judged_anew = {comment.id for comment, _ in to_hold}
    change_statuses(to_hold, now)
    db.session.execute(
        update(Comment).where(Comment.id.in_(ids)).values(wave_id=wave_id),
        execution_options=_UNSYNCHRONISED,
    )
    _add_points(signals, set(ids) - judged_anew)
    _count(wave_id, members, held, moments)


def _add_points(signals: Mapping[int, Signal], comment_ids: Collection[int]) -> None:
    """Let the points of those judged before be those of all their signals."""
    for site in db.session.scalars(select(Site).where(Site.id.in_(signals))):
        db.session.execute(
            update(Comment)
            .where(Comment.id.in_(comment_ids), Comment.site_id == site.id)
            .values(score=Comment.score + total_score([signals[site.id]], site.policy)),
            execution_options=_UNSYNCHRONISED,
        )


def _locked(ids: Collection[int]) -> Sequence[Comment]:
    """Those comments that are of no wave yet, as they are now."""
    return db.session.scalars(
        select(Comment)
        .where(
            Comment.id.in_(ids),
            Comment.wave_id.is_(None),
            Comment.status != Status.DELETED,
            Comment.screened_revision == Comment.revision,
        )
        .order_by(Comment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _memberships(wave_id: int, joining: Sequence[Comment]) -> dict[int, Membership]:
    """By site what its moderators are told."""
    before = {
        row.site_id: row
        for row in db.session.scalars(select(WaveSite).where(WaveSite.wave_id == wave_id))
    }
    more = Counter(comment.site_id for comment in joining)
    sites = before.keys() | more.keys()
    told = {}
    for site_id, count in more.items():
        moments = [c.edited_at or c.created_at for c in joining if c.site_id == site_id]
        known = before.get(site_id)
        first = min([*moments, known.first_at] if known else moments)
        told[site_id] = Membership(
            similar=count + (known.members if known else 0),
            minutes=int((max(moments) - first).total_seconds() // 60),
            elsewhere=len(sites) > 1,
        )
    return told


def _to_be_held(published: Sequence[Comment]) -> list[tuple[Comment, Change]]:
    """Of these, what the machine has published and would not have, had it known of the wave.

    Whom the site has published before keeps what stands there: else whoever copies somebody's
    comment a few times could take it down.
    """
    by_machine = as_judged([c.id for c in published])
    changes = []
    for comment in published:
        commenter = db.session.get_one(Commenter, comment.commenter_id)
        if comment.id not in by_machine or commenter.published_count > 1:
            continue
        site = db.session.get_one(Site, comment.site_id)
        thread = db.session.get_one(Thread, comment.thread_id)
        policy = elsewhere(site.policy) if thread.elsewhere else site.policy
        found = decide(load_signals(comment.id, comment.revision), policy)
        if found.status is Status.PUBLISHED:
            continue
        changes.append((comment, _hold(found.score)))
    return changes


def _hold(score: float) -> Change:
    return Change(
        Status.HELD,
        Actor.MACHINE,
        Action.VERDICT,
        VerdictRule.WAVE.value,
        details={"score": score},
        verdict=Verdict(Status.HELD, VerdictRule.WAVE, score),
    )


def _count(
    wave_id: int,
    members: Counter[int],
    held: Counter[int],
    moments: Sequence[tuple[int, datetime]],
) -> None:
    rows = [
        {
            "wave_id": wave_id,
            "site_id": site_id,
            "members": count,
            "held": held[site_id],
            "first_at": min(moment for site, moment in moments if site == site_id),
            "last_at": max(moment for site, moment in moments if site == site_id),
        }
        for site_id, count in sorted(members.items())
    ]
    db.session.execute(COUNT[db.engine.dialect.name], rows)
