"""Tables of how well methods tell labels apart, for people and for Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from moderation.classifier.measures import Labels, Scores, at_threshold, auc, recall_at
from moderation.domain.policy import SitePolicy

ALL = "all"  # a column
_FALSE_POSITIVES = 0.01
# Fewer of either on a side, and a figure says little: 1% of 500 is five comments.
_FEW_POSITIVE, _FEW_NEGATIVE = 200, 500
_SAMPLES = 200  # of the bootstrap
_SEED = 20_261_126


@dataclass(frozen=True, slots=True)
class Said:
    """What one method said of one column's comments, on one side.

    Attributes:
        scores: one for each comment.
        positive: their labels.
    """

    scores: Scores
    positive: Labels

    def figures(self) -> tuple[float, float]:
        """AUC, and recall at 1% false positives."""
        return (
            auc(self.scores, self.positive),
            recall_at(_FALSE_POSITIVES, self.scores, self.positive),
        )

    def errors(self) -> tuple[float, float]:
        """The standard errors of both, by the bootstrap over comments."""
        chance = np.random.default_rng(_SEED)
        figures = []
        for _ in range(_SAMPLES):
            drawn = chance.integers(0, len(self.scores), len(self.scores))
            figures.append(Said(self.scores[drawn], self.positive[drawn]).figures())
        area, recall = np.nanstd(figures, axis=0)
        return float(area), float(recall)


@dataclass(slots=True)
class Table:
    """What methods said, by column.

    Attributes:
        columns: their names, in the order they are shown.
        rows: by method and column what it said, of each side with both labels.
        times: by method the microseconds it took to learn and to judge a comment, of each side.
    """

    columns: Sequence[str]
    rows: dict[str, dict[str, list[Said]]] = field(default_factory=dict)
    times: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, row: str, column: str, scores: Scores, positive: Labels) -> None:
        """Take in one side's scores; a side without both labels cannot be measured."""
        if positive.any() and not positive.all():
            self.rows.setdefault(row, {}).setdefault(column, []).append(Said(scores, positive))

    def show(self, labels: str) -> None:
        """Print it: means of both sides, how many were judged, and which columns are noisy.

        Args:
            labels: what the labels are called, positive first, as "spam ham".
        """
        few = {column for column in self.columns if self._is_noisy(column)}
        print_row("", [f"{column}\\*" if column in few else column for column in self.columns])
        print_row("---", ["---"] * len(self.columns))
        for row, columns in self.rows.items():
            print_row(row, [_mean(columns.get(column, ())) for column in self.columns])
        for label, positive in zip(labels.split(), (True, False), strict=True):
            counts = [self._counts(column, positive=positive) for column in self.columns]
            print_row(label + ", each way" * any("+" in one for one in counts), counts)
        if few:
            print(
                f"\n\\* Noisy: under {_FEW_POSITIVE} positive or {_FEW_NEGATIVE} negative comments "
                "on a side, so that recall hangs on the handful of negatives with the highest "
                "scores."
            )

    def show_spread(self, row: str) -> None:
        """Print how sure one method's figures are: the sides apart, and their standard errors."""
        print_row(row, list(self.columns))
        print_row("---", ["---"] * len(self.columns))
        columns = [self.rows[row].get(column, []) for column in self.columns]
        for side in range(max(map(len, columns))):
            of_side = [said[side] if side < len(said) else None for said in columns]
            print_row(
                f"way {side + 1}", [_cell(*said.figures()) if said else "–" for said in of_side]
            )
            print_row("± by chance", [_cell(*said.errors()) if said else "–" for said in of_side])

    def show_times(self) -> None:
        """Print how long learning and judging took, as means of both sides."""
        print_row("", ["learn", "judge"])
        print_row("---", ["---", "---"])
        for row, times in self.times.items():
            print_row(row, [f"{value:.0f}" for value in np.mean(times, axis=0)])

    def _any(self, column: str) -> list[Said]:
        """The sides of a column, as any method judged it: the labels are the same."""
        return next((columns[column] for columns in self.rows.values() if column in columns), [])

    def _counts(self, column: str, *, positive: bool) -> str:
        return " + ".join(str(int((s.positive == positive).sum())) for s in self._any(column))

    def _is_noisy(self, column: str) -> bool:
        return any(
            said.positive.sum() < _FEW_POSITIVE or (~said.positive).sum() < _FEW_NEGATIVE
            for said in self._any(column)
        )


def print_row(first: str, cells: Iterable[str]) -> None:
    """Print one row of a table."""
    print("| " + " | ".join([first, *cells]) + " |", flush=True)


def held(said: Scores, positive: Labels) -> str:
    """A cell: what the shipped threshold holds, of ham / of spam.

    Args:
        said: probabilities.
        positive: their labels.
    """
    found = at_threshold(SitePolicy().hold_probability, said, positive)
    return f"{found.false_positives:.1%} / {found.recall:.0%}"


def _mean(said: Iterable[Said]) -> str:
    figures = [one.figures() for one in said]
    return _cell(*np.mean(figures, axis=0).tolist()) if figures else "–"


def _cell(area: float, recall: float) -> str:
    return f"{_short(area, 3)} / {_short(recall, 2)}"


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0")
