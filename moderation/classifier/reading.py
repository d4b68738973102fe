"""Reading a comment once, before features are made of it: normal texts, words, names, addresses."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from moderation.classifier.kept import Kept
from moderation.classifier.kernel import may_tell
from moderation.classifier.links import LINK, LINKS, MAY_LINK, WEBSITES, Address
from moderation.classifier.normal import disguised_words, without_addresses, words_of_text
from moderation.classifier.telling import DOUBLED, TOLD_BY
from moderation.classifier.vocabulary import advertised, trades_within
from moderation.domain.disguise import unescaped
from moderation.domain.evidence import Subject
from moderation.domain.text import normal, without_invisible

LONGEST_READ = 5_000  # characters of a text
_END_READ = 1_000  # of these, if there are more: who hides spam behind a long text ends with it
LONGEST_NAME = 200
_LONG = 3  # letters of a name's word
_LONGEST_WEBSITE = 300
_REACH = 320  # characters of an email address (RFC 5321: 64, the sign, 255)
# Without the signs of references and escapes, in which a part of an address may be written.
_EDGE = re.compile(r"[\s<>\"(),:?/\\=][^\s<>\"(),:?/\\=]*\Z")
_MOST_LINKS = 8
_HANDLE = re.compile(r"^@|\d[-_.a-z0-9]{0,4}$")
_ADDRESS = re.compile(r"https?:|www\.|\.(?:com|net|org|ru|info)\b")
_MOST_COUNTED = 600  # words; what a text is about shows before


@dataclass(frozen=True)
class Name:
    """A commenter's name, read once.

    Attributes:
        text: normal.
        words: of it.
        long: those of three letters and more; shorter ones are in any text or address by chance.
        facts: of its shape.
    """

    text: str
    words: tuple[str, ...]
    long: tuple[str, ...]
    facts: tuple[str, ...]

    @cached_property
    def advertises(self) -> tuple[str, ...]:
        """The trades that it advertises, each as `name:trade`."""
        return tuple([f"name:{trade}" for trade in advertised(self.words, "".join(self.words))])


class Reading(NamedTuple):
    """A comment, read once: what features and facts are made of.

    Attributes:
        text: normal.
        name, website: the commenter's; None where there is none.
        words: of the text, in order.
        undisguised: the words behind digits and spaces.
        links: in the text.
        trades: how many words of the text belong to each trade and way of speaking.
        doubled: how many of its words are misspelt as spun texts' are.
    """

    text: str
    name: Name | None
    website: Address | None
    words: list[str]
    undisguised: list[str]
    links: list[Address]
    trades: dict[str, int]
    doubled: int


def read(subject: Subject) -> Reading:
    """Read a comment. Of more than 5,000 characters, without those that are not to be seen, the
    first 4,000 and the last 1,000 are read.
    """
    text = _normal_beginning(_both_ends(subject.text), LONGEST_READ)
    name = _normal_beginning(subject.name, LONGEST_NAME)
    website = _normal_beginning(subject.website, _LONGEST_WEBSITE)
    words = words_of_text(text)
    links = LINK.findall(text)[:_MOST_LINKS] if MAY_LINK.search(text) else []
    trades: dict[str, int] = {}
    telling = may_tell(words[:_MOST_COUNTED])
    told = chain.from_iterable(map(TOLD_BY.__getitem__, telling))
    for trade in told if text.isascii() else chain(told, sorted(trades_within(text))):
        trades[trade] = trades.get(trade, 0) + 1
    doubled = trades.pop(DOUBLED, 0)
    return Reading(
        text,
        _NAMES[name] if name else None,
        WEBSITES[website] if website else None,
        words,
        disguised_words(text, words),
        [LINKS[link] for link in links],
        trades,
        doubled,
    )


def _name(text: str) -> Name:
    words = tuple(words_of_text(text))
    facts = [f"name words:{min(len(words), 6)}"]
    if _ADDRESS.search(text):
        facts.append("name address")
    if _HANDLE.search(text):
        facts.append("name handle")
    return Name(
        text,
        words,
        tuple([word for word in words if len(word) >= _LONG]),
        tuple(facts),
    )


_NAMES = Kept(_name, 512)


def _both_ends(text: str) -> str:
    if len(text) <= LONGEST_READ:
        return text
    text = " ".join(without_invisible(unescaped(text)).split())
    if len(text) <= LONGEST_READ:
        return text
    # From a gap on, if there is one in reach: before it may be half an email address.
    end = text[-_END_READ:]
    gap = end.find(" ", 0, _REACH)
    return f"{_beginning(text, LONGEST_READ - _END_READ - 1)} {end[gap + 1 :]}"


def _normal_beginning(text: str, most: int) -> str:
    if not text:
        return ""
    # One sign may unfold into many.
    return without_addresses(_beginning(normal(_beginning(text, most)), most))


def _beginning(text: str, most: int) -> str:
    """The beginning of a text, without what may be half an email address, which would not be known
    as one: back to a sign that is in none, or as far as one can reach.
    """
    if len(text) <= most:
        return text
    edge = _EDGE.search(text, max(0, most - _REACH), most)
    return text[: edge.start() + 1] if edge else text[: max(0, most - _REACH)]
