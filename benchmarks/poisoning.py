"""Measures how far one moderator who is wrong turns a site's judgement over.

A model that has learned one half of all sources is shipped to a site of one file's other half. One
moderator decides right, another wrong; then it is looked at what is held of comments that nobody
taught. docs/judgement.md has the figures.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.halves import SIDES, Halved, read_folder
from benchmarks.methods import Ours
from benchmarks.tables import Said, print_row
from moderation.classifier.features import Features, extract
from moderation.classifier.labelled import Labelled
from moderation.classifier.learner import Lesson, SiteModel, probability
from moderation.classifier.model import Shipped
from moderation.domain.policy import SitePolicy
from moderation.domain.teaching import Source, weigh
from moderation.domain.text import bands, shingles
from moderation.errors import InvalidInputError

_SEEDS = range(5)  # figures are means: which comments are taught hangs on chance
_UNSURE = (0.1, 0.9)  # probabilities of spam
_RIGHT_HAM, _RIGHT_SPAM = 100, 40  # decisions of the one who is right
_OWN = 500  # right ones of the other, first
_MOST = 300  # wrong ones
_BETWEEN = 2  # right ones of the other before each wrong one
_SHARE = 4  # one comment in so many is never taught
# Teams in which everybody is right, by what each of them decides.
_TEAMS = {"nine to one": (90, 10), "one to one": (50, 50), "three alike": (34, 33, 33)}
_STREAM = 2_000  # comments that a team decides
_DIVIDED = "one all that is unsure, one the rest"

One = TypeVar("One")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A comment of the site.

    Attributes:
        features: what is seen of it.
        texts: the bands of its text, of which near-copies share one.
        is_spam: its label.
        logit: what the shipped model says of it here.
        of_any: what it says on any site.
    """

    features: Features
    texts: tuple[int, ...]
    is_spam: bool
    logit: float
    of_any: float

    @property
    def is_unsure(self) -> bool:
        """Whether the shipped model is."""
        return _UNSURE[0] < probability(self.logit) < _UNSURE[1]


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said of a comment.

    Attributes:
        seen: the comment.
        is_spam: what they said.
        teacher: who.
    """

    seen: Seen
    is_spam: bool
    teacher: str

    def source(self, number: int) -> Source:
        """Where the lesson comes from: each comment of a stranger at a place of their own."""
        surprise = probability(-self.seen.of_any if self.is_spam else self.seen.of_any)
        return Source(
            self.is_spam,
            commenter=number,
            line=number,
            texts=self.seen.texts,
            teacher=self.teacher,
            surprise=surprise,
        )


class Site:
    """A site's comments, by chance: what can be taught and what nobody teaches.

    Args:
        comments: all of it.
        shipped: the model that has seen none of them.
        seed: of the chance.
    """

    def __init__(self, comments: Sequence[Seen], shipped: Shipped, seed: int) -> None:
        self._shipped, self._all = shipped, comments
        self._chance = random.Random(seed)
        ham = self._some(comments, is_spam=False)
        spam = self._some(comments, is_spam=True)
        self._untaught = ham[: len(ham) // _SHARE] + spam[: len(spam) // _SHARE]
        ham, spam = ham[len(ham) // _SHARE :], spam[len(spam) // _SHARE :]
        ann = [Decision(seen, seen.is_spam, "ann") for seen in ham[:_RIGHT_HAM]]
        ann += [Decision(seen, seen.is_spam, "ann") for seen in spam[:_RIGHT_SPAM]]
        self._right = self._mixed(ann)
        ham, spam = ham[_RIGHT_HAM:], spam[_RIGHT_SPAM:]
        self._called_spam = _by_bob([seen for seen in ham if seen.is_unsure][:_MOST], is_spam=True)
        self._approved = _by_bob(spam[:_MOST], is_spam=False)
        plain = [seen for seen in ham if probability(seen.logit) <= _UNSURE[0]]
        self._own = _by_bob(plain, is_spam=False)

    def attacks(self) -> Iterator[tuple[str, list[Decision]]]:
        """What is decided, each with its name."""
        right, wrong = self._right, self._called_spam
        yield "none", right
        for count in (50, 100, _MOST):
            yield f"{count} good ones spam, afterwards", right + wrong[:count]
        yield f"{_MOST}, mixed with the right ones", self._mixed(right + wrong)
        yield f"{_MOST}, after {_OWN} right ones of their own", right + self._own[:_OWN] + wrong
        yield (
            f"{_MOST}, each after {_BETWEEN} right ones of their own",
            right + self._between(wrong),
        )
        known = [decision for decision in right if not decision.seen.is_unsure]
        yield f"{_MOST}, where the right one decided on nothing unsure", known + wrong
        yield f"{_MOST}, before anybody else decides", wrong + right
        yield "all spam that is left approved, afterwards", right + self._approved

    def counts(self) -> tuple[int, int]:
        """How many good ones are called spam at most, and how much spam is approved."""
        return len(self._called_spam), len(self._approved)

    def held(self, decisions: Sequence[Decision], *, bounded: bool) -> tuple[float, float]:
        """The shares of ham and of spam that are held of what nobody taught, after these decisions.

        Args:
            decisions: in their order.
            bounded: whether a moderator's lessons are held against the others'.
        """
        model = SiteModel()
        for lesson in _lessons(decisions, bounded=bounded):
            model.learn(lesson, self._shipped)
        least = SitePolicy().hold_probability
        by_label: tuple[list[bool], list[bool]] = ([], [])
        for seen in self._untaught:
            said = probability(seen.logit + model.logit(seen.features))
            by_label[seen.is_spam].append(said >= least)
        return float(np.mean(by_label[False])), float(np.mean(by_label[True]))

    def teams(self) -> Iterator[tuple[str, list[Decision]]]:
        """Teams in which everybody is right, each with its name and its decisions."""
        stream = random.Random(0).sample(self._all, min(_STREAM, len(self._all)))
        for name, team in _TEAMS.items():
            who = random.Random(1).choices(range(len(team)), team, k=len(stream))
            yield (
                name,
                [Decision(s, s.is_spam, str(one)) for s, one in zip(stream, who, strict=True)],
            )
        yield _DIVIDED, [Decision(seen, seen.is_spam, str(seen.is_unsure)) for seen in stream]

    def told_apart(self, decisions: Sequence[Decision], *, bounded: bool) -> tuple[float, float]:
        """AUC and recall at 1% of what is judged before somebody decides it.

        Args:
            decisions: as in `held`.
            bounded: as in `held`.
        """
        stream = [decision.seen for decision in decisions]
        model, said = SiteModel(), []
        for seen, lesson in zip(stream, _lessons(decisions, bounded=bounded), strict=True):
            said.append(seen.logit + model.logit(seen.features))
            model.learn(lesson, self._shipped)
        labels = np.array([seen.is_spam for seen in stream])
        return Said(np.array(said), labels).figures()

    def _between(self, wrong: Sequence[Decision]) -> list[Decision]:
        """Each wrong decision after a few right ones of Bob's own."""
        own = iter(self._own)
        return [one for each in wrong for one in (*islice(own, _BETWEEN), each)]

    def _some(self, comments: Sequence[Seen], *, is_spam: bool) -> list[Seen]:
        return self._mixed([seen for seen in comments if seen.is_spam == is_spam])

    def _mixed(self, items: Sequence[One]) -> list[One]:
        return self._chance.sample(items, len(items))


