"""What a decision teaches, and how much. Pure.

Nobody who teaches a lot may turn a site's judgement over, whether by mistake or on purpose. So the
lessons of one source weigh less and less, and what they weigh together has a bound:

- of one commenter, all lessons that something is spam weigh less than 4.7 full ones, and so do all
  that it is good;
- of one line (a customer's connection), less than 10.7;
- of near-identical texts, less than 2.7, however many copies are decided;
- of one moderator, what flatly contradicts the shipped model weighs less than 3.6 full lessons
  beyond what is theirs to contradict: as much as other moderators did to the same end, and one
  lesson for every four of theirs that agree with the model. What agrees, or what the model was
  unsure of, has no such bound: that can turn nothing over.

A lesson's weight depends on those before it alone, so that what was learned up to some lesson
stays true whatever follows.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from moderation.domain.actions import Action

# A decision as a label. A rejection has many reasons, of which few are about spam: it teaches
# nothing. Whoever wants advertising to be known as such marks it as spam.
IS_SPAM: dict[Action, bool] = {Action.APPROVE: False, Action.SPAM: True}

# How many lessons of a source count in full.
_OF_COMMENTER = 4
_OF_LINE = 10
_OF_TEXT = 2
_OF_MODERATOR = 2
_AGREES_FOR_ONE = 4
_CONTRADICTS = 0.9  # from this on a decision surprises the shipped model

_STEPS = (50, 500, 5_000, 50_000)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a lesson comes from.

    Attributes:
        is_spam: what it says.
        commenter: who wrote the comment; None where that is not known.
        line: from where; None where that is not known.
        texts: the bands of its text, of which near-copies share one.
        teacher: who decided, or in what file it was brought here.
        surprise: by how much it went against the shipped model, 0 to 1.
        most: what it may weigh.
    """

    is_spam: bool
    commenter: Hashable = None
    line: Hashable = None
    texts: tuple[int, ...] = ()
    teacher: Hashable = None
    surprise: float = 0.0
    most: float = 1.0


def weigh(sources: Iterable[Source]) -> Iterator[float]:
    """What each lesson weighs, in their order: at most 1, and as the module says."""
    counts: Counter[Hashable] = Counter()
    for source in sources:
        label = source.is_spam
        weights = [
            source.most,
            _shrinking(_next(counts, "commenter", source.commenter, label), _OF_COMMENTER),
            _shrinking(_next(counts, "line", source.line, label), _OF_LINE),
            _shrinking(
                max((_next(counts, "text", t, label) for t in source.texts), default=0), _OF_TEXT
            ),
        ]
        weights.append(_against(source, counts))
        yield round(min(weights), 6)


def _against(source: Source, counts: Counter[Hashable]) -> float:
    """What a lesson weighs as one of its teacher's, who may contradict the shipped model as often
    as others do to the same end, and once more for every few times that they agree with it.
    """
    teacher, label = source.teacher or "nobody", source.is_spam
    if source.surprise < _CONTRADICTS:
        counts["agrees", teacher] += source.surprise <= 1 - _CONTRADICTS
        return 1.0
    counts["against", teacher, label] += 1
    counts["against", label] += 1
    own, all_of_it = counts["against", teacher, label], counts["against", label]
    trusted = all_of_it - own + counts["agrees", teacher] / _AGREES_FOR_ONE
    return _fading(own - trusted)


def _next(counts: Counter[Hashable], kind: str, source: Hashable, label: bool) -> int:  # noqa: FBT001
    """The how-manieth lesson of a source this is; 0 where the source is not known."""
    if source is None:
        return 0
    counts[kind, source, label] += 1
    return counts[kind, source, label]


def _shrinking(nth: int, full: int) -> float:
    """1 up to `full`, then 1/4, 1/9, 1/16 ...: all that follow weigh 0.65 together."""
    return 1.0 if nth <= full else 1 / (nth - full + 1) ** 2


def _fading(excess: float) -> float:
    """1 up to a moderator's full lessons, then falling so that all that follow weigh as much again
    together.
    """
    return 1.0 if excess <= _OF_MODERATOR else (_OF_MODERATOR / excess) ** 2


def resting_places(lessons: int) -> tuple[int, ...]:
    """After how many of so many lessons to keep what was learned so far: so that a lesson that
    changes near the end, as most do, needs few to be learned again, and an old one not all.
    """
    places = {lessons}
    for step in _STEPS:
        last = lessons // step * step
        places |= {last, last - step}
    return tuple(sorted(place for place in places if place > 0))
