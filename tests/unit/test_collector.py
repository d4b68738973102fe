import gc

from moderation.collector import resting


def test_it_rests_while_a_process_loads_and_leaves_alone_what_was_loaded() -> None:
    frozen = gc.get_freeze_count()

    with resting():
        assert not gc.isenabled()
        loaded = [[object()]]

    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen
    assert not any(one is loaded for one in gc.get_objects())