def _lessons(decisions: Sequence[Decision], *, bounded: bool) -> Iterator[Lesson]:
    weights = weigh(decision.source(number) for number, decision in enumerate(decisions))
    for decision, weight in zip(decisions, weights, strict=True):
        # Of one and the same teacher there are no others.
        teacher = decision.teacher if bounded else ""
        yield Lesson(decision.seen.features, decision.is_spam, weight, teacher)


def _by_bob(comments: Sequence[Seen], *, is_spam: bool) -> list[Decision]:
    return [Decision(seen, is_spam, "bob") for seen in comments]


def measure(halved: Halved, column: str, side: int) -> None:
    """Print the tables of a site of one side of a file.

    Raises:
        InvalidInputError: there is no such file.
    """
    if column not in halved.columns:
        raise InvalidInputError(f"There is no {column}; there are {', '.join(halved.columns)}.")
    of_any = Ours(halved.train(side), ()).shipped
    labelled = halved.columns[column][side]
    print(f"\nHalf {side + 1}, judged as on a site of no kind")
    _measure(labelled, of_any, of_any)
    shipped = of_any.of_kind(labelled[0].kind)
    if shipped is not of_any:
        print(f"\nHalf {side + 1}, judged as of its kind")
        _measure(labelled, shipped, of_any)


