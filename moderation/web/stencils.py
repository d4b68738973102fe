"""Markup that is the same on every card of a page but for some numbers: made once, then filled in.

A card has some forty places for its comment's number, and Jinja fills each by itself.
"""

import re
import secrets
from collections.abc import Callable, Hashable
from typing import Self

from markupsafe import Markup

# What nobody can have typed stands for a value meanwhile.
_MARK = secrets.token_hex(8)
_PLACE = re.compile(rf"{_MARK}(\w+)\.")


class Place(str):
    """Where a value goes."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        """The place of the value of that name."""
        return super().__new__(cls, f"{_MARK}{name}.")


class Stencils:
    """The stencils of one page."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[list[str], list[str]]] = {}

    def __call__(self, macro: Callable[..., Markup], *kind: Hashable, **values: int) -> Markup:
        """A macro's markup.

        Args:
            macro: takes each value by name, and shows it without looking at it; then the kind.
            kind: what else its markup depends on.
            values: by name.
        """
        key = (macro, kind)
        if key not in self._made:
            places = {name: Place(name) for name in values}
            parts = _PLACE.split(str(macro(*kind, **places)))
            self._made[key] = parts[::2], parts[1::2]
        texts, names = self._made[key]
        filled = [texts[0]]
        for name, text in zip(names, texts[1:], strict=True):
            filled += (str(values[name]), text)
        return Markup("".join(filled))  # noqa: S704 -- escaped by the macro; numbers need not be
