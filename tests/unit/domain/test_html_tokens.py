"""Tags are found as a browser's tokenizer finds them, in linear time."""

import time

import pytest

from moderation.domain.html_tokens import EndTag, StartTag, Text, Token, tokens


def start(name: str, text: str = "", **attributes: str) -> StartTag:
    return StartTag(name, attributes, text)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("", []),
        ("  \n", []),
        ("a < b", [Text("a "), Text("<"), Text(" b")]),
        ("<p>a</P >", [start("p"), Text("a"), EndTag("p")]),
        ("<A HREF=x>", [start("a", href="x")]),
        ("<a b='1' b=\"2\" c>", [start("a", b="1", c="")]),
        ("<a b = 'x' c= y>", [start("a", b="x", c="y")]),
        ("<a b='&amp;&lt;'>", [start("a", b="&<")]),
        ("<a b='>'>", [start("a", b=">")]),
        ("<a/b/c=d/>", [start("a", b="", c="d/")]),
        ("<a b='1'c>", [start("a", b="1", c="")]),
        ("<a =b=c>", [StartTag("a", {"=b": "c"})]),
        ("<br/>", [start("br")]),
        ("<leave-a-reply url=x>", [start("leave-a-reply", url="x")]),
        ("<!doctype html><!-- <p> --><b>", [start("b")]),
        ("<!--><b>", [start("b")]),
        ("<!---><b>", [start("b")]),
        ("<!-- a --!><b>", [start("b")]),
        ("<!-- never closed <b>", []),
        ("<?php echo '<b>' ?>", [Text("' ?>")]),
        ("</ x><b>", [start("b")]),
        ("<1>", [Text("<"), Text("1>")]),
        ("<p", []),
        ("<p a='", []),
        ("<p a=b", []),
        ("x<", [Text("x")]),
        (
            "<script>if (a<b) '<p>'</script><p>",
            [start("script", "if (a<b) '<p>'"), EndTag("script"), start("p")],
        ),
        ("<style></scrip></STYLE\n>", [start("style", "</scrip>"), EndTag("style")]),
        ("<title>a &amp; <b></title>", [start("title", "a & <b>"), EndTag("title")]),
        ("<textarea><p></textarea >", [start("textarea", "<p>"), EndTag("textarea")]),
        ("<script><p>", [start("script", "<p>")]),
        ("<script src=a></script>", [start("script", src="a"), EndTag("script")]),
    ],
)
def test_tags_are_found_as_a_browser_finds_them(html: str, found: list[Token]) -> None:
    assert found == list(tokens(html))


@pytest.mark.parametrize(
    "piece",
    [
        "<", "<a ", "<a b='", "<!", "<!--", "<!-->", "</", "<?", "<script>", "<title>", "<div>",
        "<b><p>", "<a b=c ", "&", "<a/", "<a =", "<style></style ", "<!--x--", "x<y ",
    ],
)  # fmt: skip
def test_time_grows_with_the_page_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        html = piece * (size // len(piece))
        began = time.process_time()
        for _ in tokens(html):
            pass
        return time.process_time() - began

    small = max(seconds(20_000), 0.003)

    assert seconds(160_000) < 40 * small  # 8 times for a linear one, 64 for a quadratic one


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("&#" + "1" * 5_000 + ";", "\ufffd"),
        ("&#" + "0" * 5_000 + "65;", "A"),
        ("&#99999999", "\ufffd"),
        ("&#x41;&#66;", "AB"),
    ],
)
def test_a_number_of_any_length_is_a_character(reference: str, value: str) -> None:
    assert [start("a", href=value)] == list(tokens(f'<a href="{reference}">'))