def _measure(labelled: Sequence[Labelled], shipped: Shipped, of_any: Shipped) -> None:
    comments = [_seen(comment, shipped, of_any) for comment in labelled]
    sites = [Site(comments, shipped, seed) for seed in _SEEDS]
    if all(all(site.counts()) for site in sites):
        _print_attacks(sites)
    else:
        print(
            "\nToo few comments of a label, or none that the model is unsure of, "
            "to teach any wrong."
        )
    print("\nWhere all are right: AUC / recall at 1% of the whole stream\n")
    print_row("a team", ["unbounded", "bounded"])
    print_row("---", ["---", "---"])
    for name, decisions in sites[0].teams():
        figures = [sites[0].told_apart(decisions, bounded=bounded) for bounded in (False, True)]
        print_row(name, [f"{area:.4f} / {recall:.3f}" for area, recall in figures])


def _print_attacks(sites: Sequence[Site]) -> None:
    wrong, approved = np.mean([site.counts() for site in sites], axis=0)
    print(
        f"\nHeld from {SitePolicy().hold_probability:.0%} on, of ham / of spam that nobody taught; "
        f"means of {len(sites)}.\nRight: {_RIGHT_HAM} + {_RIGHT_SPAM} decisions. Wrong: up to "
        f"{wrong:.0f} good ones that the shipped model is unsure of, or {approved:.0f} spam\n"
    )
    print_row("one moderator is wrong about", ["unbounded", "bounded"])
    print_row("---", ["---", "---"])
    for attacks in zip(*(site.attacks() for site in sites), strict=True):
        decisions = [decided for _, decided in attacks]
        cells = [_held(sites, decisions, bounded=bounded) for bounded in (False, True)]
        print_row(attacks[0][0], cells)


def _held(sites: Sequence[Site], decisions: Sequence[list[Decision]], *, bounded: bool) -> str:
    shares = [
        site.held(decided, bounded=bounded) for site, decided in zip(sites, decisions, strict=True)
    ]
    ham, spam = np.mean(shares, axis=0)
    return f"{ham:.1%} / {spam:.0%}"


def _seen(comment: Labelled, shipped: Shipped, of_any: Shipped) -> Seen:
    features = extract(comment.subject)
    texts = bands(shingles(comment.subject.text))
    kept = Features.unpack(features.pack())  # as lessons are kept
    logits = shipped.spam.logit(features), of_any.spam.logit(features)
    return Seen(kept, texts, comment.positive, *logits)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.poisoning", description=__doc__)
    parser.add_argument("folder", type=Path, help="of labelled comments, *.jsonl or *.jsonl.gz")
    parser.add_argument("--file", default="blog", help="which of them is the site's")
    chosen = parser.parse_args(arguments)
    try:
        halved, _ = read_folder(chosen.folder, None)
        for side in SIDES:
            measure(halved, chosen.file, side)
    except InvalidInputError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
