"""The steps of judging that were compiled, and the same by NumPy: what each does, to the bit."""

import subprocess
import sys
from itertools import pairwise
from types import ModuleType
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier import in_numpy, kernel
from moderation.classifier.hashing import place_of
from moderation.classifier.numbers import BY_COUNT, ENDS, GROUPS, FactGroup
from moderation.classifier.places import (
    FIRST_KEYWORD,
    FIRST_WORD,
    PLACES,
    RUN_BITS,
    TEXT_PLACES,
    WORD_BITS,
)
from moderation.classifier.telling import TOLD_BY
from moderation.classifier.vocabulary import ALL_BEGINNINGS

try:
    from moderation.classifier import in_c
except ImportError:  # where there is no compiler
    in_c = None

WAYS = [way for way in (in_numpy, in_c) if way]
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.rpartition(".")[2])
compiled = pytest.mark.skipif(in_c is None, reason="nothing was compiled here")

# Anything that Python can hold, half surrogate pairs and controls too.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
words = st.lists(st.text("abcä字1😀\ud800", min_size=1, max_size=7), max_size=6)

typed = anything | st.text("aaAAA0!ä字ⓐǅ \x1c\u3000\ud800", max_size=30)
groups = st.lists(st.lists(st.text("ab:1ä\ud800", max_size=3), max_size=9), max_size=4)

SOME_WORDS = [
    form
    for word in (
        *ALL_BEGINNINGS[::3],
        *["tthe", "yoou", "hhow", "www", "wwwx", "good", "ttt", "чччай", "aab", "ää", "字", "a"],
    )
    for form in (word, word[:3], f"{word}x", word[::-1], word[1:])
    if form
]
PARTS = b"\0" * 1024
ALL_BITS = 0xFFFFFFFF
FACTORS = {2: (0x9E3779B1, 0x85EBCA6B), 3: (0xC2B2AE35, 0x27D4EB2F, 0x165667B1)}


def crc_of(word: str, start: int) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"), start)


def place_of_run(run: str) -> int:
    """Where a run has its place, one step after the other."""
    run = "".join("0" if sign in "0123456789" else sign for sign in run)
    factors = FACTORS[len(run)]
    counted = sum(ord(sign) * factor for sign, factor in zip(run, factors, strict=True))
    return (counted & ALL_BITS) >> 11


def apart(text: str) -> str:
    return f" {text} " if text.strip() else ""


def places_of_runs(text: str) -> list[int]:
    whole = apart(text)
    return [
        place_of_run(whole[at : at + size])
        for size in FACTORS
        for at in range(len(whole) - size + 1)
    ]


@ways
@given(text=anything, name=anything)
def test_every_run_has_the_place_of_its_characters(way: ModuleType, text: str, name: str) -> None:
    found = way.runs(apart(text), apart(name))

    assert found.tolist() == [*places_of_runs(text), *places_of_runs(name)]


@ways
def test_digits_are_alike_in_runs(way: ModuleType) -> None:
    one, alike, other = (way.runs(f" call 0{rest} ", "") for rest in ("800 123", "911 999", "80x"))

    assert one.tolist() == alike.tolist()
    assert one.tolist() != other.tolist()


@ways
@given(text=words, behind=words)
def test_words_pairs_and_edges_have_places_in_this_order(
    way: ModuleType, text: list[str], behind: list[str]
) -> None:
    def within(number: int) -> int:
        return ((number & ALL_BITS) >> 12) + FIRST_WORD

    hashes = [crc_of(word, 11) for word in text]
    others = [word[:5] for word in text if len(word) > 5]
    behind_text = [crc_of(word, 11) for word in behind + others]
    pairs = [crc_of(other, crc_of(one, 11) ^ ALL_BITS) for one, other in pairwise(text)]
    first = [one * 0x9E3779B1 for one in hashes[:1] + pairs[:1]]
    last = [one * 0xC2B2AE35 for one in hashes[-1:] + pairs[-1:]]

    found = way.words_and_pairs(text, behind)

    assert found.tolist() == list(map(within, hashes + behind_text + first + last + pairs))


