"""Python's garbage collector, in processes that stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# How many more objects than went away come into being until it looks through the young ones. A
# request or a task makes thousands and lets go of them all by itself; looking after each 700, as
# Python does, takes some hundredths of the time and finds next to nothing.
_YOUNG = 5_000


@contextmanager
def resting() -> Iterator[None]:
    """Load meanwhile what a process keeps for good.

    Next to nothing of that is garbage, yet the collector would look through all that is there again
    and again, for a fifth of the time that a start takes. What is there at the end is left alone
    from then on.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
        gc.enable()
