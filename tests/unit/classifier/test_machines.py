"""What words tell by themselves, beside the support vector machines."""

from dataclasses import replace

import numpy as np
import pytest

from moderation.classifier import fitting
from moderation.classifier.features import extract
from moderation.classifier.labelled import Labelled
from moderation.classifier.machines import likelihoods, rarity
from moderation.classifier.optional import scipy_sparse
from moderation.classifier.places import FIRST_WORD, PLACES, TEXT_PLACES
from moderation.classifier.training import train_head
from moderation.domain.evidence import Subject
from tests.kinds import comments, labelled, said

COMMON, OF_SPAM, OF_HAM, ONCE, OF_A_RUN, OF_A_FACT = (
    FIRST_WORD + 1,
    FIRST_WORD + 2,
    FIRST_WORD + 3,
    FIRST_WORD + 4,
    5,
    TEXT_PLACES + 6,
)


def _rows(*comments: list[int]) -> object:
    """Comments that have these places, in any amounts."""
    places = np.concatenate(comments)
    ends = np.cumsum([0, *map(len, comments)])
    values = np.linspace(0.1, 0.9, len(places))
    return scipy_sparse().csr_matrix((values, places, ends), shape=(len(comments), PLACES))


def test_a_word_tells_by_how_much_likelier_it_is_in_spam() -> None:
    spam = [[COMMON, OF_SPAM, OF_A_RUN, OF_A_FACT]] * 4 + [[COMMON, ONCE]]
    ham = [[COMMON, OF_HAM]] * 5

    weights = likelihoods(_rows(*spam, *ham), np.array([True] * 5 + [False] * 5), PLACES)

    # Ten words on either side; each label's words count 0.1 more than they came.
    assert weights[OF_SPAM] == pytest.approx(np.log(4.1 / 11 / (0.1 / 11)))
    assert weights[OF_HAM] == pytest.approx(np.log(0.1 / 11 / (5.1 / 11)))
    assert weights[COMMON] == pytest.approx(0)
    assert not weights[[ONCE, OF_A_RUN, OF_A_FACT]].any()


def test_where_there_is_no_text_all_places_count_alike() -> None:
    assert (rarity(_rows([OF_A_FACT], [OF_A_FACT + 1])) == 1).all()


def test_words_are_folded_onto_fewer_places() -> None:
    rows = _rows(*[[OF_SPAM]] * 3, *[[OF_HAM]] * 3)
    positive = np.array([True] * 3 + [False] * 3)

    weights = likelihoods(rows, positive, 1 << 10)

    told = likelihoods(rows, positive, PLACES)
    assert weights.shape == (1 << 10,)
    assert weights[OF_SPAM % (1 << 10)] == told[OF_SPAM]
    assert weights[OF_HAM % (1 << 10)] == told[OF_HAM]


def _kindly(comment: Labelled) -> Labelled:
    subject = replace(comment.subject, text=f"{comment.subject.text} kindly")
    return replace(comment, subject=subject)


def test_a_word_beside_a_telling_one_tells_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of the spam says a word that no machine needs, since others tell all of it."""
    beside = [_kindly(labelled("videos", number, spam=True)) for number in range(300, 360)]
    told = [*comments(), *beside]
    alone = extract(Subject(f"{said('videos', 901)} kindly", "Ann"))

    with_it, _ = train_head("spam", told)
    monkeypatch.setitem(fitting._LIKELIHOODS, "spam", 0.0)
    without_it, _ = train_head("spam", told)

    logits = [head.of_kind("videos").logit(alone) for head in (without_it, with_it)]
    assert logits[0] < logits[1]
