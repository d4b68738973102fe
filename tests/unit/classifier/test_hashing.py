from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier.hashing import place_of, places_of, runs, words_and_pairs
from moderation.classifier.places import FIRST_KEYWORD, FIRST_WORD

# Anything that Python can hold, half surrogate pairs and controls too.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
words = st.lists(st.text("abcä字1", min_size=1, max_size=6), max_size=6)

ALL_BITS = 0xFFFFFFFF


def place_of_run(run: str) -> int:
    """Where a run has its place, one step after the other."""
    run = "".join("0" if sign in "0123456789" else sign for sign in run)
    polynomial = ord(run[0]) * 0x9E3779B1
    for sign in run[1:]:
        polynomial = (polynomial * 0x85EBCA6B + ord(sign)) & ALL_BITS
    polynomial ^= polynomial >> 15
    polynomial = polynomial * 0x7FEB352D & ALL_BITS
    polynomial ^= polynomial >> 15
    return polynomial % FIRST_WORD


def places_of_runs(text: str) -> list[list[int]]:
    apart = f" {text} " if text.strip() else ""
    return [
        [place_of_run(apart[at : at + size]) for at in range(len(apart) - size + 1)]
        for size in (2, 3, 4)
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
        return (number & ALL_BITS) % (FIRST_KEYWORD - FIRST_WORD) + FIRST_WORD

    hashes = [crc32(word.encode(), 11) for word in text + behind]
    of_text = hashes[: len(text)]
    pairs = [one * 0x85EBCA6B + other & ALL_BITS for one, other in pairwise(of_text)]
    first = [one * 0x9E3779B1 for one in of_text[:1] + pairs[:1]]
    last = [one * 0xC2B2AE35 for one in of_text[-1:] + pairs[-1:]]

    found = words_and_pairs(text, behind)

    assert found.tolist() == list(map(within, hashes + first + last + pairs))


@pytest.mark.parametrize("salt", [31, 62])
def test_a_fact_stands_within_its_region(salt: int) -> None:
    region = range(1_000, 1_100)

    found = places_of(["links:0", "links:1", "links:0"], salt, region)

    assert set(found.tolist()) <= set(region)
    assert found[0] == found[2] == place_of("links:0", salt, region)
    assert found.dtype == np.uint32
    assert place_of("links:0", salt, region) != place_of("links:0", salt + 1, region)