@ways
def test_each_kind_of_text_has_places_of_its_own(way: ModuleType) -> None:
    of_words = way.words_and_pairs(list(map(str, range(5_000))), [])

    assert FIRST_WORD <= of_words.min() <= of_words.max() < FIRST_KEYWORD
    assert ALL_BITS >> (32 - RUN_BITS) < FIRST_WORD
    assert (ALL_BITS >> (32 - WORD_BITS)) + FIRST_WORD < FIRST_KEYWORD


@ways
def test_a_pair_is_another_than_both_written_together(way: ModuleType) -> None:
    together, pair = way.words_and_pairs(["website"], []), way.words_and_pairs(["web", "site"], [])

    assert not set(together.tolist()) & set(pair[-1:].tolist())


@ways
@pytest.mark.parametrize(
    ("typed", "shapes"),
    [
        ("", []),
        (" \n", []),
        ("only small letters, žluťoučký kůň тоже", ["aa,"]),
        ("Call me", ["Aaa"]),
        ("FREE entry NOW!!!", ["AA", "AA!!!"]),
        ("0800 123-45", ["0000", "000-00"]),
        ("Đẹp lắm\u3000👍👍", ["ua", "u"]),
        ("\ud800\0\x1cⓐ ǅ", ["u\0", "u", "u"]),
    ],
)
def test_a_shape_has_a_place_among_words(way: ModuleType, typed: str, shapes: list[str]) -> None:
    places = [place_of(shape, 77, range(FIRST_WORD, FIRST_KEYWORD)) for shape in shapes]

    assert way.shapes(typed).tolist() == places


@ways
@given(said=st.lists(st.sampled_from(SOME_WORDS), max_size=9))
def test_no_word_that_tells_something_is_left_out(way: ModuleType, said: list[str]) -> None:
    assert [word for word in way.may_tell(said) if TOLD_BY[word]] == [
        word for word in said if TOLD_BY[word]
    ]


@compiled
def test_what_was_compiled_leaves_most_words_out_that_tell_nothing() -> None:
    words = [
        "we",
        "drove",
        "along",
        "the",
        "coast",
        "for",
        "hours",
        "and",
        "saw",
        "nobody",
        "but",
        "some",
        "goats",
        "on",
        "their",
        "rocks",
    ]

    assert len(in_c.may_tell(words)) < len(words) / 2


@ways
def test_facts_of_one_place_count_together(way: ModuleType) -> None:
    one, other = FactGroup(0.5, 1, TEXT_PLACES, 2), FactGroup(0.25, 2, TEXT_PLACES + 1, 1)
    groups = (
        (iter(["a", "b", "c", "a"]), one),
        ((), one),
        (["c", "d"], other),
    )
    of = {said: place_of(said, 1, range(TEXT_PLACES, TEXT_PLACES + 2)) for said in "abc"}
    counts = dict.fromkeys((TEXT_PLACES, TEXT_PLACES + 1), 0.0)
    for place in of.values():
        counts[place] += 0.5
    counts[TEXT_PLACES + 1] += 0.5  # c and d of the other group

    places, said, values = way.facts(groups, PLACES - 1)

    filled = [place for place in counts if counts[place]]
    assert places.tolist() == [*filled, PLACES - 1]
    assert values.tolist() == [*map(counts.get, filled), 0]
    assert len(said) == len(filled)
    assert said[-1] == "d"


in_text = st.sampled_from([0, 1, 2, FIRST_WORD, FIRST_KEYWORD, TEXT_PLACES - 1]) | st.integers(
    0, TEXT_PLACES - 1
)
parts = st.lists(st.lists(in_text, max_size=60), max_size=4)
facts = st.lists(st.integers(TEXT_PLACES, PLACES - 1), max_size=8, unique=True).map(sorted)


def arrays(rows: list[list[int]]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(row, np.uint32) for row in [[], *rows])


@ways
@given(rows=parts, told=facts)
def test_each_place_counts_by_how_often_it_comes_and_by_its_group(
    way: ModuleType, rows: list[list[int]], told: list[int]
) -> None:
    of_facts = np.linspace(0.1, 0.9, len(told), dtype=np.float32)

    places, values = way.counted(arrays(rows), np.array(told, np.uint32), of_facts)

    alone, times = np.unique([place for row in rows for place in row if place], return_counts=True)
    counts = 1 + np.log(times)
    group = np.searchsorted(ENDS, alone, side="right")
    for one, weight in enumerate(GROUPS):
        length = np.sqrt(np.sum(counts[group == one] ** 2))
        counts[group == one] *= weight / max(length, 1)
    assert places.tolist() == [*alone.tolist(), *told]
    np.testing.assert_allclose(values, [*counts, *of_facts], rtol=1e-5)
    assert (places.dtype, values.dtype) == (np.uint32, np.float32)


