from collections.abc import Iterable
from typing import Any, TypeAlias

from numpy.typing import NDArray

_Buffer: TypeAlias = NDArray[Any] | bytes

def runs(text: str, name: str, factors: _Buffer, shift: int, /) -> bytes: ...
def words(
    words: list[str],
    undisguised: list[str],
    salt: int,
    letters: int,
    as_first: int,
    as_last: int,
    shift: int,
    first_place: int,
    /,
) -> bytes: ...
def beginnings(words: list[str], /) -> bytes: ...
def telling(words: list[str], beginnings: _Buffer, letters: _Buffer, /) -> list[str]: ...
def shapes(typed: str, salt: int, first_place: int, places: int, /) -> bytes: ...
def facts(
    groups: tuple[tuple[Iterable[str], float, int, int, int], ...], last_place: int, /
) -> tuple[bytes, tuple[str, ...], bytes]: ...
def counted(
    parts: tuple[_Buffer, ...],
    ends: _Buffer,
    weights: _Buffer,
    by_count: _Buffer,
    squares: _Buffer,
    unit: float,
    facts: _Buffer,
    values: _Buffer,
    /,
) -> tuple[bytes, bytes]: ...
def weights(
    places: _Buffer,
    steps: _Buffer,
    parts: _Buffer,
    share: float,
    own_steps: _Buffer,
    own_parts: _Buffer,
    /,
) -> bytes: ...
