"""The order in which a site sees labelled comments, and which of them are of one site."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from moderation.classifier.labelled import Labelled

_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20}){0,8}")
_SECONDS = 1e10  # since 1970, of any comment: ten digits at most


class Sites(StrEnum):
    """What is a site of its own, where several files are learned online."""

    FILE = "file"
    SOURCE = "source"
    ALL = "all"


def sites_of(files: Mapping[str, Sequence[Labelled]], sites: Sites) -> list[list[Labelled]]:
    """The comments of each site. A source in two files is two.

    Args:
        files: by name their comments.
        sites: what is a site.
    """
    if sites is Sites.ALL:
        return [[comment for of_it in files.values() for comment in of_it]]
    if sites is Sites.FILE:
        return [list(of_it) for of_it in files.values()]
    return [of_source for of_it in files.values() for of_source in by_source(of_it).values()]


def by_source(comments: Iterable[Labelled]) -> dict[str, list[Labelled]]:
    """The comments of each source, in their order."""
    sources: dict[str, list[Labelled]] = defaultdict(list)
    for comment in comments:
        sources[comment.source].append(comment)
    return dict(sources)


def in_order(comments: Sequence[Labelled], seed: int | None = None) -> list[Labelled]:
    """Comments as a site would see them: by time; those without one strewn in among the others.

    Args:
        comments: of one site.
        seed: shuffle each source's comments among the places that the source has in that order;
            None: strew only, always in the same way.
    """
    chance = random.Random(seed or 0)
    moments = [moment(comment.at) for comment in comments]
    timed = [(at, place) for place, at in enumerate(moments) if at is not None]
    order = [place for _, place in sorted(timed)]
    untimed = [place for place, at in enumerate(moments) if at is None]
    if order:
        for place in untimed:
            order.insert(chance.randrange(len(order) + 1), place)
    else:
        order = chance.sample(untimed, len(untimed))
    stream = [comments[place] for place in order]
    return stream if seed is None else _shuffled_within(stream, chance)


def _shuffled_within(stream: Sequence[Labelled], chance: random.Random) -> list[Labelled]:
    """The same sources at the same places, each with its comments in another order."""
    shuffled = {
        source: iter(chance.sample(of_it, len(of_it)))
        for source, of_it in by_source(stream).items()
    }
    return [next(shuffled[comment.source]) for comment in stream]


def shuffled(comments: Sequence[Labelled], seed: int) -> list[Labelled]:
    """Comments in an order by chance, whatever their source; for the same seed the same."""
    return random.Random(seed).sample(comments, len(comments))


def moment(at: str) -> float | None:
    """When a comment was written, in seconds since 1970; None where it does not say.

    Args:
        at: ISO 8601, in UTC where it names no zone; or seconds since 1970, or their thousandths,
            millionths and so on, which count as seconds by their first ten digits: spreadsheets put
            dots between them and drop zeros behind.
    """
    if _NUMBER.fullmatch(at):
        seconds = float(at.replace(".", "") if at.count(".") > 1 else at)
        while seconds >= _SECONDS:
            seconds /= 10
        return seconds
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