@ways
def test_what_comes_ever_so_often_counts_no_more_than_the_table_says(way: ModuleType) -> None:
    often = np.repeat(np.array([7, 8], np.uint32), [len(BY_COUNT) + 9, len(BY_COUNT) - 1])

    places, values = way.counted((often,), np.array([], np.uint32), np.array([], np.float32))

    assert places.tolist() == [7, 8]
    assert values[0] == values[1] == np.float32(0.5**0.5)


@ways
@given(places=st.lists(st.integers(0, PLACES - 1), max_size=30), bits=st.integers(0, 6))
def test_each_place_has_the_weight_of_its_step(
    way: ModuleType, places: list[int], bits: int
) -> None:
    steps = np.random.default_rng(bits).integers(-128, 128, 1 << bits).astype(np.int8)
    table, own = (steps, np.arange(256, dtype=np.float32)), (steps[:1], np.ones(256, np.float32))

    alone = way.weights_at(np.array(places, np.uint32), table)
    with_own = way.weights_at(np.array(places, np.uint32), table, 0.5, own)

    assert alone.tolist() == [int(steps[place % len(steps)]) % 256 for place in places]
    assert with_own.tolist() == [weight / 2 + 1 for weight in alone]
    assert alone.dtype == with_own.dtype == np.float32


@compiled
@given(places=st.lists(st.integers(0, PLACES - 1), max_size=30), share=st.floats(0, 1))
def test_what_was_compiled_adds_weights_to_the_same_bit(places: list[int], share: float) -> None:
    chance = np.random.default_rng(len(places))
    table, own = (
        (chance.integers(-128, 128, 1 << bits).astype(np.int8), chance.normal(size=256))
        for bits in (5, 4)
    )
    tables = [(steps, parts.astype(np.float32)) for steps, parts in (table, own)]

    one, other = (
        way.weights_at(np.array(places, np.uint32), tables[0], share, tables[1]) for way in WAYS
    )

    assert one.tobytes() == other.tobytes()


@compiled
@given(text=anything, name=anything, said=words, behind=words)
def test_what_was_compiled_finds_the_same_places(
    text: str, name: str, said: list[str], behind: list[str]
) -> None:
    runs, words_and_pairs = (
        [call(way).tobytes() for way in WAYS]
        for call in (
            lambda way: way.runs(apart(text), apart(name)),
            lambda way: way.words_and_pairs(said, behind),
        )
    )

    assert runs[0] == runs[1]
    assert words_and_pairs[0] == words_and_pairs[1]


@compiled
@given(typed=typed, said=groups)
def test_what_was_compiled_finds_the_same_shapes_and_facts(
    typed: str, said: list[list[str]]
) -> None:
    one, other = (way.shapes(typed).tolist() for way in WAYS)
    kinds = [FactGroup(0.15 * (1 + at), at, TEXT_PLACES, 7) for at in range(len(said))]
    of_one, of_other = (way.facts(tuple(zip(said, kinds, strict=True)), 9) for way in WAYS)

    assert one == other
    assert of_one[0].tobytes() == of_other[0].tobytes()
    assert of_one[1] == of_other[1]
    assert of_one[2].tobytes() == of_other[2].tobytes()


@compiled
@given(rows=parts, told=facts)
def test_what_was_compiled_counts_the_same_to_the_bit(
    rows: list[list[int]], told: list[int]
) -> None:
    of_facts = np.linspace(0.1, 0.9, len(told), dtype=np.float32)

    one, other = (way.counted(arrays(rows), np.array(told, np.uint32), of_facts) for way in WAYS)

    assert [array.tobytes() for array in one] == [array.tobytes() for array in other]


@compiled
def test_judging_takes_what_was_compiled_if_it_is_there() -> None:
    assert kernel.counted is in_c.counted
    assert kernel.runs is in_c.runs


