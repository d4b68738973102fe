import pytest

from moderation.classifier import kept
from moderation.classifier.kept import LONGEST_KEPT, Kept


def test_what_comes_again_is_asked_once() -> None:
    asked: list[str] = []
    lengths = Kept(lambda word: asked.append(word) or len(word))

    found = [lengths[word] for word in ("one", "three", "one", "three", "one")]

    assert found == [3, 5, 3, 5, 3]
    assert asked == ["one", "three"]


def test_long_words_are_told_and_not_kept() -> None:
    asked: list[str] = []
    lengths = Kept(lambda word: asked.append(word) or len(word))
    longest, longer = "a" * LONGEST_KEPT, "a" * (LONGEST_KEPT + 1)

    assert [lengths[longest], lengths[longest]] == [LONGEST_KEPT] * 2
    assert [lengths[longer], lengths[longer]] == [LONGEST_KEPT + 1] * 2

    assert asked == [longest, longer, longer]


def test_it_never_holds_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_KEPT", 3)
    lengths = Kept(len)

    for number in range(10):
        assert lengths["x" * number] == number
        assert len(lengths) <= 3
