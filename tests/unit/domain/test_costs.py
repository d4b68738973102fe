"""What thresholds cost, from what was judged before anybody decided."""

from moderation.domain.costs import (
    TRIED,
    Bill,
    Bin,
    Cost,
    Decided,
    bill,
    cost_at,
    costs,
    reliability,
)

CASES = [
    Decided(0.02, is_spam=False),
    Decided(0.4, is_spam=False),
    Decided(0.7, is_spam=False),
    Decided(0.97, is_spam=False),
    Decided(0.1, is_spam=True),
    Decided(0.6, is_spam=True),
    Decided(0.95, is_spam=True),
    Decided(1.0, is_spam=True),
]


def test_a_bill_counts_each_fault_of_two_thresholds() -> None:
    assert bill(CASES, 0.5, 0.95) == Bill(
        of=8, good_held=1, good_lost=1, spam_held=1, spam_published=1
    )
    assert bill([], 0.5, 0.95) == Bill(0, 0, 0, 0, 0)


def test_a_threshold_has_what_it_catches_and_what_it_misses() -> None:
    assert cost_at(CASES, 0.95) == Cost(0.95, good_from=1, spam_below=2)
    assert cost_at(CASES, 0.01) == Cost(0.01, good_from=4, spam_below=0)


def test_the_table_names_what_was_set_once_and_in_order() -> None:
    thresholds = [cost.threshold for cost in costs(CASES, 0.5, 0.37)]

    assert thresholds == sorted({*TRIED, 0.37})


def test_reliability_is_by_tenths_of_which_the_last_holds_certainty() -> None:
    found = reliability(CASES)

    assert found[0] == Bin(0.0, 0.1, 1, 0.02, 0.0)
    assert found[-1].count == 3
    assert round(found[-1].said, 4) == 0.9733
    assert round(found[-1].spam, 4) == 0.6667
    assert [(one.low, one.count) for one in found] == [
        (0.0, 1),
        (0.1, 1),
        (0.4, 1),
        (0.6, 1),
        (0.7, 1),
        (0.9, 3),
    ]