_WITHOUT = """
import sys
sys.modules["moderation.classifier._native"] = None
from moderation.classifier import features, kernel
from moderation.domain.evidence import Subject
print(kernel.runs.__module__, features.extract(Subject("Nice post! 12 ä", "Ann")).pack().hex())
"""


def test_where_nothing_was_compiled_judging_does_the_same_by_numpy() -> None:
    from moderation.classifier.features import extract
    from moderation.domain.evidence import Subject

    told = subprocess.run(
        [sys.executable, "-c", _WITHOUT], check=False, capture_output=True, text=True
    )

    packed = extract(Subject("Nice post! 12 ä", "Ann")).pack().hex()
    assert told.stdout.split() == ["moderation.classifier.in_numpy", packed], told.stderr


@compiled
@pytest.mark.parametrize(
    ("step", "arguments"),
    [
        ("runs", ("a", "b", b"\0" * 20, 11)),
        ("runs", ("a", "b", b"\0" * 24, 32)),
        ("runs", ("a", b"b", b"\0" * 24, 11)),
        ("words", (["a", b"b"], [], 1, 5, 1, 1, 12, 0)),
        ("words", (["a"], ("b",), 1, 5, 1, 1, 12, 0)),
        ("words", (["a"], [], 1, 0, 1, 1, 12, 0)),
        ("words", (["a"], [], 1, 5, 1, 1, -1, 0)),
        ("beginnings", ("ab",)),
        ("beginnings", ([b"ab"],)),
        ("telling", (["a"], b"\0" * 5, b"")),
        ("telling", (["a", b"a"], b"\0" * 2048, b"")),
        ("telling", (("a",), b"\0" * 2048, b"")),
        ("shapes", (b"a", 1, 1, 1)),
        ("shapes", ("a", 1, 1, 0)),
        ("facts", ([], 1)),
        ("facts", ((["a"],), 1)),
        ("facts", ((3,), 1)),
        ("facts", (((), ()), 1)),
        ("facts", (((3, 0.5, 1, 1, 1),), 1)),
        ("facts", (((["a"], 0.5, 1, 1, 0),), 1)),
        ("facts", ((([b"a"], 0.5, 1, 1, 1),), 1)),
        ("facts", (((["a"], 0.5, 1, 1),), 1)),
        ("weights", (b"\0" * 5, b"\0", PARTS, 1, b"", b"")),
        ("weights", (b"\0" * 4, b"\0" * 3, PARTS, 1, b"", b"")),
        ("weights", (b"\0" * 4, b"", PARTS, 1, b"", b"")),
        ("weights", (b"\0" * 4, b"\0", PARTS[1:], 1, b"", b"")),
        ("weights", (b"\0" * 4, b"\0", PARTS, "1", b"", b"")),
        ("weights", (b"\0" * 4, b"\0", PARTS, 1, b"\0" * 3, PARTS)),
        ("weights", (b"\0" * 4, b"\0", PARTS, 1, b"\0", PARTS[1:])),
    ],
)
def test_what_was_compiled_reads_beyond_no_buffer(step: str, arguments: tuple[object, ...]) -> None:
    from moderation.classifier import _native

    with pytest.raises((TypeError, ValueError)):
        getattr(_native, step)(*arguments)


@compiled
@pytest.mark.parametrize("place", range(8))
def test_tables_that_do_not_fit_each_other_are_refused(place: int) -> None:
    from moderation.classifier import _native

    ends = np.array([8, 16, 32], np.uint32).tobytes()
    right = (
        (b"\1\0\0\0",), ends, b"\0" * 24, b"\0" * 16, b"\0" * 32, 1.0, b"\0" * 8, b"\0" * 8,
    )  # fmt: skip
    beyond = np.array([8, 16, (1 << 24) + 1], np.uint32).tobytes()
    wrong = ((b"\0" * 5,), beyond, b"\0" * 20, b"\0" * 12, b"\0" * 33, "1", b"\0" * 4, b"\0" * 12)
    arguments = [*right[:place], wrong[place], *right[place + 1 :]]

    assert _native.counted(*right)
    with pytest.raises((TypeError, ValueError)):
        _native.counted(*arguments)
