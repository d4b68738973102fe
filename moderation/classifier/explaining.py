"""Why: what pushed a judgement each way, as words of the comment and facts in words."""

from collections import defaultdict
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.features import Features
from moderation.classifier.normal import WORD
from moderation.classifier.numbers import LETTERS_OF_BEGINNING
from moderation.classifier.pieces import Pieces
from moderation.classifier.reading import Reading
from moderation.domain.judgement import MOST_REASONS, Reason
from moderation.words import N_

_LEAST = 0.05  # log-odds: less is no reason
_BEGINNING = 40  # characters of a fact that tell which it is; the rest may be an endless address

_TRADES = {
    "pharma": N_("Words of remedies"),
    "gambling": N_("Words of gambling"),
    "adult": N_("Words of sex"),
    "money": N_("Words of money"),
    "seo": N_("Words of promotion"),
    "shop": N_("Words of selling"),
    "brand": N_("Names of brands"),
    "service": N_("Words of services"),
    "support": N_("Words of support by telephone"),
    "occult": N_("Words of spells and cures"),
    "praise": N_("Praise that fits any page"),
    "urge": N_("Calls to click or to follow"),
    "sms": N_("Words of prizes and premium numbers"),
}
# That something is not there is no reason to tell: it is so of nearly every comment.
_ABSENT = (
    "links:0",
    "fancy:0",
    "unseen:0",
    "undisguised:0",
    "trades:0",
    "trade:False",
    "doubled:0",
    "doubled often:False",
    "praise:0",
    "linked:0",
    "linked at:none",
    "manner calls:False",
    "manner capitals:0",
    "manner mashed:0",
    "manner own:None",
)
_LANGUAGE = N_("Its language beside the site’s")
_HOW_WRITTEN = N_("How its words are written")
_MEASURE = N_("Its length and its links")
# What a fact with its value says. A receipt keeps 40 characters.
_VALUES = {
    "mail:free": N_("An email address at a free provider"),
    "mail:disposable": N_("A throwaway email address"),
    "mail:other": N_("An email address at another provider"),
    "links:1": N_("One link"),
    "links:2": N_("Two links"),
    "links:3": N_("Three links"),
    "links:4": N_("Four to seven links"),
    "links:8": N_("Eight links or more"),
    "language:True": N_("In the site’s language"),
    "language:False": N_("Not in the site’s language"),
    "language:None": N_("In a language that was not recognised"),
    "script:True": N_("In the script of the site’s language"),
    "script:False": N_("Not in the site’s script"),
}
# By the beginning of another fact's name: where it is found, or what it says. The first that fits.
_NAME, _WEBSITE, _LINK, _SITE, _WRITTEN = "name", "website", "link", "site", "language"
_SAID: tuple[tuple[str, str], ...] = (
    ("name", _NAME),
    ("site is", _SITE),
    ("website", _WEBSITE),
    ("own link", _WEBSITE),
    ("domain fits", _WEBSITE),
    ("links:", N_("How many links it holds")),
    ("linked", _MEASURE),
    ("manner mashed", _HOW_WRITTEN),
    ("manner longest", _HOW_WRITTEN),
    ("manner own", _HOW_WRITTEN),
    ("manner", N_("Its capitals, beginning and ending")),
    ("link", _LINK),
    ("any:", N_("A trade in its name or address")),
    ("trade", N_("A trade in its name or address")),
    ("praise:", _TRADES["praise"]),
    ("doubled", N_("Misspellings as of spun texts")),
    ("language", _LANGUAGE),
    ("written in:", _WRITTEN),
    ("script", _LANGUAGE),
    ("bbcode", N_("Its markup")),
    ("markdown", N_("Its markup")),
    ("html", N_("Its markup")),
    ("phone", N_("A telephone number")),
    ("fancy", N_("Disguised letters")),
    ("unseen", N_("Disguised letters")),
    ("undisguised", N_("Disguised letters")),
    ("mail", N_("The kind of its email address")),
    ("form", N_("How the form was filled in")),
    ("echo", N_("Words of the page or of what it answers")),
)

_NOBODYS, _NOTHING = np.zeros(1, np.uint32), np.zeros(1, np.float32)


class Shares:
    """What each place of a comment's features adds to the log-odds."""

    def __init__(self, features: Features, weights: NDArray[np.float32]) -> None:
        # What has place 0 by chance counts nothing in a comment's features.
        self._places = np.concatenate((_NOBODYS, features.places))
        self._shares = np.concatenate((_NOTHING, weights * features.values))

    def of(self, places: NDArray[np.uint32]) -> NDArray[np.float64]:
        """The part of each of some places; of one that comes several times a part each."""
        where = np.searchsorted(self._places, places)
        times = np.bincount(where, minlength=len(self._places))
        parts: NDArray[np.float64] = self._shares[where] / times[where]
        return parts


