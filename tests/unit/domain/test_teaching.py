"""What a lesson weighs: no one source may turn a site's judgement over."""

import random
from math import exp, log

import pytest

from moderation.domain.actions import Action
from moderation.domain.teaching import IS_SPAM, Account, Source, resting_places, weigh


def total(*sources: Source) -> float:
    return sum(weigh(sources))


def test_lessons_of_different_people_about_different_things_count_in_full() -> None:
    sources = [
        Source(n % 2 == 0, commenter=n, line=n, texts=(n,), teacher=n % 2, surprise=0.5)
        for n in range(200)
    ]
    assert set(weigh(sources)) == {1.0}


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        (Source(is_spam=True, commenter=7), 4.7),
        (Source(is_spam=True, line=b"line"), 10.7),
        (Source(is_spam=True, texts=(1, 2, 3)), 2.7),
        (Source(is_spam=True, teacher=3, surprise=0.97), 3.6),
    ],
    ids=["one commenter", "one line", "near-copies", "one moderator against the model"],
)
def test_what_one_source_teaches_has_a_bound(source: Source, bound: float) -> None:
    assert 0.95 * bound < total(*[source] * 5_000) < bound


def test_copies_that_share_but_one_band_are_copies() -> None:
    copies = [Source(is_spam=True, texts=(1, 100 + n)) for n in range(300)]

    assert total(*copies) < 2.7


def test_what_is_good_and_what_is_spam_have_bounds_of_their_own() -> None:
    regular = [Source(is_spam=False, commenter=1)] * 100
    turned = Source(is_spam=True, commenter=1)

    assert list(weigh([*regular, turned]))[-1] == 1.0


def test_moderators_who_contradict_the_model_together_count_in_full() -> None:
    both = [Source(is_spam=False, teacher=n % 2, surprise=0.95) for n in range(1_000)]

    assert total(*both) == 1_000
    one_sided = [*both, *[Source(is_spam=False, teacher=1, surprise=0.95)] * 1_000]
    assert 1_002 < total(*one_sided) < 1_003.6


def test_who_mostly_agrees_with_the_model_may_contradict_it_in_full() -> None:
    kinds = [Source(is_spam=n % 2 == 0, teacher=1, surprise=0.02) for n in range(4)]
    mistaken = Source(is_spam=False, teacher=1, surprise=0.95)
    often = [*kinds, mistaken] * 100

    assert total(*often) == 500
    assert total(*often, *[mistaken] * 1_000) < 503.6


def test_what_agrees_with_the_model_or_what_it_is_unsure_of_has_no_bound() -> None:
    assert total(*[Source(is_spam=True, teacher=1, surprise=0.6)] * 1_000) == 1_000


def foretold(account: Account, surprise: float, nats: float, most: float = 1.0) -> float:
    """What a lesson weighs that others' lessons make so much more likely than the shipped model."""
    return account.weigh(surprise, min((1 - surprise) * exp(nats), 1.0), others=0.0, most=most)


@pytest.mark.parametrize("most", [1.0, 0.25, 0.05])
@pytest.mark.parametrize("nats", [0.01, 0.1, 0.4])
def test_what_goes_against_what_others_taught_has_a_bound(nats: float, most: float) -> None:
    account = Account()
    total = sum(foretold(account, 0.5, -nats, most) for _ in range(round(1_000 / most)))

    assert 0.5 < total * nats < 1


@pytest.mark.parametrize("most", [1.0, 0.25, 0.05])
@pytest.mark.parametrize("nats", [1.0, 3.0, 9.0, 20.0])
def test_what_plainly_goes_against_the_others_has_the_same_bound(nats: float, most: float) -> None:
    account = Account()
    total = sum(foretold(account, 0.5, -nats, most) for _ in range(round(1_000 / most)))

    assert 0.1 < total * nats < 1


def test_what_the_others_say_nothing_of_weighs_in_full_and_costs_nothing() -> None:
    account = Account(nats=-10)

    assert foretold(account, 0.5, -1e-9) == 1
    assert account.nats == -10


def test_a_lesson_that_weighs_little_earns_and_spends_little() -> None:
    copies, alone = Account(), Account()
    for _ in range(300):
        foretold(copies, 0.0, 0.5, most=0.005)
    for _ in range(2):
        foretold(alone, 0.0, 0.5)

    assert copies.standing < alone.standing
    assert copies.nats < alone.nats
    foretold(copies, 0.5, -0.8, most=0.01)
    assert copies.nats > 0


def test_a_single_lesson_spends_one_nat_at_most() -> None:
    account = Account()
    foretold(account, 0.5, -9.0)

    assert account.nats == -1.0


