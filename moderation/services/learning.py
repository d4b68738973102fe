"""Lessons become a site's model, which all workers judge by within seconds.

A model is a pure function of the site's lessons in their order, with their weights. So what was
taken back was never learned: the model is made again without it, from the last point before it at
which what was learned so far was kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from moderation.classifier.features import Features
from moderation.classifier.learner import Lesson as Taught
from moderation.classifier.learner import SiteModel as Learned
from moderation.classifier.learner import remembered
from moderation.classifier.model import Shipped
from moderation.domain.teaching import resting_places
from moderation.errors import ModelError
from moderation.models import Lesson, SiteLearning, SiteModel, db
from moderation.models.base import writing
from moderation.services.site_learning import Weighed, weighed

_LEASE = timedelta(seconds=60)  # then whoever makes a model is taken for dead
MOST_AT_ONCE = 2_000  # lessons of one fold; about a second
_CHUNK = 200  # lessons whose features are read at once


class _LessonGoneError(Exception):
    """A lesson was forgotten while a model was being made of it."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A site's turn: what its lessons and its kind were when it began, and until when it lasts."""

    taught: int
    since: datetime | None
    kind: str
    until: datetime


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of the first so many lessons."""

    lessons: int
    digest: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class _Start:
    """The same as it was kept, read."""

    made: _Made
    learned: Learned


def fold(site_id: int, shipped: Shipped, now: datetime) -> bool:
    """Make a site's model of its lessons, beside the shipped one for its kind of sites. One at a
    time makes one; it holds no transaction meanwhile, so that everybody else goes on.

    Returns:
        Whether there is more to do: of very many lessons, some are left for the next turn, and so
        are all where one was taken back just then.
    """
    claim = _claim(site_id, shipped, now)
    if claim is None:
        return False
    beneath = shipped.of_kind(claim.kind)
    lessons = weighed(site_id, claim.since, beneath.version)
    start, damaged = _start(lessons, _resting(site_id))
    done = start.made.lessons if start else 0
    target = min(len(lessons), done + MOST_AT_ONCE)
    try:
        made = _make(lessons[:target], start, beneath)
    except _LessonGoneError:
        db.session.rollback()
        with writing():
            _still_ours(site_id, claim)
        return True
    db.session.rollback()
    whole = target == len(lessons)
    with writing():
        state = _still_ours(site_id, claim)
        if state is not None:
            _throw_away(state, damaged)
            kept = _keep(site_id, made, now)
            if whole:
                _let_judge(state, kept[target, lessons[-1].digest] if lessons else None)
                state.folded, state.shipped = claim.taught, shipped.version
                state.folded_kind = claim.kind
            true = {(place, lessons[place - 1].digest) for place in resting_places(target)}
            stay = [row_id for key, row_id in kept.items() if key in true]
            _forget_others(site_id, [*stay, state.model_id or 0])
    return not whole


def _claim(site_id: int, shipped: Shipped, now: datetime) -> _Claim | None:
    until = now + _LEASE
    with writing():
        row = db.session.execute(
            update(SiteLearning)
            .where(
                SiteLearning.site_id == site_id,
                or_(
                    SiteLearning.taught != SiteLearning.folded,
                    SiteLearning.shipped != shipped.version,
                ),
                or_(SiteLearning.folding_until.is_(None), SiteLearning.folding_until < now),
            )
            .values(folding_until=until)
            .returning(SiteLearning.taught, SiteLearning.since, SiteLearning.kind),
            execution_options={"synchronize_session": False},
        ).one_or_none()
        return None if row is None else _Claim(row.taught, row.since, row.kind, until)


def _resting(site_id: int) -> Sequence[Any]:
    """Where what was learned so far is kept, the latest first."""
    return db.session.execute(
        select(SiteModel.id, SiteModel.lessons, SiteModel.digest)
        .where(SiteModel.site_id == site_id)
        .order_by(SiteModel.lessons.desc(), SiteModel.id.desc())
    ).all()


def _start(lessons: Sequence[Weighed], kept: Sequence[Any]) -> tuple[_Start | None, list[int]]:
    """The last point that is still true of the lessons up to it, and the rows of later ones, which
    cannot be read.
    """
    damaged = []
    for row in kept:
        if 0 < row.lessons <= len(lessons) and lessons[row.lessons - 1].digest == row.digest:
            data = db.session.scalar(select(SiteModel.data).where(SiteModel.id == row.id))
            try:
                learned = Learned.from_bytes(data or b"")
            except ModelError:
                damaged.append(row.id)
                continue
            return _Start(_Made(row.lessons, row.digest, data or b""), learned), damaged
    return None, damaged


def _make(lessons: Sequence[Weighed], start: _Start | None, shipped: Shipped) -> list[_Made]:
    """What is to be kept on the way to the end of these lessons, `start` first if it is given."""
    made = [start.made] if start else []
    learned = _again(lessons, start, shipped) if start else Learned()
    done = start.made.lessons if start else 0
    for place in resting_places(len(lessons)):
        while done < place:
            chunk = lessons[done : min(place, done + _CHUNK)]
            for lesson in _taught(chunk):
                learned.learn(lesson, shipped)
            done += len(chunk)
        if not made or made[-1].lessons < place:
            made.append(_Made(place, lessons[place - 1].digest, learned.to_bytes()))
    return made


def _again(lessons: Sequence[Weighed], start: _Start, shipped: Shipped) -> Learned:
    """What was kept, with the lessons that it goes through once more with each new one."""
    labels = [one.is_spam for one in lessons[: start.made.lessons]]
    before = [lessons[place] for place in remembered(labels)]
    learned = start.learned
    if len(lessons) > start.made.lessons:
        for first in range(0, len(before), _CHUNK):
            for lesson in _taught(before[first : first + _CHUNK]):
                learned.remember(lesson, shipped)
    return learned


def _taught(lessons: Sequence[Weighed]) -> list[Taught]:
    rows = db.session.execute(
        select(Lesson.id, Lesson.features).where(Lesson.id.in_([one.lesson_id for one in lessons]))
    )
    features: dict[int, bytes] = {row.id: row.features for row in rows}
    if len(features) != len(lessons):
        raise _LessonGoneError
    return [
        Taught(Features.unpack(features[one.lesson_id]), one.is_spam, one.weight, one.teacher)
        for one in lessons
    ]


def _still_ours(site_id: int, claim: _Claim) -> SiteLearning | None:
    """The site's state, locked, and free for whoever makes the next model; None where this took so
    long that somebody else has begun.
    """
    state = db.session.scalar(
        select(SiteLearning)
        .where(SiteLearning.site_id == site_id, SiteLearning.folding_until == claim.until)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if state is not None:
        state.folding_until = None
    return state


def _throw_away(state: SiteLearning, damaged: Sequence[int]) -> None:
    """Make room for what is made anew in the place of what cannot be read."""
    if state.model_id in damaged:
        _let_judge(state, None)
        db.session.flush()
    db.session.execute(
        delete(SiteModel).where(SiteModel.id.in_(damaged)),
        execution_options={"synchronize_session": False},
    )


def _keep(site_id: int, made: Sequence[_Made], now: datetime) -> dict[tuple[int, bytes], int]:
    """Store what is not stored yet; gives all rows by what they are of."""
    kept = {(row.lessons, row.digest): row.id for row in _resting(site_id)}
    for one in made:
        if (one.lessons, one.digest) not in kept:
            row = SiteModel(
                site_id=site_id,
                lessons=one.lessons,
                digest=one.digest,
                data=one.data,
                made_at=now,
            )
            db.session.add(row)
            db.session.flush()
            kept[one.lessons, one.digest] = row.id
    return kept


def _let_judge(state: SiteLearning, model_id: int | None) -> None:
    if state.model_id != model_id:
        state.model_id = model_id
        state.version += 1


def _forget_others(site_id: int, stay: Sequence[int]) -> None:
    db.session.flush()
    db.session.execute(
        delete(SiteModel).where(SiteModel.site_id == site_id, SiteModel.id.not_in(stay)),
        execution_options={"synchronize_session": False},
    )
