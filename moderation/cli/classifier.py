"""`moderation classifier`: make a model of labelled comments, and measure one."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli.support import Group
from moderation.errors import InvalidInputError

if TYPE_CHECKING:
    from moderation.classifier.evaluation import Online
    from moderation.classifier.labelled import Labelled
    from moderation.classifier.model import Shipped
    from moderation.classifier.streams import Sites

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
    not trained on. The same files give the same model. Needs scikit-learn, which the service does
    without.
    """
    if out.suffix == ".json":
        raise click.UsageError("--out: *.json is for what the model was made of.")
    files = sorted([*directory.glob("*.jsonl"), *directory.glob("*.jsonl.gz")])
    if not files:
        raise InvalidInputError(f"There are no *.jsonl or *.jsonl.gz in {directory}.")
    comments = [comment for of_it in _read(files).values() for comment in of_it]
    data, card = _train(comments, {"date": date, "data": [file.name for file in files]})
    try:
        out.write_bytes(data)
        out.with_suffix(".json").write_text(json.dumps(card, indent=2, sort_keys=True) + "\n")
    except OSError as error:
        raise InvalidInputError(f"{error.filename} cannot be written: {error.strerror}.") from error
    click.echo(f"{out}: {len(data) / 1e6:.2f} MB")
    for question in ("spam", "abuse"):
        for kind, figures in card.get(question, {}).items():
            click.echo(f"  {question:6} {kind:20} {_listed(figures)}")


def _listed(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in figures.items())


def _train(comments: "Sequence[Labelled]", origin: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """A model and its card: its origin, then its figures. There need not be both questions'
    comments; one that was not asked is answered by even odds.
    """
    from moderation.classifier.heads import no_head
    from moderation.classifier.model import pack
    from moderation.classifier.training import train_head

    card, heads = dict(origin), {"spam": no_head(), "abuse": no_head()}
    for question in heads:
        of_it = [c for c in comments if c.of_abuse == (question == "abuse")]
        if of_it:
            heads[question], card[question] = train_head(question, of_it)
    return pack(heads["spam"], heads["abuse"], card), card


_EVALUATE_ENDS = """\b
Columns:
  AUC, 1-ROCA%      how often spam is more likely than ham; 100 (1 - AUC)
  @1%, @.1%         recall where 1% or 0.1% of ham is above
  judge, learn      microseconds a comment, median; – where none was learned
  prec, rec, F1     precision, recall and F1 from a shipped threshold on
  false             the share of ham that is above that threshold
  Brier, ECE        how true probabilities are; 0 is best

"all but abuse" is all spam and ham of several FILES by one threshold. Offline one model
judges all of it; online what each site's own model said is put together, and --together has
one site see it all as one stream.
"""


@classifier.command(epilog=_EVALUATE_ENDS)
@click.argument("files", nargs=-1, required=True, type=_File)
@click.option("--train", "training", multiple=True, type=_File, help="Train on it first.")
@click.option("--model", type=_File, help="A model's file instead of the shipped one.")
@click.option("--online", is_flag=True, help="Learn each comment after judging it.")
@click.option("--decisions", type=click.IntRange(0), help="A site learns only the first so many.")
@click.option("--per-source", is_flag=True, help="Each source is a site of its own.")
@click.option("--together", is_flag=True, help="All FILES are one site, and one stream.")
@click.option("--shuffle", type=int, metavar="SEED", help="Shuffle within each source.")
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
    together: bool,
    as_json: bool,
) -> None:
    """Measure the classifier on FILES of labelled comments, each file and each source.

    Without --train by the shipped model, which learns nothing. With --online each comment is judged
    before it is learned, each file as a site of its own, by time; what has no time is strewn in.
    Abuse is judged by the shipped model also then, since a site's decisions teach spam alone.
    What kind of site it is shows by what was judged before, whatever its labels: without --online
    of each source, with it of each site.
    """
    from moderation.classifier.evaluation import Online, judge_files
    from moderation.classifier.summary import summary

    _refuse_together("--train", training, "--model", model)
    _refuse_together("--per-source", per_source, "--together", together)
    if not online:
        _refuse_offline(
            {
                "--decisions": decisions is not None,
                "--per-source": per_source,
                "--together": together,
                "--shuffle": shuffle is not None,
            }
        )
    comments = _read(files)
    shipped, trained = _model(training, model)
    asked = (
        Online(_sites(per_source=per_source, together=together), decisions, shuffle)
        if online
        else None
    )
    _warn_of_known(files, shipped)
    told = summary(judge_files(comments, shipped, asked))
    _tell({**_way(shipped, trained, asked), **told}, as_json=as_json)


