"""What each of a site's teachers has moved and counted."""

from io import BytesIO

import numpy as np

from moderation.classifier import teachers as module
from moderation.classifier.teachers import Teachers
from moderation.classifier.word_counts import WordCounts, Words, word_log_odds

SIZE = 64
PLACES = np.array([3, 7], np.uint32)
ONES = np.ones(2, np.float32)
WORDS = Words(slice(0, 2), PLACES)


def taught(count: int) -> Teachers:
    teachers = Teachers(SIZE)
    for number in range(count):
        teachers.account(str(number)).weigh(0.0, 1.0, others=0.0)
        teachers.move(str(number), PLACES, ONES, 0.5)
        teachers.count(str(number), WORDS, 1.0, is_spam=number % 2 == 0)
    return teachers


def test_nobody_is_held_against_what_they_taught_themselves() -> None:
    teachers = taught(2)

    by_all = 2 * (2 + 0.5)
    one, other = (teachers.moved_by_others(name, PLACES, ONES, by_all) for name in ("0", "1"))

    assert one == other == teachers.account("0").share * 2.5


def test_nobody_is_held_against_the_words_that_they_taught_themselves() -> None:
    teachers = taught(2)  # the first has taught spam, the second ham
    by_all = WordCounts()
    for is_spam in (True, False):
        by_all.learn(WORDS, 1.0, is_spam=is_spam)

    of_ham, of_spam = (
        teachers.counted_by_others(name, WORDS, by_all.at(WORDS)) for name in ("0", "1")
    )

    assert (of_ham < 0).all()
    assert (of_spam == -of_ham).all()
    assert (word_log_odds(by_all.at(WORDS)) == 0).all()


def test_however_many_teach_few_are_kept_apart() -> None:
    teachers = taught(500)

    kept = teachers.to_json()

    assert len(kept) == module._MOST_APART + 1
    assert kept[-1]["standing"] == 500 - module._MOST_APART
    assert teachers.standing_of_others("1") == 499
    assert teachers.standing_of_others("499") == module._MOST_APART
    again = Teachers(SIZE)
    again.read(kept, BytesIO(b"".join(teachers.arrays())))
    assert again.to_json() == kept
    assert b"".join(again.arrays()) == b"".join(teachers.arrays())
    assert teachers.account("499") is teachers.account("498")
    assert teachers.account("1") is not teachers.account("2")
