"""`moderation classifier`: make a model of labelled comments, and measure one."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli.support import Group
from moderation.errors import InvalidInputError

if TYPE_CHECKING:
    from moderation.classifier.evaluation import Judged
    from moderation.classifier.labelled import Labelled
    from moderation.classifier.model import Shipped

_File = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=Group)
def classifier() -> None:
    """What tells spam and abuse from good comments."""


@classifier.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=_File, required=True, help="Where the model goes.")
@click.option("--date", default="", help="To be noted with it.")
def train(directory: Path, out: Path, date: str) -> None:
    """Make a model of all files of labelled comments in DIRECTORY (*.jsonl, *.jsonl.gz).

    Beside it, as OUT with .json, goes what it was made of and how it does on sources that it was
    not trained on. The same files give the same model.
    """
    files = sorted([*directory.glob("*.jsonl"), *directory.glob("*.jsonl.gz")])
    if not files:
        raise InvalidInputError(f"There are no *.jsonl or *.jsonl.gz in {directory}.")
    data, card = _train(files, date)
    out.write_bytes(data)
    out.with_suffix(".json").write_text(json.dumps(card, indent=2, sort_keys=True) + "\n")
    click.echo(f"{out}: {len(data) / 1e6:.2f} MB")
    for question in ("spam", "abuse"):
        for kind, figures in card.get(question, {}).items():
            click.echo(f"  {question:6} {kind:20} {_listed(figures)}")


def _listed(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in figures.items())


def _train(files: Sequence[Path], date: str = "") -> tuple[bytes, dict[str, Any]]:
    """A model and its card. Files need not hold both questions' comments; one that was not asked
    is answered by even odds.
    """
    from moderation.classifier.heads import no_head
    from moderation.classifier.labelled import read_labelled
    from moderation.classifier.model import pack
    from moderation.classifier.training import train_head

    comments = [comment for file in files for comment in read_labelled(file)]
    card: dict[str, Any] = {"date": date, "data": [file.name for file in files]}
    heads = {"spam": no_head(), "abuse": no_head()}
    for question in heads:
        of_it = [c for c in comments if c.of_abuse == (question == "abuse")]
        if of_it:
            heads[question], card[question] = train_head(question, of_it)
    return pack(heads["spam"], heads["abuse"], card), card


@classifier.command()
@click.argument("files", nargs=-1, required=True, type=_File)
@click.option("--train", "training", multiple=True, type=_File, help="Train on this file first.")
@click.option("--model", type=_File, help="A model's file instead of the shipped one.")
@click.option("--online", is_flag=True, help="Learn each comment after judging it.")
@click.option("--decisions", type=click.IntRange(0), help="Learn only the first so many.")
@click.option("--per-source", is_flag=True, help="Each source is a site of its own.")
@click.option("--shuffle", type=int, metavar="SEED", help="In this order instead of by time.")
@click.option("--json", "as_json", is_flag=True, help="All figures, as JSON.")
def evaluate(
    files: tuple[Path, ...],
    training: tuple[Path, ...],
    model: Path | None,
    decisions: int | None,
    shuffle: int | None,
    *,
    online: bool,
    per_source: bool,
    as_json: bool,
) -> None:
    """Measure the classifier on FILES of labelled comments.

    Without --train by the shipped model. With --online each comment is judged before it is learned,
    a file as one site, by time; what has no time is strewn in.
    """
    from moderation.classifier.labelled import read_labelled

    shipped = _model(training, model)
    judged: dict[str, list[Judged]] = {}
    for file in files:
        comments = list(read_labelled(file))
        if not comments:
            raise InvalidInputError(f"{file} holds no comments.")
        judged[file.name] = (
            _online(comments, shipped, decisions, shuffle, per_source=per_source)
            if online
            else _offline(comments, shipped)
        )
    _report(judged, online=online, as_json=as_json)


def _model(training: Sequence[Path], file: Path | None) -> "Shipped":
    from moderation.classifier.model import load_shipped, unpack

    if training:
        return unpack(_train(training)[0])
    return load_shipped() if file is None else load_shipped(file)


def _offline(comments: "list[Labelled]", shipped: "Shipped") -> "list[Judged]":
    from moderation.classifier.evaluation import judge_all

    return judge_all(comments, shipped)


def _online(
    comments: "list[Labelled]",
    shipped: "Shipped",
    decisions: int | None,
    seed: int | None,
    *,
    per_source: bool,
) -> "list[Judged]":
    from moderation.classifier.evaluation import by_source, in_order, judge_and_learn

    if any(comment.of_abuse for comment in comments):
        raise InvalidInputError("A site learns of spam alone: leave out files about abuse.")
    sites = by_source(comments).values() if per_source else [comments]
    return [
        one
        for site in sites
        for one in judge_and_learn(in_order(site, seed), shipped, decisions=decisions)
    ]


def _report(judged: "dict[str, list[Judged]]", *, online: bool, as_json: bool) -> None:
    from moderation.classifier.evaluation import by_stage, measure
    from moderation.domain.policy import SitePolicy

    policy = SitePolicy()
    spam = {"hold": policy.hold_probability, "spam": policy.spam_probability}
    told: dict[str, Any] = {}
    for name, all_of_file in judged.items():
        abuse = all_of_file[0].comment.of_abuse
        thresholds = {"abuse": policy.abuse_probability} if abuse else spam
        parts = {"": all_of_file}
        if online:
            parts |= {f"from decision {at}": of for at, of in sorted(by_stage(all_of_file).items())}
        for source in dict.fromkeys(one.comment.source for one in all_of_file):
            parts[source] = [one for one in all_of_file if one.comment.source == source]
        if abuse:
            languages = sorted({one.comment.subject.site_language for one in all_of_file})
            for language in languages:
                parts[f"in {language}"] = [
                    one for one in all_of_file if one.comment.subject.site_language == language
                ]
        told[name] = {part: measure(of, thresholds) for part, of in parts.items()}
    of_spam = [one for each in judged.values() for one in each if not one.comment.of_abuse]
    if len(judged) > 1 and of_spam:
        told["all but abuse"] = {"": measure(of_spam, spam)}
    if as_json:
        click.echo(json.dumps(_without_nan(told), indent=2))
        return
    _print(told)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_nan(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value


_COLUMNS = (
    "spam    ham    AUC  1-ROCA%   @1%  @.1%  prec  rec   F1  held  Brier   ECE  judge  learn"
)


def _print(told: dict[str, dict[str, Any]]) -> None:
    click.echo(f"{'':34}{_COLUMNS}")
    for name, parts in told.items():
        for part, figures in parts.items():
            click.echo(f"{name if not part else '  ' + part:32}{_row(figures)}")


def _row(figures: dict[str, Any]) -> str:
    first = next(iter(figures["thresholds"].values()))
    return (
        f"{figures['positive']:6} {figures['negative']:6} {_number(figures['auc'], 6, 4)}"
        f" {_number(figures['1-roca%'], 8, 2)} {_number(figures['recall_at_1%'], 5, 3)}"
        f" {_number(figures['recall_at_0.1%'], 5, 3)} {_number(first['precision'], 5, 3)}"
        f" {_number(first['recall'], 4, 2)} {_number(first['f1'], 4, 2)}"
        f" {_number(100 * first['false_positives'], 4, 1)}% {_number(figures['brier'], 5, 3)}"
        f" {_number(figures['calibration_error'], 5, 3)} {figures['judging_us']:4.0f}µs"
        f" {figures['learning_us']:4.0f}µs"
    )


def _number(value: float, width: int, digits: int) -> str:
    return f"{'–' if math.isnan(value) else format(value, f'.{digits}f'):>{width}}"