def _warn_of_known(files: Sequence[Path], shipped: "Shipped") -> None:
    """Say, beside the figures, that the model may have been trained on these files."""
    known = sorted({file.name for file in files} & set(shipped.card.get("data", ())))
    if known:
        click.echo(
            f"The model was trained on files of these names: {', '.join(known)}. If these are the "
            "same, the figures say nothing of comments that it has not seen; its card has such.",
            err=True,
        )


def _refuse_together(one: str, has_one: object, other: str, has_other: object) -> None:
    if has_one and has_other:
        raise click.UsageError(f"{one} and {other} exclude each other.")


def _refuse_offline(given: dict[str, bool]) -> None:
    """Refuse options that mean nothing where nothing is learned."""
    for option, is_given in given.items():
        if is_given:
            raise click.UsageError(f"{option} says how comments are learned: it needs --online.")


def _read(files: Sequence[Path]) -> "dict[str, list[Labelled]]":
    """All comments, before any is judged: what is wrong with a file shows at once."""
    from moderation.classifier.labelled import read_labelled

    if len(set(files)) < len(files):
        raise click.UsageError("A file is named twice.")
    names = Counter(file.name for file in files)
    comments = {}
    for file in files:
        name = file.name if names[file.name] == 1 else str(file)
        comments[name] = list(read_labelled(file))
        if not comments[name]:
            raise InvalidInputError(f"{file} holds no comments.")
    return comments


def _model(training: Sequence[Path], file: Path | None) -> "tuple[Shipped, dict[str, Any] | None]":
    """The model to measure; if it is trained first, on how many comments, and what each took."""
    from moderation.classifier.model import load_shipped, unpack

    if not training:
        return (load_shipped() if file is None else load_shipped(file)), None
    comments = [comment for of_it in _read(training).values() for comment in of_it]
    begun = time.perf_counter()
    data, _ = _train(comments, {})
    took = 1e6 * (time.perf_counter() - begun) / len(comments)
    return unpack(data), {"comments": len(comments), "us": took}


def _sites(*, per_source: bool, together: bool) -> "Sites":
    from moderation.classifier.streams import Sites

    if together:
        return Sites.ALL
    return Sites.SOURCE if per_source else Sites.FILE


def _way(
    shipped: "Shipped", trained: dict[str, Any] | None, online: "Online | None"
) -> dict[str, Any]:
    """How it was measured."""
    return {
        "model": shipped.version,
        "trained": trained,
        "online": None if online is None else asdict(online),
    }


_STREAMS = {
    "file": "Online, each file a site of its own",
    "source": "Online, each source a site of its own",
    "all": "Online, all files together a site",
}


def _stream(online: dict[str, Any]) -> str:
    """How it was learned, in a sentence."""
    seed, decisions = online["seed"], online["decisions"]
    order = "by time" if seed is None else f"shuffled within each source by the seed {seed}"
    learned = "" if decisions is None else f", which learns the first {decisions} comments"
    return f"{_STREAMS[online['sites']]}{learned}; {order}."


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    from moderation.cli.classifier_table import print_summary

    if as_json:
        click.echo(json.dumps(told, indent=2, allow_nan=False))
        return
    if trained := told["trained"]:
        click.echo(f"Trained on {trained['comments']} comments, {trained['us']:.0f} µs each.")
    if online := told["online"]:
        click.echo(_stream(online))
    print_summary(told)
