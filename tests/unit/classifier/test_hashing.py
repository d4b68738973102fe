from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier.hashing import place_of, places_of, runs, words_and_pairs
from moderation.classifier.places import FIRST_KEYWORD, FIRST_WORD, RUN_BITS, WORD_BITS

# Anything that Python can hold, half surrogate pairs and controls too.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
words = st.lists(st.text("abcä字1", min_size=1, max_size=6), max_size=6)

ALL_BITS = 0xFFFFFFFF
FACTORS = {2: (0x9E3779B1, 0x85EBCA6B), 3: (0xC2B2AE35, 0x27D4EB2F, 0x165667B1)}


def place_of_run(run: str) -> int:
    """Where a run has its place, one step after the other."""
    run = "".join("0" if sign in "0123456789" else sign for sign in run)
    factors = FACTORS[len(run)]
    counted = sum(ord(sign) * factor for sign, factor in zip(run, factors, strict=True))
    return (counted & ALL_BITS) >> 11


def places_of_runs(text: str) -> list[list[int]]:
    apart = f" {text} " if text.strip() else ""
    return [
        [place_of_run(apart[at : at + size]) for at in range(len(apart) - size + 1)]
        for size in FACTORS
    ]


@given(text=anything, name=anything)
def test_every_run_has_the_place_of_its_characters(text: str, name: str) -> None:
    of_text, of_name = runs(text, name)

    assert [row.tolist() for row in of_text] == places_of_runs(text)
    assert [row.tolist() for row in of_name] in (places_of_runs(name), [])
    assert sum(map(len, of_name)) == sum(map(len, places_of_runs(name)))


def test_digits_are_alike_in_runs() -> None:
    assert places_of_all("call 0800 123") == places_of_all("call 0911 999")
    assert places_of_all("call 0800 123") != places_of_all("call 0800 12x")


def places_of_all(text: str) -> list[list[int]]:
    return [row.tolist() for row in runs(text, "")[0]]


@given(text=words, behind=words)
def test_words_pairs_and_edges_have_places_in_this_order(
    text: list[str], behind: list[str]
) -> None:
    def within(number: int) -> int:
        return ((number & ALL_BITS) >> 12) + FIRST_WORD

    hashes = [crc32(word.encode(), 11) for word in text]
    others = [word[:5] for word in text if len(word) > 5]
    behind_text = [crc32(word.encode(), 11) for word in behind + others]
    pairs = [
        crc32(other.encode(), crc32(one.encode(), 11) ^ ALL_BITS) for one, other in pairwise(text)
    ]
    first = [one * 0x9E3779B1 for one in hashes[:1] + pairs[:1]]
    last = [one * 0xC2B2AE35 for one in hashes[-1:] + pairs[-1:]]

    found = words_and_pairs(text, behind)

    assert found.tolist() == list(map(within, hashes + behind_text + first + last + pairs))


def test_each_kind_of_text_has_places_of_its_own() -> None:
    of_words = words_and_pairs(list(map(str, range(5_000))), [])

    assert FIRST_WORD <= of_words.min() <= of_words.max() < FIRST_KEYWORD
    assert ALL_BITS >> (32 - RUN_BITS) < FIRST_WORD
    assert (ALL_BITS >> (32 - WORD_BITS)) + FIRST_WORD < FIRST_KEYWORD


def test_a_pair_is_another_than_both_written_together() -> None:
    together, apart = words_and_pairs(["website"], []), words_and_pairs(["web", "site"], [])

    assert not set(together.tolist()) & set(apart[-1:].tolist())


@pytest.mark.parametrize("salt", [31, 62])
def test_a_fact_stands_within_its_region(salt: int) -> None:
    region = range(1_000, 1_100)

    found = places_of(["links:0", "links:1", "links:0"], salt, region)

    assert set(found.tolist()) <= set(region)
    assert found[0] == found[2] == place_of("links:0", salt, region)
    assert found.dtype == np.uint32
    assert place_of("links:0", salt, region) != place_of("links:0", salt + 1, region)
