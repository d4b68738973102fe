import gc
from collections.abc import Iterator

import pytest

from moderation.collector import resting


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # as Python begins
    yield
    gc.set_threshold(*thresholds)


def test_it_rests_while_a_process_loads_and_leaves_alone_what_was_loaded() -> None:
    frozen = gc.get_freeze_count()

    with resting():
        assert not gc.isenabled()
        loaded = [[object()]]

    assert gc.isenabled()
    assert gc.get_threshold()[0] > 700
    assert gc.get_threshold()[1:] == (10, 10)
    assert gc.get_freeze_count() > frozen
    assert not any(one is loaded for one in gc.get_objects())
