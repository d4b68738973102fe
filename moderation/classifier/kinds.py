"""What kind of site a site is like, by what its readers write. Nobody has to decide on it first.

On blogs hardly any comment is spam, under a video half of them may be, and what tells it apart is
another thing on each. One comment says little about where it stands, some dozens say it well.
"""

from collections import deque
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.features import Features
from moderation.classifier.heads import Head
from moderation.classifier.places import TEXT_PLACES

LOOKED_AT = 200  # comments of a site, the latest ones
# Chosen with sources left out, and with whole kinds left out, whose sites are like none.
_FEWEST = 20  # comments
_MOST_LIKE = 0.5  # of them, those that are most like a kind: with less a site is like several
_LEAST = -0.25  # likeness, of all of them in the mean: with less it is like none
# So much less of both will do for a site to stay what it was, until another kind has so much more.
_KEPT = 0.1


def likeness(features: Features, head: Head) -> NDArray[np.float64]:
    """How like those of each kind that a head knows a comment is, in the order of its kinds: by its
    text, name and website, whatever else is known. 1: surely; -1: surely not.
    """
    of_text = features.places < TEXT_PLACES
    places, values = features.places[of_text], features.values[of_text]
    said = [
        float(kind.likeness.at(places) @ values) + kind.likeness_bias
        for kind in head.kinds.values()
    ]
    # A long comment that is very like one must not speak for all others.
    return np.clip(np.array(said, np.float64), -1, 1)


def kind_of(comments: Collection[NDArray[np.float64]], head: Head, before: str = "") -> str:
    """The kind of site that comments were written on.

    Args:
        comments: of a site, what `likeness` says of each by the same head.
        head: that knows kinds.
        before: what it was said to be of when there were fewer.

    Returns:
        A name out of `head.kinds`; nothing where a site is like none, or like several.
    """
    known = list(head.kinds)
    if len(known) <= 1 or len(comments) < _FEWEST:  # there is nothing to tell apart
        return ""
    said = np.array(list(comments))
    most_like = np.bincount(said.argmax(axis=1), minlength=len(known)) / len(said)
    means = said.mean(axis=0)

    def is_like(kind: int, slack: float) -> bool:
        return bool(most_like[kind] >= _MOST_LIKE - slack and means[kind] >= _LEAST - slack)

    most = int(most_like.argmax())
    if before in known:
        old = known.index(before)
        leads = most_like[most] >= most_like[old] + _KEPT and is_like(most, 0.0)
        if is_like(old, _KEPT) and not leads:
            return before
    return known[most] if is_like(most, 0.0) else ""


class Impression:
    """The kind of a site, as its comments come.

    Args:
        head: that knows kinds.
    """

    def __init__(self, head: Head) -> None:
        self.kind = ""
        self._head = head
        self._latest: deque[NDArray[np.float64]] = deque(maxlen=LOOKED_AT)

    def see(self, features: Features) -> None:
        """One more comment of the site, of those that it publishes."""
        if self._head.kinds:
            self._latest.append(likeness(features, self._head))
            self.kind = kind_of(self._latest, self._head, self.kind)
