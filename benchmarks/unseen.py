"""Measures what is gained by finding out what kind of site a site is.

An eighth of the sources is judged by a model that has learned the other seven eighths, each eighth
once; a file of one source is cut by its texts. Then a whole kind of sources is judged by a model
that has learned the other kinds, each kind once. docs/classifier.md has the figures.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.halves import Columns, parts_of, read_columns
from benchmarks.methods import LINEAR_SVC, linear_svc, scores_of
from benchmarks.tables import ALL, Table, held, print_row
from moderation.classifier.evaluation import Judged, judge_all
from moderation.classifier.features import extract
from moderation.classifier.heads import no_head
from moderation.classifier.learner import probability
from moderation.classifier.measures import Labels, Scores
from moderation.classifier.model import pack, unpack
from moderation.classifier.training import train_head
from moderation.domain.policy import SitePolicy
from moderation.errors import InvalidInputError

_EIGHTHS = 8
_ANY = "as on a site of no kind"
_FOUND = "found out as it goes"
_KNOWN = "known from the first comment on"
_ENOUGH = 100  # ham of a source, for what is held of it to say something


@dataclass(frozen=True, slots=True)
class Left:
    """What was left out of training, as it was judged.

    Attributes:
        columns: of each comment the column.
        judged: each comment as what its source was taken for.
        scores: by row of the table, in the same order.
    """

    columns: list[str]
    judged: list[Judged]
    scores: dict[str, Scores]


def judge_left(learned: Columns, left: Columns) -> Left:
    """Learn some comments, and judge others."""
    train = [comment for comments in learned.values() for comment in comments]
    test = [comment for comments in left.values() for comment in comments]
    shipped = unpack(pack(train_head("spam", train)[0], no_head(), {}))
    judged = judge_all(test, shipped)
    features = [extract(comment.subject) for comment in test]
    heads = {comment.kind: shipped.of_kind(comment.kind).spam for comment in test}
    known = [heads[c.kind].logit(f) for c, f in zip(test, features, strict=True)]
    return Left(
        [column for column, comments in left.items() for _ in comments],
        judged,
        {
            LINEAR_SVC: linear_svc(train, test).scores,
            _ANY: np.array([shipped.spam.logit(one) for one in features]),
            _FOUND: scores_of(judged),
            _KNOWN: np.array(known),
        },
    )


def cut(columns: Columns, left: Mapping[str, Labels]) -> tuple[Columns, Columns]:
    """Of each column what is not left out, and what is."""

    def those(of_them: Mapping[str, Labels]) -> Columns:
        return {name: [columns[name][n] for n in np.flatnonzero(of_them[name])] for name in columns}

    return those({name: ~out for name, out in left.items()}), those(left)


def eighths(columns: Columns, pool: Executor) -> None:
    """Print how an eighth of the sources is judged after the others."""
    parts = {name: np.array(parts_of(comments, _EIGHTHS)) for name, comments in columns.items()}
    cuts = [
        cut(columns, {name: part == number for name, part in parts.items()})
        for number in range(_EIGHTHS)
    ]
    done = list(pool.map(judge_left, *zip(*cuts, strict=True)))
    print("\nAn eighth of the sources, after seven: AUC / recall at 1% false positives\n")
    _show(columns, done, done[0].scores)
    judged = [one for part in done for one in part.judged]
    print(f"\nTaken for: {_taken_for(judged)}")
    _tell_held(judged, np.concatenate([part.scores[_ANY] for part in done]))


def kinds(columns: Columns, pool: Executor) -> None:
    """Print how a kind of sources is judged after the others."""
    labels: dict[str, set[bool]] = {}
    for comment in (one for comments in columns.values() for one in comments):
        labels.setdefault(comment.kind, set()).add(comment.positive)
    both = [kind for kind, said in labels.items() if len(said) > 1]
    cuts = [
        cut(columns, {name: np.array([c.kind == kind for c in cs]) for name, cs in columns.items()})
        for kind in both
    ]
    done = list(pool.map(judge_left, *zip(*cuts, strict=True)))
    print("\nA kind of sources, after all others: AUC / recall at 1% false positives\n")
    _show(columns, done, (LINEAR_SVC, _ANY, _FOUND))
    for kind, part in zip(both, done, strict=True):
        print(f"\n{kind}, taken for: {_taken_for(part.judged)}")


def _show(columns: Columns, done: Sequence[Left], rows: Iterable[str]) -> None:
    """Print a table of what was said by several models, each of what it had not learned."""
    of = np.array([column for part in done for column in part.columns])
    labels = np.array([one.comment.positive for part in done for one in part.judged])
    table = Table([name for name in columns if len(set(labels[of == name])) > 1] + [ALL])
    for row in rows:
        scores = np.concatenate([part.scores[row] for part in done])
        for column in table.columns:
            of_it = (of == column) | (column == ALL)
            table.add(row, column, scores[of_it], labels[of_it])
    table.show("spam ham")


def _taken_for(judged: Sequence[Judged]) -> str:
    """What kinds of sites comments were judged as, and how many as a wrong one."""
    counts = Counter(one.kind for one in judged)
    shares = [f"{kind or 'none'} {count / len(judged):.0%}" for kind, count in counts.most_common()]
    wrong = sum(bool(one.kind) and one.kind != one.comment.kind for one in judged)
    return f"{', '.join(shares)}; for another than it is {wrong / len(judged):.1%}"


def _tell_held(judged: Sequence[Judged], as_any: Scores) -> None:
    """Print what the shipped threshold holds of each kind, and at worst of one of its sources."""
    print(f"\nHeld from {SitePolicy().hold_probability:.0%} on, of ham / of spam\n")
    labels = np.array([one.comment.positive for one in judged])
    own = np.array([one.comment.kind for one in judged])
    sources = np.array([one.comment.source for one in judged])
    columns = sorted(kind for kind in set(own.tolist()) if len(set(labels[own == kind])) > 1)
    print_row("", columns)
    print_row("---", ["---"] * len(columns))
    for row, logits in ((_ANY, as_any), (_FOUND, scores_of(judged))):
        said = np.array([probability(logit) for logit in logits])
        print_row(row, [held(said[own == kind], labels[own == kind]) for kind in columns])
        worst = [
            max(
                np.mean(said[ham] >= SitePolicy().hold_probability)
                for ham in _sources(sources, (own == kind) & ~labels)
            )
            for kind in columns
        ]
        print_row(f"… at worst of a source's ham, {row}", [f"{share:.1%}" for share in worst])


def _sources(sources: NDArray[np.str_], ham: Labels) -> Iterator[Labels]:
    """The ham of each source that has enough, or all as of one where none has."""
    sizes = Counter(sources[ham].tolist())
    large = [source for source, size in sizes.items() if size > _ENOUGH]
    return ((sources == source) & ham for source in large) if large else iter([ham])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.unseen", description=__doc__)
    parser.add_argument("folder", type=Path, help="of labelled comments, *.jsonl or *.jsonl.gz")
    chosen = parser.parse_args(arguments)
    try:
        columns, _ = read_columns(chosen.folder)
    except InvalidInputError as error:
        sys.exit(str(error))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        eighths(columns, pool)
        kinds(columns, pool)


if __name__ == "__main__":
    main()
