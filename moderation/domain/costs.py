"""What a threshold costs, and whether probabilities mean what they say. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TRIED = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Decided:
    """The probability that a comment was given before anybody decided on it, and what a moderator
    then called it.
    """

    probability: float
    is_spam: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """A threshold: the good ones that reach it, and the spam that does not."""

    threshold: float
    good_from: int
    spam_below: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What two thresholds would have come to, had nothing else spoken for or against a comment.

    Attributes:
        of: how many comments these are.
        good_held: good ones that a person would have had to let through.
        good_lost: good ones that would have been called spam.
        spam_held: spam that a person would have had to turn away.
        spam_published: spam that would have been published.
    """

    of: int
    good_held: int
    good_lost: int
    spam_held: int
    spam_published: int


@dataclass(frozen=True, slots=True)
class Bin:
    """The comments whose probability was in a tenth: how many, what was said on average, and how
    much of it was spam.
    """

    low: float
    high: float
    count: int
    said: float
    spam: float


def cost_at(decided: Iterable[Decided], threshold: float) -> Cost:
    """What a threshold lets through and what it catches."""
    cases = list(decided)
    return Cost(
        threshold,
        sum(not one.is_spam and one.probability >= threshold for one in cases),
        sum(one.is_spam and one.probability < threshold for one in cases),
    )


def bill(decided: Sequence[Decided], hold: float, spam: float) -> Bill:
    """What the thresholds of a policy would have come to."""
    good = [one.probability for one in decided if not one.is_spam]
    bad = [one.probability for one in decided if one.is_spam]
    return Bill(
        of=len(decided),
        good_held=sum(hold <= p < spam for p in good),
        good_lost=sum(p >= spam for p in good),
        spam_held=sum(hold <= p < spam for p in bad),
        spam_published=sum(p < hold for p in bad),
    )


def costs(decided: Sequence[Decided], *more: float) -> list[Cost]:
    """A table of thresholds: the usual ones and these, ascending."""
    return [cost_at(decided, threshold) for threshold in sorted({*TRIED, *more})]


def reliability(decided: Iterable[Decided], bins: int = 10) -> list[Bin]:
    """By tenths, what was said against what it was; tenths without a comment are left out."""
    cases: list[list[Decided]] = [[] for _ in range(bins)]
    for one in decided:
        cases[min(int(one.probability * bins), bins - 1)].append(one)
    return [
        Bin(
            place / bins,
            (place + 1) / bins,
            len(found),
            sum(one.probability for one in found) / len(found),
            sum(one.is_spam for one in found) / len(found),
        )
        for place, found in enumerate(cases)
        if found
    ]
