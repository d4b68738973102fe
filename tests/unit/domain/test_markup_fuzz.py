"""A comment rendered, of random tags, attributes, references and Markdown in random nestings."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain import markup
from moderation.domain.markup import plain_text, render
from moderation.domain.submission import clean_comment
from moderation.errors import InvalidSubmissionError
from tests.unit.web.test_marking import marked
from tests.xss_corpus import VECTORS
from tests.xss_inventory import TAGS, faults_of_comment

# The same examples in each run, and as many as a second or two has room for.
_FUZZ = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

_NAMES = st.sampled_from(
    [
        *sorted(TAGS),
        *[
            "script",
            "style",
            "svg",
            "math",
            "mtext",
            "mglyph",
            "annotation-xml",
            "foreignObject",
            "desc",
            "title",
            "textarea",
            "xmp",
        ],
        *[
            "noscript",
            "noembed",
            "noframes",
            "iframe",
            "template",
            "table",
            "caption",
            "tr",
            "td",
            "select",
            "option",
            "object",
        ],
        *[
            "marquee",
            "button",
            "form",
            "input",
            "img",
            "body",
            "html",
            "head",
            "frameset",
            "plaintext",
            "div",
            "h1",
            "font",
            "u",
            "nobr",
        ],
    ]
)
_VALUES = st.sampled_from(
    [
        "",
        "x",
        "javascript:xss(1)",
        "https://a.example/",
        "//b",
        "a > b",
        "</p>",
        "-->",
        "]]>",
        "&quot;",
    ]
)
_QUOTES = st.sampled_from(["'", '"', "", "`"])
_ATTRIBUTE_NAMES = st.sampled_from(
    ["href", "title", "cite", "datetime", "onclick", "style", "id", "xlink:href", "rel", "x"]
)
_ATTRIBUTES = st.builds(
    lambda name, value, quote: f" {name}={quote}{value}{quote}", _ATTRIBUTE_NAMES, _VALUES, _QUOTES
)
_REFERENCES = st.sampled_from(
    ["&lt;", "&#60", "&#x3c;", "&amp;lt;", "&quot;", "&nbsp;", "&", "&#0;"]
)
_MARKS = st.sampled_from(
    [
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "*",
        "**",
        "~~",
        "`",
        "```\n",
        "[",
        "](",
        ")",
        "<",
        ">",
        "\\",
        "![",
    ]
)
_ENDS = st.sampled_from(
    ["<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!x", "/>", "</", '"', "'"]
)
_LETTERS = st.text(st.characters(codec="utf-8"), max_size=4)
_LINKS = st.sampled_from(["https://a.example/b?c=d&e", "http://ä.example", "mailto:a@b.example"])


def _opening(name: str, attributes: list[str]) -> str:
    return f"<{name}{''.join(attributes)}>"


_TAGS = st.one_of(
    st.builds(_opening, _NAMES, st.lists(_ATTRIBUTES, max_size=2)),
    st.builds(lambda name: f"</{name}>", _NAMES),
)
_VECTORS = st.sampled_from([vector.text for vector in VECTORS])
_PIECES = st.one_of(_TAGS, _TAGS, _TAGS, _REFERENCES, _MARKS, _ENDS, _LETTERS, _LINKS, _VECTORS)
_TEXTS = st.lists(_PIECES, max_size=25).map("".join)


def taken(text: str) -> str:
    """The text as the schema takes it; without what it refuses."""
    try:
        return clean_comment(text)
    except InvalidSubmissionError:
        return clean_comment("x" + "".join(c for c in text if c.isprintable()))


@_FUZZ
@given(_TEXTS)
def test_nothing_but_what_is_allowed_passes(text: str) -> None:
    assert faults_of_comment(render(taken(text))) == []


@_FUZZ
@given(_TEXTS)
def test_sanitising_again_changes_nothing(text: str) -> None:
    html = render(taken(text))

    assert markup._clean(html) == html


@_FUZZ
@given(_TEXTS, st.lists(st.one_of(_NAMES, _VALUES, _REFERENCES, _ENDS, _LETTERS), max_size=4))
def test_marked_words_add_nothing_but_marks(text: str, words: list[str]) -> None:
    html = render(taken(text))
    shown = marked("", *(word for word in words if word.strip("* ")), html=html or "x")

    assert faults_of_comment(shown, frozenset({"mark"})) == []
    assert shown.replace("<mark>", "").replace("</mark>", "") == (html or "x")
    assert plain_text(shown) == plain_text(html or "x")
