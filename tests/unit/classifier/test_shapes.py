import pytest

from moderation.classifier.shapes import shape_of, signs_of


@pytest.mark.parametrize(
    ("typed", "shapes"),
    [
        ("", []),
        ("only small letters, žluťoučký kůň тоже", ["aa,"]),
        ("Call me", ["Aaa"]),
        ("FREE entry NOW!!!", ["AA", "AA!!!"]),
        ("0800 123-45", ["0000", "000-00"]),
        ("ann.example@mail.example", ["aa.aa@aa.aa"]),
        ("iPhone4U", ["aAaa0A"]),
        ("Đẹp lắm 👍👍", ["ua", "u"]),
        ("\ud800\0", ["u\0"]),
    ],
)
def test_a_shape_tells_how_a_word_is_written(typed: str, shapes: list[str]) -> None:
    assert list(filter(None, map(shape_of, signs_of(typed)))) == shapes
