"""A site's own learning: weights on top of the shipped model's, moved by one lesson at a time.

Logistic regression by AdaGrad (Duchi, Hazan, Singer 2011): a place that was seen often moves
little, a new one at once, which weighs what the site has seen against what the shipped model knew.
Each lesson is followed by a few of the latest ones again.

How far that is believed shows as it goes: each lesson is judged before it is learned, once by all
that was taught and once by a part of it. What foretold the lessons better counts for more. Where
the shipped model is at home, a part is better; where a site is like none before it, all.

Each lesson is also held against what the site's other teachers taught, so that none of them turns
over what the others did (`domain.teaching.Account`).

A model is a pure function of the lessons in their order: to unlearn one is to fold the others.
"""

import json
import random
import zlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.features import Features
from moderation.classifier.model import Shipped
from moderation.classifier.places import LAYOUT
from moderation.classifier.teachers import Teachers
from moderation.errors import ModelError

_NOTHING = np.empty(0, np.float32)
# What bytes that hold no model come to; numbers too great and nesting without end among them.
_UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    zlib.error,
)
_FORMAT = b"comment-moderation learned 4\n"
# Found on streams of blogs, videos and messages that the shipped model had not seen.
_RATE = 0.3
_BIAS_RATE = 0.1
_FIRST_SQUARE = 0.01
_PLACES = 1 << 20  # fewer than the shipped model's: a site sees less, and there are many sites
_REPLAYS = 8
_REMEMBERED = 500  # of spam, and of ham
_SURE = 0.01  # from this probability of error on there is something to learn
# Of its lessons' log-odds, how much is believed: two that are weighed.
_PART, _ALL = 0.3, 1.0
_FIRST_LEAD = 1.0  # nats by which all of it is ahead at first: a site like none before learns soon
_MOST_LEAD = 10.0  # nats by which one can be ahead, so that it turns when times change
# Nats that a lesson tells: it takes dozens to turn what a section believes, whosever they are.
_MOST_STEP = 0.5
# A site's own lessons can move a judgement by this many log-odds at most: what is plain spam to the
# shipped model stays worth a look, whatever was taught.
MOST_MOVED = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A moderator's decision, as the classifier learns it.

    Attributes:
        features: of the comment as it was decided on.
        is_spam: whether it is spam.
        weight: 0 to 1; less where many lessons come from one source.
        teacher: a name for whoever decided.
    """

    features: Features
    is_spam: bool
    weight: float = 1.0
    teacher: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """A lesson, what the shipped model says of it, and what it weighs here."""

    lesson: Lesson
    shipped: float
    weight: float


class SiteModel:
    """What a site has taught so far.

    Attributes:
        seen: how many lessons that were.
    """

    def __init__(self) -> None:
        self.seen = 0
        # What was moved so far, by ascending place: all that judging needs.
        self._moved = np.empty(0, np.uint32)
        self._moved_weights = self._moved_squares = np.empty(0, np.float32)
        # The same for every place, once there is something to learn.
        self._weights, self._squares = _NOTHING, _NOTHING
        self._bias = 0.0
        self._bias_square = _FIRST_SQUARE
        # By section, by how many nats all that was taught has foretold the lessons better than a
        # part of it.
        self._lead: dict[int, float] = {}
        self._teachers = Teachers(_PLACES)
        # Of ham and of spam; not kept with the model, whose lessons are.
        self._memories: tuple[list[_Memory], list[_Memory]] = ([], [])
        # What these weigh here, which is.
        self._weighed: tuple[list[float], list[float]] = ([], [])

    def logit(self, features: Features) -> float:
        """What the site's lessons add to the shipped model's log-odds, within `MOST_MOVED`."""
        return _within(MOST_MOVED, self.believed(features) * self._raw(features))

    def contributions(self, features: Features) -> NDArray[np.float32]:
        """The weights at a comment's places, as far as they are believed."""
        weights: NDArray[np.float32] = self._at(features.places)
        weights *= np.float32(self.believed(features))
        return weights

    def believed(self, features: Features) -> float:
        """The share of what was taught that counts for a comment, `_PART` to `_ALL`: the mean of
        both by how likely each is after the lessons of the comment's section (Bayes' rule), of
        which each tells so much at most.
        """
        return _PART + (_ALL - _PART) * probability(self._lead.get(features.section, _FIRST_LEAD))

    def _at(self, places: NDArray[np.uint32]) -> NDArray[np.float32]:
        """The weights at some places; a new array."""
        own = _own(places)
        if len(self._weights):
            return self._weights[own]
        if not len(self._moved):
            return np.zeros(len(own), np.float32)
        where = np.minimum(np.searchsorted(self._moved, own), len(self._moved) - 1)
        weights: NDArray[np.float32] = self._moved_weights[where] * (self._moved[where] == own)
        return weights

    @classmethod
    def fold(
        cls,
        lessons: Sequence[Lesson],
        shipped: Shipped,
        start: "SiteModel | None" = None,
        before: Sequence[Lesson] = (),
    ) -> "SiteModel":
        """The model that comes of lessons, in their order.

        Args:
            lessons: those after `start`'s.
            shipped: the model beneath; another one needs all lessons folded anew.
            start: what came of the lessons before these; it is not changed.
            before: if `start` was read from bytes: of the lessons before these the ones that
                `remembered` names, in their order.
        """
        model = cls() if start is None else start.copy()
        for lesson in before:
            model.remember(lesson, shipped)
        for lesson in lessons:
            model.learn(lesson, shipped)
        return model

    def copy(self) -> "SiteModel":
        """Another one that has learned the same."""
        # What is private to this kind is reached for in another of the same kind.
        other = copy(self)
        other._weights, other._squares = self._weights.copy(), self._squares.copy()  # noqa: SLF001
        other._lead = dict(self._lead)  # noqa: SLF001
        other._teachers = self._teachers.copy()  # noqa: SLF001
        other._memories = (list(self._memories[0]), list(self._memories[1]))  # noqa: SLF001
        other._weighed = (list(self._weighed[0]), list(self._weighed[1]))  # noqa: SLF001
        return other

    def remember(self, lesson: Lesson, shipped: Shipped) -> None:
        """Take a lesson that was learned before among those that are learned again."""
        kept = self._memories[lesson.is_spam]
        weight = self._weighed[lesson.is_spam][len(kept)]
        kept.append(_Memory(lesson, shipped.spam.logit(lesson.features), weight))

    def learn(self, lesson: Lesson, shipped: Shipped) -> None:
        """Learn one more lesson, in place."""
        self._spread()
        logit = shipped.spam.logit(lesson.features)
        memory = _Memory(lesson, logit, self._trusted(lesson, logit))
        _push(self._memories[lesson.is_spam], memory)
        _push(self._weighed[lesson.is_spam], memory.weight)
        self._compare(memory)
        self._move(memory, lesson.teacher)
        ham, spam = self._memories
        self.seen += 1
        chance = random.Random(self.seen)  # noqa: S311 -- the same on every machine, as it must be
        for _ in range(min(_REPLAYS, self.seen - 1)):
            place = chance.randrange(len(ham) + len(spam))
            again = ham[place] if place < len(ham) else spam[place - len(ham)]
            self._move(again, lesson.teacher)

    def to_bytes(self) -> bytes:
        """As bytes: the same for the same lessons, on every machine."""
        places, weights, squares = self._gathered()
        header = {
            "layout": LAYOUT,
            "seen": self.seen,
            "bias": self._bias,
            "bias_square": self._bias_square,
            "lead": sorted(self._lead.items()),
            "places": len(places),
            "teachers": self._teachers.to_json(),
            "weighed": self._weighed,
        }
        parts = [
            places.astype("<u4").tobytes(),
            weights.astype("<f4").tobytes(),
            squares.astype("<f4").tobytes(),
            *self._teachers.arrays(),
        ]
        body = json.dumps(header, sort_keys=True).encode() + b"\n" + b"".join(parts)
        return _FORMAT + zlib.compress(body, 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The model that `to_bytes` gave.

        Raises:
            ModelError: it is none, damaged, or of another layout of features.
        """
        try:
            return cls._read(data)
        except _UNREADABLE as error:
            raise ModelError(
                "What the site has learned is damaged or of another version; "
                "within seconds it is made again by itself."
            ) from error

    @classmethod
    def _read(cls, data: bytes) -> Self:
        if not data.startswith(_FORMAT):
            raise ValueError("another format")
        line, _, body = zlib.decompress(data[len(_FORMAT) :]).partition(b"\n")
        header = json.loads(line)
        if header["layout"] != LAYOUT:
            raise ValueError("features of another layout")
        model, count = cls(), header["places"]
        model._moved = np.frombuffer(body, "<u4", count)
        model._moved_weights = np.frombuffer(body, "<f4", count, 4 * count)
        model._moved_squares = np.frombuffer(body, "<f4", count, 8 * count)
        model.seen, model._bias = header["seen"], float(header["bias"])
        model._bias_square = float(header["bias_square"])
        model._lead = {int(section): float(lead) for section, lead in header["lead"]}
        model._teachers = Teachers.read(_PLACES, header["teachers"], body, 12 * count)
        ham, spam = header["weighed"]
        model._weighed = ([float(one) for one in ham], [float(one) for one in spam])
        return model

    def _spread(self) -> None:
        """Have a weight for every place, to learn quickly."""
        if not len(self._weights):
            self._weights = np.zeros(_PLACES, np.float32)
            self._squares = np.full(_PLACES, _FIRST_SQUARE, np.float32)
            self._weights[self._moved] = self._moved_weights
            self._squares[self._moved] = self._moved_squares

    def _gathered(self) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.float32]]:
        """The places that were moved, with their weights and squares."""
        if not len(self._weights):
            return self._moved, self._moved_weights, self._moved_squares
        places = np.flatnonzero(self._squares != np.float32(_FIRST_SQUARE)).astype(np.uint32)
        return places, self._weights[places], self._squares[places]

    def _raw(self, features: Features) -> float:
        return float(self._at(features.places) @ features.values) + self._bias

    def _trusted(self, lesson: Lesson, shipped: float) -> float:
        """What a lesson weighs as one of its teacher's, held against what the others taught.

        Args:
            lesson: before it is learned.
            shipped: what the shipped model says of it.
        """
        features, teachers, name = lesson.features, self._teachers, lesson.teacher
        account = teachers.account(name)
        raw = self._raw(features)
        others = teachers.by_others(name, _own(features.places), features.values, raw)
        foretold = shipped + _within(MOST_MOVED, self.believed(features) * others)
        return account.weigh(
            surprise=1 - _chance(shipped, lesson.is_spam),
            chance=_chance(foretold, lesson.is_spam),
            others=teachers.standing_of_others(name),
            most=lesson.weight,
        )

    def _compare(self, memory: _Memory) -> None:
        """See what would have foretold a lesson better, before it is learned."""
        features, weight = memory.lesson.features, memory.weight
        raw = self._raw(features)
        by_part, by_all = (
            _likelihood(memory.shipped + _within(MOST_MOVED, share * raw), memory.lesson.is_spam)
            for share in (_PART, _ALL)
        )
        lead = self._lead.get(features.section, _FIRST_LEAD)
        lead += weight * _within(_MOST_STEP, by_all - by_part)
        self._lead[features.section] = _within(_MOST_LEAD, lead)

    def _move(self, memory: _Memory, teacher: str) -> None:
        """One step of AdaGrad towards a lesson, in a teacher's turn: what others' lessons put right
        again is part of what theirs came to. Counted as those others' own it would let a moderator
        who was right 500 times have more than a tenth of good comments held.
        """
        features, weight = memory.lesson.features, memory.weight
        logit = memory.shipped + self._raw(features)
        error = probability(logit) - memory.lesson.is_spam
        if abs(error) < _SURE:
            return
        # The weight is of the step, not of the gradient: AdaGrad would take it out again.
        gradient = np.float32(error) * features.values
        places = _own(features.places)
        squares = self._squares[places] + gradient * gradient
        self._squares[places] = squares
        step = -np.float32(_RATE * weight) * gradient / np.sqrt(squares)
        steps: NDArray[np.float32] = step.astype(np.float32, copy=False)
        self._weights[places] += steps
        self._bias_square += error * error
        bias = -_BIAS_RATE * weight * error / sqrt(self._bias_square)
        self._bias += bias
        self._teachers.move(teacher, places, steps, bias)


def _push(kept: list[Any], one: Any) -> None:
    """Keep one more of the latest."""
    kept.append(one)
    if len(kept) > _REMEMBERED:
        kept.pop(0)


def _within(bound: float, value: float) -> float:
    return max(-bound, min(bound, value))


def _likelihood(logit: float, is_spam: bool) -> float:  # noqa: FBT001
    """The logarithm of how likely a label was said to be; of what was ruled out, as of one in a
    billion.
    """
    return log(max(_chance(logit, is_spam), 1e-9))


def _chance(logit: float, is_spam: bool) -> float:  # noqa: FBT001
    """How likely a label was said to be."""
    return probability(logit if is_spam else -logit)


def _own(places: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The places of a site's model that stand for the shipped model's."""
    return places & np.uint32(_PLACES - 1)


def remembered(labels: Sequence[bool]) -> list[int]:
    """Which of the lessons so far are learned again after the next one: the latest of each label.

    Args:
        labels: of each lesson so far whether it is spam.
    """
    kept: tuple[list[int], list[int]] = ([], [])
    for place in range(len(labels) - 1, -1, -1):
        of_label = kept[labels[place]]
        if len(of_label) < _REMEMBERED:
            of_label.append(place)
    return sorted(kept[0] + kept[1])


def probability(logit: float) -> float:
    """Of log-odds, however great."""
    if logit < 0:
        odds = exp(max(logit, -700))
        return odds / (1 + odds)
    return 1 / (1 + exp(-min(logit, 700)))
