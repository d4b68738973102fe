"""What `moderation classifier evaluate` prints: tables of figures, no wider than a terminal where
names allow it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from moderation.classifier.summary import thresholds

_Row = tuple[str, Mapping[str, Any]]
_LABELS = {"spam": ("spam", "ham"), "abuse": ("abuse", "ok")}


def print_summary(told: Mapping[str, Any]) -> None:
    """Print all figures of `summary`, each question by itself.

    Args:
        told: what `summary` gives, and whether it was measured `online`.
    """
    for question in _LABELS:
        rows = list(_rows(told, question))
        if rows:
            width = max(len(name) for name, _ in rows)
            if question == "abuse" and told["online"]:
                click.echo("\nAbuse is judged by the shipped model alone: sites learn of spam.")
            _print_apart(question, rows, width)
            _print_called(question, rows, width)


def _rows(told: Mapping[str, Any], question: str) -> Iterator[_Row]:
    for one in told["files"]:
        if one["question"] == question:
            yield from _rows_of(_printable(one["file"]), one)
    if question == "spam" and told["together"]:
        yield from _rows_of("all but abuse", told["together"])


def _rows_of(name: str, one: Mapping[str, Any]) -> Iterator[_Row]:
    yield name, one["whole"]
    for seen, figures in one["by_decisions"].items():
        yield f"  from decision {seen}", figures
    for source, figures in one.get("by_source", {}).items():
        yield f"  {_printable(source)}", figures
    for language, figures in one.get("by_language", {}).items():
        yield f"  in {_printable(language) or 'no language'}", figures


def _print_apart(question: str, rows: Sequence[_Row], width: int) -> None:
    """How well the labels are told apart, and how long that takes."""
    positive, negative = _LABELS[question]
    click.echo(f"\nHow well {question} is told apart; µs to judge and to learn a comment\n")
    click.echo(f"{'':{width}}{positive:>7}{negative:>7}   AUC 1-ROCA%  @1% @.1%  judge  learn")
    for name, figures in rows:
        click.echo(
            f"{name:{width}}{figures['positive']:7}{figures['negative']:7}"
            f"{_share(figures['auc'], 4):>6}{_number(figures['1-roca%'], 2):>8}"
            f"{_share(figures['recall_at_1%']):>5}{_share(figures['recall_at_0.1%']):>5}"
            f"{_number(figures['judging_us']):>7}{_number(figures['learning_us']):>7}"
        )


def _print_called(question: str, rows: Sequence[_Row], width: int) -> None:
    """What comes of the shipped thresholds, and how true probabilities are."""
    shipped = thresholds(of_abuse=question == "abuse")
    negative = _LABELS[question][1]
    click.echo(f"\nFrom the shipped thresholds on; false: the share of {negative} called so\n")
    click.echo(f"{'':{width}}" + "".join(f"{f'{n} from {p:.0%}':>22}" for n, p in shipped.items()))
    heads = "".join(f"{'prec':>6}{'rec':>5}{'F1':>5}{'false':>6}" for _ in shipped)
    click.echo(f"{'':{width}}{heads}  Brier   ECE")
    for name, figures in rows:
        called = "".join(_called(figures["thresholds"][threshold]) for threshold in shipped)
        true = f"{_share(figures['brier']):>7}{_share(figures['calibration_error']):>6}"
        click.echo(f"{name:{width}}{called}{true}")


def _called(found: Mapping[str, Any]) -> str:
    false = found["false_positives"]
    return (
        f"{_share(found['precision']):>6}{_share(found['recall']):>5}{_share(found['f1']):>5}"
        f"{'–' if false is None else f'{100 * false:.1f}%':>6}"
    )


def _share(value: float | None, digits: int = 3) -> str:
    """A number from 0 to 1, without the nought before its point; one has a digit less."""
    if value is None:
        return "–"
    written = f"{value:.{digits}f}"
    return written.removeprefix("0") if written.startswith("0") else written[:-1]


def _number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _printable(name: str) -> str:
    """A name from a file, without what a terminal cannot show or would obey."""
    return "".join(sign if sign.isprintable() else "�" for sign in name)
