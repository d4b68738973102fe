"""Waves: what is near-identical, what is one, and how much stricter a site judges meanwhile."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain import waves
from moderation.domain.policy import SitePolicy, VerdictRule, decide, tightened
from moderation.domain.signals import Signal, Symbol
from moderation.domain.status import Status
from moderation.domain.text import NEARLY_THE_SAME, bands, shingles, similarity
from moderation.domain.waves import Near
from tests.unit.factories import NOW

_ENGLISH = """
the a of and to in is that it was for on with as his they at be this from have or by one had
not but what all were when we there can an your which their said if do will each about how
up out them then she many some so these would other into has more her two like him see time
could no make than first been its who now people my made over did down only way find use may
water long little very after words called just where most know engine brake wheel seat
leather road
"""
WORDS = _ENGLISH.split()
SEEDS = st.integers(0, 2**32)


def sentence(seed: int | str) -> list[str]:
    """Forty words in an order of its own."""
    return Random(seed).sample(WORDS, 40)


def near(number: int, voice: int = 0, wave_id: int | None = None) -> Near:
    return Near(number, 1, 1, (voice, b"line"), wave_id, NOW)


@given(SEEDS, st.lists(st.integers(0, 39), min_size=5, max_size=5, unique=True))
def test_perturbed_copies_are_near_identical_and_find_each_other(
    seed: int, places: list[int]
) -> None:
    words = sentence(seed)
    copies = []
    for place in places:
        changed = [*words[:place], "somebody", *words[place + 1 :]]
        copies.append(f"  {', '.join(changed).upper()}!!! \u200b")
    *others, last = (shingles(copy) for copy in copies)

    assert all(similarity(last, other) >= NEARLY_THE_SAME for other in others)
    assert any(set(bands(last)) & set(bands(other)) for other in others)


# Two numbers may well seed the same order: 3 and 3 + 2**33 do. A number and words do not.
@given(SEEDS, SEEDS.map(lambda seed: f"others {seed}"))
def test_other_words_of_the_same_language_are_not_near_identical(one: int, other: str) -> None:
    texts = [shingles(" ".join(sentence(seed))) for seed in (one, other)]

    assert similarity(*texts) < NEARLY_THE_SAME / 2


@pytest.mark.parametrize(
    ("text", "has_link", "can"),
    [
        ("Thanks!", False, False),
        ("Thank you so much for sharing this!", False, False),
        ("ha " * 500, False, False),
        ("!!!!????" * 100, False, False),
        ("cheap pills https://a.example/pills now", True, True),
        ("https://a.example", True, False),
        ("I made nine thousand from my sofa last month, ask me how", False, True),
        (
            "我上个月在沙发上赚了九千块钱你也可以试试看真的非常简单只要每天花一个小时就够了不需要任何经验",
            False,
            True,
        ),
    ],
)
def test_only_what_nobody_says_by_chance_can_be_of_a_wave(
    text: str, *, has_link: bool, can: bool
) -> None:
    assert waves.can_be_of_a_wave(shingles(text), has_link=has_link) is can


def test_enough_comments_of_enough_people_are_a_wave() -> None:
    assert waves.is_wave([near(n, voice=n) for n in range(5)])
    assert waves.is_wave([near(n, voice=n % 3) for n in range(5)])
    assert not waves.is_wave([near(n, voice=n) for n in range(4)])
    assert not waves.is_wave([near(n, voice=n % 2) for n in range(50)])


def test_a_comment_joins_the_oldest_wave_that_is_under_way() -> None:
    assert waves.running([near(1), near(2)]) is None
    assert waves.running([near(1), near(2, wave_id=9), near(3, wave_id=4)]) == 4


def test_thresholds_tighten_at_once_and_relax_by_halves() -> None:
    def factor(minutes: float) -> float | None:
        found = waves.tension(3.0, NOW - timedelta(minutes=minutes), NOW)
        return found and found.factor

    assert [factor(minutes) for minutes in (0, 10, 20, 59.9, 60)] == [
        0.5,
        0.75,
        0.875,
        pytest.approx(0.992),
        None,
    ]
    assert waves.tension(3.0, None, NOW) is None
    assert waves.tension(3.0, NOW + timedelta(minutes=5), NOW) == waves.Tension(0.5, 3.0, 0)


@given(st.floats(0, 3600), st.floats(0, 3600), st.floats(0.1, 1000))
def test_thresholds_never_rise_and_never_tighten_while_nothing_comes(
    one: float, other: float, hold_at: float
) -> None:
    early, late = sorted((one, other))
    first, then = (
        waves.tension(hold_at, NOW - timedelta(seconds=seconds), NOW) for seconds in (early, late)
    )
    values = [found.tightened if found else hold_at for found in (first, then)]

    assert 0 < values[0] <= values[1] <= hold_at + 0.001


def told(factor: float) -> Signal:
    return Signal(Symbol.TENSION, 0, {"factor": factor})


def test_in_tension_less_is_enough_to_hold_and_no_less_makes_spam() -> None:
    policy = SitePolicy(mode="publish_low_score", hold_at=3.0, spam_at=8.0)
    some, much = Signal(Symbol.FORM_TOKEN_MISSING, 1.5), Signal(Symbol.LINK_FLOOD, 7.9)

    assert decide([some], policy).status is Status.PUBLISHED
    held = decide([some, told(0.5)], policy)
    assert (held.status, held.rule, held.score) == (Status.HELD, VerdictRule.HOLD_SCORE, 1.5)
    assert decide([some, told(0.75)], policy).status is Status.PUBLISHED
    assert decide([much, told(0.5)], policy).status is Status.HELD
    unmoved = policy.model_copy(update={"weights": {Symbol.TENSION: 0.0}})
    assert decide([some, told(0.5)], unmoved).status is Status.PUBLISHED


def test_what_was_learned_holds_sooner_too() -> None:
    policy = SitePolicy(hold_probability=0.5, spam_probability=0.95)
    tight = tightened(policy, 0.5)

    assert (tight.hold_probability, tight.spam_probability, tight.spam_at) == (0.25, 0.95, 8.0)
