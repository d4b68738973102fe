"""What a decision teaches, and how much. Pure.

Nobody who teaches a lot may turn a site's judgement over, whether by mistake or on purpose. So the
lessons of one source weigh less and less, and what they weigh together has a bound:

- of one commenter, all lessons that something is spam weigh less than 4.7 full ones, and so do all
  that it is good;
- of one line (a customer's connection), less than 10.7;
- of near-identical texts, less than 2.7, however many copies are decided;
- of one moderator, what flatly contradicts the shipped model weighs less than 3.6 full lessons
  beyond what is theirs to contradict: as much as other moderators did to the same end, and one
  lesson for every four of theirs that agree with the model. What agrees has no bound: that can
  turn nothing over. What the model was unsure of is held against what the other moderators taught
  when it is learned (`Account`).

A lesson's weight depends on those before it alone, so that what was learned up to some lesson
stays true whatever follows.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import log

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
_AGREES = 0.1  # up to this it is plainly what that says too
# Nats, by which a moderator may go against what others taught. Found on streams of blogs, videos
# and reviews, with moderators who are right and who are wrong.
_SAYS_NOTHING = 0.001  # what others taught of other things says so much by rounding alone
_FREE = 0.5
_MOST_AT_ONCE = 1.0
_MOST_EARNED = 5.0
_EARNED_FOR_ONE = 2.0
_EARNED_AT_ONCE = 0.5
_EARNED_PLAINLY = 0.02
_OF_UNLIKELY = 0.25  # of each nat by which a decision is less likely than such decisions are
# So many plain agreements with the shipped model more than contradictions are half of all standing.
_HALF_STANDING = 20

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


@dataclass(slots=True)
class Account:
    """How far one moderator's lessons agree with what the others taught.

    Every lesson is held, before it is learned, against how likely it is by the shipped model and
    what the others taught. It spends nats (differences of logarithms), by the greater of two:

    - by how much the others' lessons make it less likely than the shipped model alone holds it;
    - a quarter of by how much it is less likely than what is decided of such a comment on the mean
      (the entropy), as far as the others have standing (`share`), and standing beside this
      moderator's own. Who decides as is foretold comes to nothing by that in the long run, however
      hard the comments are to tell; whoever calls spam what the shipped model leans to hold good
      spends nearly always, also where the others taught nothing of just such comments. Who has
      decided little does not hold up who decides nearly all.

    A lesson that is less likely by neither earns twice the sum of both, half a nat at most. Lessons
    of one who has spent it all and half a nat more weigh less and less: all that go against the
    others weigh, each times its nats, less than 1 beyond what was earned. One that goes against
    them by more than a nat weighs as much less. No more than 5 can be kept, so that nobody is right
    for long to be wrong for long. What weighs less for another reason earns and spends so much
    less.

    What the shipped model plainly says too weighs in full, costs nothing and earns a little more:
    it can only bring back what that says.

    Attributes:
        standing: how much oftener their lessons agreed plainly with the shipped model than they
            contradicted it.
        nats: what was earned, less what was spent.
    """

    standing: float = 0.0
    nats: float = 0.0

    @property
    def share(self) -> float:
        """How far what they taught speaks for or against others' lessons, 0 to 1: whoever teaches
        nothing that the shipped model knows to be right does not turn the others' away.
        """
        return _share(self.standing)

    def weigh(self, surprise: float, chance: float, others: float, most: float = 1.0) -> float:
        """What the next lesson weighs, 0 to 1; it is entered.

        Args:
            surprise: by how much it goes against the shipped model alone, 0 to 1.
            chance: how likely it is by the shipped model and the others' lessons, 0 to 1.
            others: the standing of all others together.
            most: what it may weigh for other reasons.
        """
        plain = surprise <= _AGREES
        self.standing += most * (plain - (surprise >= _CONTRADICTS))
        against = _unless_nothing(_nats(1 - surprise) - _nats(chance))
        beside = min(1.0, max(0.0, others) / (max(0.0, self.standing) + _HALF_STANDING))
        trusted = _share(others) * beside
        unlikely = _unless_nothing(_OF_UNLIKELY * trusted * _beyond_the_mean(chance))
        spent = max(against, unlikely)
        if plain or spent <= 0:
            earned = min(_EARNED_AT_ONCE, -_EARNED_FOR_ONE * (against + unlikely))
            earned = (earned if spent <= 0 else 0.0) + _EARNED_PLAINLY * plain
            self.nats = min(_MOST_EARNED, self.nats + most * earned)
            return most
        at_once = min(_MOST_AT_ONCE, spent)
        self.nats -= most * at_once
        fading = 1.0 if self.nats >= -_FREE else (_FREE / self.nats) ** 2
        return most * fading * at_once / spent


def _share(standing: float) -> float:
    return max(0.0, standing) / (max(0.0, standing) + _HALF_STANDING)


def _unless_nothing(nats: float) -> float:
    return nats if abs(nats) > _SAYS_NOTHING else 0.0


def _nats(chance: float) -> float:
    """The logarithm of a probability; of what was ruled out, as of one in a billion."""
    return log(max(chance, 1e-9))


def _beyond_the_mean(chance: float) -> float:
    """By how many nats something of this probability is less likely than what happens is on the
    mean: less its logarithm, less the entropy.
    """
    return (1 - chance) * (_nats(1 - chance) - _nats(chance))


def weigh(sources: Iterable[Source]) -> Iterator[float]:
    """What each lesson weighs, in their order: at most 1, and as the module says."""
    counts: Counter[Hashable] = Counter()
    for source in sources:
        nth = partial(_next, counts, is_spam=source.is_spam)
        weights = [
            source.most,
            _shrinking(nth("commenter", source.commenter), _OF_COMMENTER),
            _shrinking(nth("line", source.line), _OF_LINE),
            _shrinking(max((nth("text", text) for text in source.texts), default=0), _OF_TEXT),
            _against(source, counts),
        ]
        yield round(min(weights), 6)


def _against(source: Source, counts: Counter[Hashable]) -> float:
    """What a lesson weighs as one of its teacher's, who may contradict the shipped model as often
    as others do to the same end, and once more for every few times that they agree with it.
    """
    teacher, label = source.teacher or "nobody", source.is_spam
    if source.surprise < _CONTRADICTS:
        counts["agrees", teacher] += source.surprise <= _AGREES
        return 1.0
    counts["against", teacher, label] += 1
    counts["against", label] += 1
    own, all_of_it = counts["against", teacher, label], counts["against", label]
    trusted = all_of_it - own + counts["agrees", teacher] / _AGREES_FOR_ONE
    return _fading(own - trusted)


def _next(counts: Counter[Hashable], kind: str, source: Hashable, *, is_spam: bool) -> int:
    """The how-manieth lesson of a source this is; 0 where the source is not known."""
    if source is None:
        return 0
    counts[kind, source, is_spam] += 1
    return counts[kind, source, is_spam]


def _shrinking(nth: int, full: int) -> float:
    """1 up to `full`, then 1/4, 1/9, 1/16 ...: all that follow weigh 0.65 together."""
    return 1.0 if nth <= full else 1 / (nth - full + 1) ** 2


def _fading(excess: float) -> float:
    """1 up to a moderator's full lessons, then falling so that all that follow weigh less than 1.6
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
