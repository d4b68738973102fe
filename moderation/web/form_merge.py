"""Two who change one form at once."""

from collections.abc import Mapping


def merge(
    typed: Mapping[str, str], base: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """What was typed over a form that showed `base`, on top of what it shows `now`: a field that
    was left alone follows.
    """
    return {
        name: now[name] if typed.get(name) == base[name] else typed.get(name, "") for name in now
    }
