"""A site's own learning: weights on top of the shipped model's, moved by one lesson at a time.

Logistic regression by AdaGrad (Duchi, Hazan, Singer 2011): a place that was seen often moves
little, a new one at once, which weighs what the site has seen against what the shipped model knew.
Each lesson is followed by a few of the latest ones again. Beside these weights stands what words
say by how often each was in spam and in ham (`word_counts`).

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
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from math import exp, log, sqrt
from typing import Any, NamedTuple, Self

import numpy as np

from moderation.classifier.arrays import Places, Values
from moderation.classifier.by_place import ByPlace
from moderation.classifier.features import Features
from moderation.classifier.model import Shipped
from moderation.classifier.places import LAYOUT, LEARNING
from moderation.classifier.stored import UNREADABLE, at_least, finite
from moderation.classifier.teachers import Teachers
from moderation.classifier.word_counts import WordCounts, word_log_odds, words_of
from moderation.errors import ModelError

_FORMAT = b"comment-moderation learned %d\n" % LEARNING
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
_EVEN_AT_FIRST = 5  # lessons of each label, before it counts that more are of spam
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


class Added(NamedTuple):
    """What a site's lessons add to what the shipped model says of a comment.

    Attributes:
        logit: in log-odds, as `SiteModel.logit` gives it.
        believed: the share of what was taught that counts for it.
        weights: at each of its places, as far as what was taught is believed.
    """

    logit: float
    believed: float
    weights: Values


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
        # Weights, and of their gradients the sum of squares.
        self._moved = ByPlace(_PLACES, 0.0, _FIRST_SQUARE)
        self._words = WordCounts()
        self._bias = 0.0
        self._bias_square = _FIRST_SQUARE
        # By section, by how many nats all that was taught has foretold the lessons better than a
        # part of it.
        self._lead: dict[int, float] = {}
        # What the lessons of ham and of spam weighed in all.
        self._taught = [0.0, 0.0]
        self._teachers = Teachers(_PLACES)
        # Of ham and of spam; not kept with the model, whose lessons are.
        self._memories: tuple[list[_Memory], list[_Memory]] = ([], [])
        # What these weigh here, which is.
        self._weighed: tuple[list[float], list[float]] = ([], [])

    def logit(self, features: Features) -> float:
        """What the site's lessons add to the shipped model's log-odds, within `MOST_MOVED`."""
        return _within(MOST_MOVED, self.believed(features) * self._says(features))

    def adds(self, features: Features) -> Added:
        """What the site's lessons add, with what it is made of, looked up once."""
        weights, believed = self._at(features), self.believed(features)
        logit = believed * self._sum(weights, features)
        weights *= np.float32(believed)
        return Added(_within(MOST_MOVED, logit), believed, weights)

    def believed(self, features: Features) -> float:
        """The share of what was taught that counts for a comment, `_PART` to `_ALL`: the mean of
        both by how likely each is after the lessons of the comment's section (Bayes' rule), of
        which each tells so much at most.
        """
        return _PART + (_ALL - _PART) * probability(self._lead.get(features.section, _FIRST_LEAD))

    def _at(self, features: Features) -> Values:
        """All that was taught of a comment's places, as weights; a new array."""
        weights = self._moved.at(_own(features.places), 0)[0]
        words = words_of(features)
        weights[words.among] += word_log_odds(self._words.at(words))
        return weights

    def _says(self, features: Features) -> float:
        return self._sum(self._at(features), features)

    def _sum(self, weights: Values, features: Features) -> float:
        return float(weights @ features.values) + self._bias

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
        """Another one that has learned the same; lessons, which never change, are of both."""
        return deepcopy(self, {id(one): one for kept in self._memories for one in kept})

    def remember(self, lesson: Lesson, shipped: Shipped) -> None:
        """Take a lesson that was learned before among those that are learned again."""
        kept = self._memories[lesson.is_spam]
        weight = self._weighed[lesson.is_spam][len(kept)]
        kept.append(_Memory(lesson, shipped.spam.logit(lesson.features), weight))

    def learn(self, lesson: Lesson, shipped: Shipped) -> None:
        """Learn one more lesson, in place."""
        logit = shipped.spam.logit(lesson.features)
        memory = _Memory(lesson, logit, self._trusted(lesson, logit))
        _push(self._memories[lesson.is_spam], memory)
        _push(self._weighed[lesson.is_spam], memory.weight)
        self._compare(memory)
        self._move(memory, lesson.teacher)
        self._count(memory)
        ham, spam = self._memories
        self.seen += 1
        chance = random.Random(self.seen)
        for _ in range(min(_REPLAYS, self.seen - 1)):
            place = chance.randrange(len(ham) + len(spam))
            again = ham[place] if place < len(ham) else spam[place - len(ham)]
            self._move(again, lesson.teacher)

    def to_bytes(self) -> bytes:
        """As bytes: the same for the same lessons, where processors add up alike."""
        header = {
            "layout": LAYOUT,
            "seen": self.seen,
            "bias": self._bias,
            "bias_square": self._bias_square,
            "lead": sorted(self._lead.items()),
            "taught": self._taught,
            "counted": self._words.to_json(),
            "teachers": self._teachers.to_json(),
            "weighed": self._weighed,
        }
        parts = [*self._moved.arrays(), *self._words.arrays(), *self._teachers.arrays()]
        body = json.dumps(header, sort_keys=True).encode() + b"\n" + b"".join(parts)
        return _FORMAT + zlib.compress(body, 1)

    @classmethod
    def from_bytes(cls, data: bytes, *, to_judge: bool = False) -> Self:
        """The model that `to_bytes` gave.

        Args:
            data: what it gave.
            to_judge: leave away what only learning needs: with many teachers most of it.

        Raises:
            ModelError: it is none, damaged, or of another layout of features.
        """
        try:
            return cls._read(data, to_judge=to_judge)
        except UNREADABLE as error:
            raise ModelError(
                "What the site has learned is damaged or of another version; "
                "within seconds it is made again by itself."
            ) from error

    @classmethod
    def _read(cls, data: bytes, *, to_judge: bool) -> Self:
        if not data.startswith(_FORMAT):
            raise ValueError("another format")
        body = BytesIO(zlib.decompress(data[len(_FORMAT) :]))
        header = json.loads(body.readline())
        if header["layout"] != LAYOUT:
            raise ValueError("features of another layout")
        model = cls()
        model.seen, model._bias = int(at_least(0, header["seen"])), finite(header["bias"])
        model._bias_square = at_least(_FIRST_SQUARE, header["bias_square"])
        model._lead = {int(section): finite(lead) for section, lead in header["lead"]}
        taught_ham, taught_spam = header["taught"]
        model._taught = [at_least(0, taught_ham), at_least(0, taught_spam)]
        model._moved.read(body, 1)
        model._words.read(header["counted"], body)
        if to_judge:
            return model
        model._teachers.read(header["teachers"], body)
        ham, spam = ([at_least(0, weight) for weight in of_it] for of_it in header["weighed"])
        most, all_of_them = max(len(ham), len(spam)), len(ham) + len(spam)
        if most > _REMEMBERED or (most < _REMEMBERED and all_of_them != model.seen):
            raise ValueError("other lessons remembered than there were")
        if body.read(1):
            raise ValueError("more than there is to be")
        model._weighed = ham, spam
        return model

    def _by_moved(self, features: Features) -> float:
        """What the weights alone say, which are moved by how wrong that is: words' counts go on
        telling what they tell.
        """
        (weights,) = self._moved.at(_own(features.places), 0)
        return self._sum(weights, features)

    def _trusted(self, lesson: Lesson, shipped: float) -> float:
        """What a lesson weighs as one of its teacher's, held against what the others taught.

        Args:
            lesson: before it is learned.
            shipped: what the shipped model says of it.
        """
        features, teachers, name = lesson.features, self._teachers, lesson.teacher
        account = teachers.account(name)
        others = teachers.moved_by_others(
            name, _own(features.places), features.values, self._by_moved(features)
        )
        words = words_of(features)
        counted = teachers.counted_by_others(name, words, self._words.at(words))
        others += float(counted @ features.values[words.among])
        foretold = shipped + _within(MOST_MOVED, self.believed(features) * others)
        return account.weigh(
            surprise=1 - _chance(shipped, is_spam=lesson.is_spam),
            chance=_chance(foretold, is_spam=lesson.is_spam),
            others=teachers.standing_of_others(name),
            most=lesson.weight,
        )

    def _compare(self, memory: _Memory) -> None:
        """See what would have foretold a lesson better, before it is learned. All lessons of spam
        tell no more than as many of ham: where good comments stand without a decision, and only
        what is held or is spam is decided, whoever says spam oftener foretells more of it.
        """
        features, is_spam, weight = memory.lesson.features, memory.lesson.is_spam, memory.weight
        ham, spam = self._taught
        self._taught[is_spam] += weight
        if is_spam:
            weight *= min(1.0, (ham + _EVEN_AT_FIRST) / (spam + _EVEN_AT_FIRST))
        says = self._says(features)
        by_part, by_all = (
            _likelihood(memory.shipped + _within(MOST_MOVED, share * says), is_spam=is_spam)
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
        logit = memory.shipped + self._by_moved(features)
        error = probability(logit) - memory.lesson.is_spam
        if abs(error) < _SURE:
            return
        # The weight is of the step, not of the gradient: AdaGrad would take it out again.
        gradient = np.float32(error) * features.values
        places = _own(features.places)
        all_weights, all_squares = self._moved.spread()
        squares = all_squares[places] + gradient * gradient
        all_squares[places] = squares
        step = -np.float32(_RATE * weight) * gradient / np.sqrt(squares)
        steps: Values = step.astype(np.float32, copy=False)
        all_weights[places] += steps
        self._bias_square += error * error
        bias = -_BIAS_RATE * weight * error / sqrt(self._bias_square)
        self._bias += bias
        self._teachers.move(teacher, places, steps, bias)

    def _count(self, memory: _Memory) -> None:
        """Count a lesson's words, once however often it is learned again."""
        lesson = memory.lesson
        words = words_of(lesson.features)
        self._words.learn(words, memory.weight, is_spam=lesson.is_spam)
        self._teachers.count(lesson.teacher, words, memory.weight, is_spam=lesson.is_spam)


def _push(kept: list[Any], one: Any) -> None:
    """Keep one more of the latest."""
    kept.append(one)
    if len(kept) > _REMEMBERED:
        kept.pop(0)


def _within(bound: float, value: float) -> float:
    return max(-bound, min(bound, value))


def _likelihood(logit: float, *, is_spam: bool) -> float:
    """The logarithm of how likely a label was said to be; of what was ruled out, as of one in a
    billion.
    """
    return log(max(_chance(logit, is_spam=is_spam), 1e-9))


def _chance(logit: float, *, is_spam: bool) -> float:
    """How likely a label was said to be."""
    return probability(logit if is_spam else -logit)


def _own(places: Places) -> Places:
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
