import pytest

from moderation.classifier.links import LINK


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see foo.com now", ["foo.com"]),
        ("a" * 63 + ".com", ["a" * 63 + ".com"]),
        ("a" * 64 + ".com", []),
        ("a.b.c.d.com/x?y", ["a.b.c.d.com/x?y"]),
        ("a.b.c.d.e.com", ["b.c.d.e.com"]),
        ("a..com -a.com", ["a.com"]),
        ("x.comm x.community", []),
        ("x.com/ (www.y.example)", ["x.com/", "www.y.example"]),
    ],
)
def test_links_are_found_with_and_without_a_scheme(text: str, links: list[str]) -> None:
    assert LINK.findall(text) == links
