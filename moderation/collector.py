"""Python's garbage collector, in processes that stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
        gc.enable()
