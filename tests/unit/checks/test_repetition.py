"""The same text elsewhere."""

import pytest

from moderation.checks.repetition import check
from moderation.domain.evidence import Repeat
from moderation.domain.signals import Signal, Symbol
from tests.unit.factories import evidence

SHORT = "Thank you for this!"


def repeat(
    comment_id: int = 1,
    *,
    similarity: float = 1.0,
    same_thread: bool = False,
    same_line: bool = False,
) -> Repeat:
    """An earlier comment like the one that is judged."""
    return Repeat(comment_id, same_thread, same_line, similarity)


def test_a_text_without_its_like_is_no_signal() -> None:
    assert list(check(evidence())) == []


def test_one_copy_holds_a_comment() -> None:
    found = list(check(evidence(repeats=(repeat(9, similarity=0.876),))))

    details = {"copies": 1, "similarity": 0.88, "comments": [9]}
    assert [Signal(Symbol.REPEATED_TEXT, 3.0, details)] == found


@pytest.mark.parametrize(("copies", "score"), [(1, 3.0), (2, 3.5), (8, 3.5)])
def test_more_copies_have_half_a_point_more_and_make_no_spam_alone(
    copies: int, score: float
) -> None:
    (found,) = check(evidence(repeats=tuple(repeat(n) for n in range(copies))))

    assert (score, copies) == (found.score, found.evidence["copies"])


def test_evidence_names_the_five_most_similar() -> None:
    (found,) = check(evidence(repeats=tuple(repeat(n) for n in range(8))))

    assert found.evidence["comments"] == [0, 1, 2, 3, 4]


def test_what_is_less_than_nearly_the_same_does_not_count() -> None:
    found = list(check(evidence(repeats=(repeat(1, similarity=0.7), repeat(2, similarity=0.699)))))

    assert [signal.evidence["comments"] for signal in found] == [[1]]


def test_ones_own_words_in_the_same_thread_do_not_count() -> None:
    assert list(check(evidence(repeats=(repeat(same_thread=True, same_line=True),)))) == []


@pytest.mark.parametrize("other", [repeat(same_thread=True), repeat(same_line=True), repeat()])
def test_ones_own_words_elsewhere_and_others_words_here_count(other: Repeat) -> None:
    (found,) = check(evidence(repeats=(other,)))

    assert found.evidence["copies"] == 1


@pytest.mark.parametrize(("copies", "score"), [(1, 0.5), (2, 1.0), (6, 3.0), (7, 3.0)])
def test_a_short_text_counts_for_less(copies: int, score: float) -> None:
    (found,) = check(evidence(text=SHORT, repeats=tuple(repeat(n) for n in range(copies))))

    assert score == found.score


def test_a_short_text_counts_only_when_it_is_exactly_the_same() -> None:
    assert list(check(evidence(text=SHORT, repeats=(repeat(similarity=0.99),)))) == []


@pytest.mark.parametrize(("length", "score"), [(24, 0.5), (25, 3.0)])
def test_a_text_is_short_below_25_letters(length: int, score: float) -> None:
    (found,) = check(evidence(text="x" * length, repeats=(repeat(),)))

    assert score == found.score


def test_punctuation_makes_a_short_text_no_longer() -> None:
    (found,) = check(evidence(text=SHORT + "!" * 100, repeats=(repeat(),)))

    assert found.score == 0.5
