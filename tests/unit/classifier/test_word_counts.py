"""What the words of a site's lessons say by themselves."""

import numpy as np
import pytest

from moderation.classifier.features import Features, extract
from moderation.classifier.heads import no_head
from moderation.classifier.learner import Lesson, SiteModel
from moderation.classifier.model import Shipped
from moderation.classifier.places import FIRST_WORD, TEXT_PLACES
from moderation.classifier.word_counts import WordCounts, Words, word_log_odds, words_of
from moderation.domain.evidence import Subject

BLANK = Shipped("blank", no_head(), no_head(), {})
ONE = Words(slice(0, 1), np.array([5], np.uint32))
OTHER = Words(slice(0, 1), np.array([6], np.uint32))


def counted(spam: int, ham: int, word: Words = ONE, others: int = 20) -> WordCounts:
    """One word in so many lessons of each label, among as many others of each."""
    counts = WordCounts()
    for is_spam, often in ((True, spam), (False, ham)):
        for _ in range(often):
            counts.learn(word, 1.0, is_spam=is_spam)
        for _ in range(others - often):
            counts.learn(Words(slice(0, 1), np.array([9], np.uint32)), 1.0, is_spam=is_spam)
    return counts


def says(counts: WordCounts, word: Words = ONE) -> float:
    return float(word_log_odds(counts.at(word))[0])


def test_a_word_says_what_it_was_oftener_in() -> None:
    assert says(counted(3, 0)) > says(counted(2, 1)) > 0
    assert says(counted(0, 3)) == pytest.approx(-says(counted(3, 0)))


@pytest.mark.parametrize("counts", [WordCounts(), counted(0, 0), counted(2, 2), counted(4, 4)])
def test_a_word_never_seen_or_as_often_in_both_says_nothing(counts: WordCounts) -> None:
    assert says(counts) == pytest.approx(0)


def test_a_word_as_frequent_as_could_be_expected_says_nothing_however_rare_a_label_is() -> None:
    counts = WordCounts()
    for is_spam, lessons in ((True, 10), (False, 190)):
        for number in range(lessons):
            counts.learn(ONE if number % 10 == 0 else OTHER, 1.0, is_spam=is_spam)

    assert says(counts) == pytest.approx(0, abs=0.03)


def test_a_lesson_counts_as_far_as_it_weighs() -> None:
    full, half, nothing = (WordCounts() for _ in range(3))
    for counts, weight in ((full, 1.0), (half, 0.5), (nothing, 0.0)):
        counts.learn(ONE, weight, is_spam=True)

    assert says(full) > says(half) > says(nothing) == 0


def test_words_are_those_of_the_text_and_no_runs_of_letters_and_no_facts() -> None:
    features = extract(Subject("a casino bonus"))

    words = words_of(features)

    among = features.places[words.among]
    assert len(among)
    assert among.min() >= FIRST_WORD
    assert among.max() < TEXT_PLACES
    outside = np.delete(features.places, np.arange(len(features.places))[words.among])
    assert ((outside < FIRST_WORD) | (outside >= TEXT_PLACES)).all()


def without_other_features(features: Features) -> Features:
    among = words_of(features).among
    return Features(features.places[among], features.values[among])


def test_what_words_say_is_part_of_the_reasons_and_of_the_judgement() -> None:
    casino = without_other_features(extract(Subject("casino")))
    lessons = [Lesson(extract(Subject(text)), text == "casino") for text in ("casino", "pump") * 9]
    model = SiteModel.fold(lessons, BLANK)

    by_reasons = float(model.adds(casino).weights @ casino.values)

    level = model.logit(Features(casino.places[:0], casino.values[:0]))
    assert model.logit(casino) - level == pytest.approx(by_reasons, rel=1e-4)
