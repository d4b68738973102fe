"""Letter avatars: a colour and a letter, made of a random seed and the public name alone."""

import zlib

COLOURS = 16


def avatar_of(seed: int, name: str) -> int:
    """The number of a commenter's colour, 0 to 15: theirs on this site under this name.

    Args:
        seed: the commenter's, random, so that the colour tells nothing of the address.
        name: as shown.
    """
    return zlib.crc32(f"{seed}:{name}".encode("utf-8", "replace")) % COLOURS


def initial_of(name: str) -> str:
    """The letter or digit that stands for a name; a dot for one without."""
    return next((c.upper() for c in name if c.isalnum()), "•")
