"""Waves: many near-identical comments within a short time, and how much stricter a site judges
while one is under way.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)  # of two comments of a wave at most that far apart
LEAST = 5  # comments
LEAST_VOICES = 3  # who say it: one person who asks in five threads is no wave

# Shingles, and so letters, that a text needs: “Thank you so much for sharing this” is said in the
# same words by chance. With a link less is enough, for by chance nobody shares that.
_LEAST_SHINGLES = 40
_LEAST_SHINGLES_WITH_LINK = 20

_HALF_LIFE = timedelta(minutes=10)
_TIGHTEST = 0.5  # what the thresholds are multiplied by just after a wave's comment


@dataclass(frozen=True, slots=True)
class Near:
    """A comment that says nearly the same as another.

    Attributes:
        comment_id, revision, site_id: which, and where.
        voice: whoever said it, as far as can be told.
        wave_id: the wave that it was found to be one of.
        created_at: when it came.
    """

    comment_id: int
    revision: int
    site_id: int
    voice: tuple[int, bytes]
    wave_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """What a site's moderators are told of a comment's wave. Of other sites only whether it is
    there too: not how much of it, nor where.

    Attributes:
        similar: how many comments of the wave the site has, this one included.
        minutes: since the first of those.
        elsewhere: whether other sites have some.
    """

    similar: int
    minutes: int
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Tension:
    """How much stricter a site judges, since a wave is under way.

    Attributes:
        factor: what the thresholds that hold a comment are multiplied by, below 1.
        hold_at: the points that hold a comment at other times.
        minutes: since the wave's latest comment on the site.
    """

    factor: float
    hold_at: float
    minutes: int

    @property
    def tightened(self) -> float:
        """The points that hold a comment for now."""
        return round(self.hold_at * self.factor, 3)


def can_be_of_a_wave(grams: Collection[str], *, has_link: bool) -> bool:
    """Whether a text says so much that nobody says the same by chance."""
    return len(grams) >= (_LEAST_SHINGLES_WITH_LINK if has_link else _LEAST_SHINGLES)


def is_wave(near: Sequence[Near]) -> bool:
    """Whether comments that say nearly the same are a wave: enough of them, from enough people."""
    return len(near) >= LEAST and len({one.voice for one in near}) >= LEAST_VOICES


def running(near: Sequence[Near]) -> int | None:
    """The wave that is under way already, the oldest where there are several; None for none."""
    return min((one.wave_id for one in near if one.wave_id is not None), default=None)


def tension(hold_at: float, latest: datetime | None, now: datetime) -> Tension | None:
    """How much stricter a site judges; None where it does not.

    Half as many points hold a comment just after a wave's latest one. Every ten minutes half of
    that is given back, and after an hour the rest.

    Args:
        hold_at: the site's threshold.
        latest: when the latest comment of any wave came to the site.
        now: when it is judged.
    """
    if latest is None or now - latest >= WINDOW:
        return None
    since = max(now - latest, timedelta())
    strength = 0.5 ** (since / _HALF_LIFE)
    factor = round(1 - (1 - _TIGHTEST) * strength, 3)
    return Tension(factor, hold_at, int(since.total_seconds() // 60))
