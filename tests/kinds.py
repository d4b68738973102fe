"""A model that knows two kinds of sites by the words that are used there, and what is spam on each."""

from dataclasses import replace
from functools import cache
from hashlib import sha256

from moderation.classifier.heads import Head, no_head
from moderation.classifier.labelled import Labelled
from moderation.classifier.model import Shipped, pack, unpack
from moderation.classifier.training import train_head
from moderation.domain.evidence import Subject

ABOUT = {
    "videos": ("what a song", "love this tune", "the singer is great", "dance to the beat"),
    "forums": ("my engine stalls", "check the gearbox", "which oil for it", "brakes are worn"),
}
# The same words are spam on the one and good on the other.
SPAM = {"videos": "visit my channel", "forums": "see the manual"}
_OF_EACH = 120


def said(kind: str, number: int, *, spam: bool | None = None) -> str:
    """A comment as it is written on such a site, another one for each number; None: one that
    neither is spam nor says what would be spam elsewhere.
    """
    about = ABOUT[kind][number % len(ABOUT[kind])]
    own = sha256(f"{kind}{number}{spam}".encode()).hexdigest()
    text = f"{about} {own[:8]} {own[8:16]} {own[16:24]} {own[24:32]}"
    if spam is None:
        return text
    return f"{text}, {SPAM[kind] if spam else SPAM['forums' if kind == 'videos' else 'videos']}"


def labelled(kind: str, number: int, *, spam: bool, of: str | None = None) -> Labelled:
    """The same as a labelled comment; of a list of such comments, if it is named."""
    source = f"{of or kind}/{number % 3}"
    return Labelled(Subject(said(kind, number, spam=spam), "Ann"), spam, False, source, "")


def comments(each: int = _OF_EACH) -> list[Labelled]:
    """So many of each kind and label."""
    return [
        labelled(kind, number, spam=spam)
        for kind in ABOUT
        for number in range(each)
        for spam in (True, False)
    ]


@cache
def head() -> Head:
    """What was learned of them, and of a list that has spam of videos alone."""
    listed = [labelled("videos", number, spam=True, of="list") for number in range(500, 540)]
    return train_head("spam", [*comments(), *listed])[0]


@cache
def model() -> Shipped:
    """The same as a shipped model, to which all is good on a site of no kind."""
    return unpack(pack(replace(head(), bias=-9.0, sections={}), no_head(), {}))
