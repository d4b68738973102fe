from moderation.classifier.kept import LONGEST_KEPT, Kept


def test_what_comes_again_is_asked_once() -> None:
    asked: list[str] = []
    lengths = Kept(lambda word: asked.append(word) or len(word), 3)

    found = [lengths[word] for word in ("one", "three", "one", "three", "one")]

    assert found == [3, 5, 3, 5, 3]
    assert asked == ["one", "three"]


def test_long_words_are_told_and_not_kept() -> None:
    asked: list[str] = []
    lengths = Kept(lambda word: asked.append(word) or len(word), 3)
    longest, longer = "a" * LONGEST_KEPT, "a" * (LONGEST_KEPT + 1)

    assert [lengths[longest], lengths[longest]] == [LONGEST_KEPT] * 2
    assert [lengths[longer], lengths[longer]] == [LONGEST_KEPT + 1] * 2

    assert asked == [longest, longer, longer]


def test_it_never_holds_more_than_so_many_and_what_is_asked_for_stays() -> None:
    asked: list[str] = []
    lengths = Kept(lambda word: asked.append(word) or len(word), 3)

    for number in range(1, 10):
        assert lengths["x" * number] == number
        assert lengths["again"] == 5
        assert len(lengths) <= 3

    assert asked.count("again") == 1
    assert lengths["x"] == 1
    assert asked.count("x") == 2