def reasons(name: str, reading: Reading, pieces: Pieces, shares: Shares) -> tuple[Reason, ...]:
    """The strongest reasons, the strongest first.

    Args:
        name: the commenter's, as typed.
        reading: the comment.
        pieces: what it was cut into.
        shares: what each place adds.
    """
    said: dict[tuple[str, str], float] = defaultdict(float)
    # Every comment has one of these on a site whose language is known.
    is_compared = any(fact.startswith("script:") for fact in pieces.said)
    for fact, part in zip(pieces.said, shares.of(pieces.facts[:-1]).tolist(), strict=True):
        words = _words_of(fact[:_BEGINNING])
        if fact == "language:False" and not is_compared:
            words = _LANGUAGE
        if words:
            said[_told(fact, words, name, reading)] += part
    # Together, since a run of the name may be one of the text too; so words and shapes below.
    runs = shares.of(pieces.runs)
    text, of_name = runs[: pieces.of_text], runs[pieces.of_text :]
    said[_NAME, name] += float(of_name.sum())
    for where, part in zip(_of_keywords(name, reading), shares.of(pieces.keywords), strict=True):
        said[where] += float(part)
    own = shares.of(np.concatenate((pieces.words, pieces.shapes)))
    of_words, of_shapes = own[: len(pieces.words)], own[len(pieces.words) :]
    said["fact", _HOW_WRITTEN] += float(of_shapes.sum())
    for word, part in _of_words(reading, text, of_words):
        said["text", word] += part
    found = [Reason(kind, words, weight) for (kind, words), weight in said.items() if words]
    telling = [reason for reason in found if abs(reason.weight) >= _LEAST]
    return tuple(sorted(telling, key=lambda reason: -abs(reason.weight))[:MOST_REASONS])


@lru_cache(4_096)
def _words_of(fact: str) -> str:
    """Where a fact is found, or what it says; nothing of what is absent."""
    if fact.startswith(_ABSENT):
        return ""
    if fact in _VALUES:
        return _VALUES[fact]
    said = next((words for start, words in _SAID if fact.startswith(start)), None)
    return said or _TRADES[fact.partition(":")[0].partition(">")[0]]


def _told(fact: str, words: str, name: str, reading: Reading) -> tuple[str, str]:
    """Kind and words of a fact's reason."""
    if words == _NAME:
        return _NAME, name
    if words == _SITE:
        host = fact.removeprefix("site is:")
        return (_WEBSITE if reading.website and host == reading.website.host else _LINK), host
    if words == _WEBSITE:
        return _WEBSITE, reading.website.host if reading.website else ""
    if words == _WRITTEN:
        return _WRITTEN, fact.removeprefix("written in:")
    if words == _LINK:
        return _LINK, reading.links[0].host if reading.links else ""
    return "fact", words


def _of_keywords(name: str, reading: Reading) -> list[tuple[str, str]]:
    """Where each of `keywords_of` stands."""
    link = reading.links[0].host if reading.links else ""
    of_links = [(_LINK, link)] * sum([len(one.words) for one in reading.links])
    if not reading.website:
        return of_links
    return (
        [(_NAME, name)] * (len(reading.name.words) if reading.name else 0)
        + [(_WEBSITE, reading.website.host)] * len(reading.website.words)
        + of_links
    )


def _of_words(
    reading: Reading, runs: NDArray[np.float64], own: NDArray[np.float64]
) -> list[tuple[str, float]]:
    """Each word of the text with its part: its own, its beginning's, half of each pair's it is in,
    and of each run of characters as much as it covers of it; and each word behind a disguise with
    its own.

    Args:
        reading: the comment.
        runs: the parts of the text's runs of characters, the shortest first.
        own: of its words, in the order of `Pieces.words`.
    """
    by_character = _by_character(len(reading.text) + 2, runs)
    sums = np.concatenate(([0.0], np.cumsum(by_character)))
    count = len(reading.words)
    behind = own[count + len(reading.undisguised) :]
    long = [at for at, word in enumerate(reading.words) if len(word) > LETTERS_OF_BEGINNING]
    first_pair = len(behind) - max(0, count - 1)
    at_last = (len(long) + first_pair) // 2  # as many of the end as of the beginning
    beginnings, pairs = behind[: len(long)], behind[first_pair:]
    first, last = behind[len(long) : at_last], behind[at_last:first_pair]
    parts = own[:count].copy()
    parts[long] += beginnings
    parts[:-1] += pairs / 2
    parts[1:] += pairs / 2
    parts[:1] += first[:1]
    parts[:2] += first[1:].sum() / 2
    parts[-1:] += last[:1]
    parts[-2:] += last[1:].sum() / 2
    found = [(word[0], *word.span()) for word in WORD.finditer(reading.text)]
    words, starts, ends = zip(*found, strict=True) if found else ((), (), ())
    hidden = zip(reading.undisguised, own[count:].tolist(), strict=False)
    # The text stands behind one space.
    covered = sums[np.array(ends, np.intp) + 1] - sums[np.array(starts, np.intp) + 1]
    return [*zip(words, (parts + covered).tolist(), strict=True), *hidden]


def _by_character(length: int, parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The parts of all runs of characters, shared out to the characters they cover.

    Args:
        length: of the text.
        parts: of its runs of 2 characters, of 3, and so on, each in the text's order.
    """
    # Each run raises the slope where it begins and lowers it behind its end.
    slope = np.zeros(length + 1)
    at, size = 0, 2
    while at < len(parts):
        runs = parts[at : at + length - size + 1] / size
        slope[: len(runs)] += runs
        slope[size : size + len(runs)] -= runs
        at, size = at + len(runs), size + 1
    return np.cumsum(slope[:-1])