def test_a_single_lesson_earns_half_a_nat_at_most() -> None:
    account = Account()
    foretold(account, 0.8, 1.5)

    assert account.nats == 0.5


def test_who_agrees_with_the_others_may_go_against_them_in_full_now_and_then() -> None:
    account = Account()
    weights = [foretold(account, 0.5, nats) for _ in range(500) for nats in (0.2, -0.3)]

    assert set(weights) == {1.0}


def test_being_right_for_long_allows_being_wrong_for_5_nats_more() -> None:
    account = Account()
    for _ in range(5_000):
        foretold(account, 0.5, 0.5)
    total = sum(foretold(account, 0.5, -0.5) for _ in range(5_000))

    assert 5.5 < total * 0.5 < 6


@pytest.mark.parametrize("chance", [0.1, 0.25, 0.45])
def test_always_deciding_what_is_unlikely_has_a_bound_also_where_others_said_nothing_of_it(
    chance: float,
) -> None:
    account = Account()
    nats = 0.25 * 1_000 / 1_020 * (1 - chance) * log((1 - chance) / chance)
    total = sum(account.weigh(1 - chance, chance, others=1_000) for _ in range(5_000))

    assert 0.5 < total * nats < 1


@pytest.mark.parametrize("chance", [0.05, 0.25, 0.4])
def test_who_decides_as_is_foretold_counts_nearly_in_full(chance: float) -> None:
    account, drawn = Account(), random.Random(3)
    weights = []
    for _ in range(2_000):
        said = chance if drawn.random() < chance else 1 - chance
        weights.append(account.weigh(1 - said, said, others=1_000))

    assert sum(weights) > 0.99 * len(weights)


def test_with_nobody_else_no_decision_is_too_unlikely() -> None:
    account = Account()

    assert {account.weigh(0.8, 0.2, others=0.0) for _ in range(500)} == {1.0}
    assert account.nats == 0


def test_agreeing_with_the_shipped_model_against_the_others_earns_next_to_nothing() -> None:
    account = Account()
    account.weigh(0.05, 0.6, others=1_000)

    assert account.nats == 0.02


def test_others_of_no_standing_hold_nobody_up() -> None:
    account = Account(nats=-10)

    assert account.weigh(0.8, 0.2, others=1e-6) == 1
    assert account.nats == -10


def test_who_decides_nearly_all_is_hardly_held_up_by_who_decides_little() -> None:
    busy, rare = Account(standing=500), Account(standing=20)
    for account, others in ((busy, rare.standing), (rare, busy.standing)):
        for _ in range(20):
            account.weigh(0.8, 0.2, others)

    assert 20 * busy.nats > rare.nats


def test_what_the_shipped_model_plainly_says_too_weighs_in_full() -> None:
    account = Account()

    assert {foretold(account, 0.02, -0.5) for _ in range(100)} == {1.0}
    assert account.nats > 0


@pytest.mark.parametrize(
    ("surprises", "share"),
    [([], 0), ([0.5] * 100, 0), ([0.02, 0.97] * 50, 0), ([0.97] * 9, 0), ([0.02] * 20, 0.5)],
    ids=["none yet", "unsure", "as often against", "against", "agrees"],
)
def test_standing_comes_of_agreeing_with_the_shipped_model(
    surprises: list[float], share: float
) -> None:
    account = Account()
    for surprise in surprises:
        foretold(account, surprise, 0.0)

    assert account.share == share


def test_a_lesson_weighs_what_it_may_at_most() -> None:
    assert list(weigh([Source(is_spam=True, most=0.25)])) == [0.25]


def test_weights_depend_on_what_came_before_alone() -> None:
    sources = [
        Source(n % 3 == 0, commenter=n % 5, line=n % 7, texts=(n % 11,), teacher=n % 2)
        for n in range(60)
    ]
    whole = list(weigh(sources))

    assert [list(weigh(sources[:n])) for n in (1, 20, 59)] == [whole[:1], whole[:20], whole[:59]]


def test_a_rejection_teaches_nothing() -> None:
    assert IS_SPAM == {Action.APPROVE: False, Action.SPAM: True}


@pytest.mark.parametrize(
    ("lessons", "places"),
    [
        (0, ()),
        (1, (1,)),
        (50, (50,)),
        (123, (50, 100, 123)),
        (512, (450, 500, 512)),
        (1_234, (500, 1_000, 1_150, 1_200, 1_234)),
    ],
)
def test_resting_places_lie_close_to_the_end(lessons: int, places: tuple[int, ...]) -> None:
    assert resting_places(lessons) == places
