"""What the embed doctor says of many small pages."""

from itertools import pairwise
from pathlib import Path

import pytest

from moderation.domain.embed import examine, keys_of
from moderation.domain.embed_page import Answer, read_page
from moderation.domain.embed_report import Code, Facts, Finding, Report, Severity
from tests.unit.domain.embed_pages import (
    CANONICAL,
    ELEMENT,
    FACTS,
    HEAD,
    PAGE,
    PAGES,
    SCRIPT,
    SERVER,
)
from tests.work import calls_of


def page_of(
    head: str = HEAD,
    body: str = ELEMENT,
    *,
    url: str = PAGE,
    hops: tuple[str, ...] = (),
    status: int | None = 200,
    facts: Facts = FACTS,
    content: bytes | None = None,
    **headers: str,
) -> Report:
    """What is said of a page; headers with `_` for `-`."""
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    named = {"Content-Type": "text/html; charset=utf-8"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    body_ = html.encode() if content is None else content
    answer = Answer(url, url, hops, status, tuple(named.items()), body_)
    return examine(read_page(answer), facts)


def codes(report: Report) -> set[str]:
    return {finding.code.value for finding in report.findings}


def the(report: Report, code: Code) -> Finding:
    return next(finding for finding in report.findings if finding.code is code)


def test_of_a_page_that_is_well_nothing_is_found() -> None:
    report = page_of()

    assert report.findings == ()
    assert report.well
    assert report.looked_at == (
        f"{PAGE} (status 200, 235 bytes, utf-8).",
        f"The widget: one script from {SERVER}, one element.",
        f"The canonical link: {PAGE}.",
        f"The thread that readers get: {PAGE}.",
        "The origins of the site “blog”: https://blog.example.",
        "Content Security Policy: none in headers, none in the page’s head.",
    )


@pytest.mark.parametrize("name", PAGES)
def test_what_is_wrong_is_found_and_nothing_else(name: str) -> None:
    made, expected = PAGES[name]
    report = page_of(**made)
    wanted = {code.strip("()") for code in expected.split()}

    assert codes(report) == wanted
    hints = {f.code.value for f in report.findings if f.severity is Severity.HINT}
    assert hints == {code.strip("()") for code in expected.split() if code.startswith("(")}
    assert report.well is (hints == wanted)
    for finding in report.findings:
        assert finding.remedy or finding.severity is Severity.HINT
        assert finding.words.rstrip(")").endswith((".", "?"))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Disqus", "<div id=disqus_thread></div>"),
        ("Disqus", "<script src=https://blog-1.disqus.com/embed.js></script>"),
        ("Disqus", "<script>s.src = '//blog-1.disqus.com/embed.js';</script>"),
        ("Commento", "<script src=https://cdn.commento.io/js/commento.js></script>"),
        ("Isso", '<section id="isso-thread">'),
        ("giscus", "<iframe src=https://giscus.app/en/widget></iframe>"),
        ("utterances", "<script src=https://utteranc.es/client.js></script>"),
        ("Hyvor Talk", "<hyvor-talk-comments></hyvor-talk-comments>"),
        ("Facebook comments", '<div class="a fb-comments">'),
    ],
)
def test_an_embed_of_another_system_is_a_hint(name: str, body: str) -> None:
    report = page_of(body=ELEMENT + body)

    assert name in the(report, Code.RIVAL).words
    assert report.well


def test_who_only_writes_about_another_system_has_none() -> None:
    assert codes(page_of(body=f"{ELEMENT}<p>I moved from disqus.com")) == set()


@pytest.mark.parametrize(
    ("policy", "code", "line"),
    [
        ("script-src 'self'", Code.CSP_SCRIPT, f"script-src 'self' {SERVER};"),
        ("default-src 'none'", Code.CSP_CONNECT, f"connect-src {SERVER};"),
        ("sandbox allow-scripts", Code.CSP_SANDBOX, "sandbox allow-scripts allow-same-origin allow-forms;"),
        (
            "require-trusted-types-for 'script'; trusted-types 'none'",
            Code.CSP_TRUSTED_TYPES,
            "trusted-types leave-a-reply;",
        ),
    ],
)  # fmt: skip
def test_the_line_to_paste_mends_the_policy(policy: str, code: Code, line: str) -> None:
    report = page_of(Content_Security_Policy=policy)

    assert line == the(report, code).paste
    mended = page_of(Content_Security_Policy=f"{line} {policy}")
    assert code.value not in codes(mended)


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        (CANONICAL, ELEMENT, Code.SCRIPT_MISSING),
        (SCRIPT, ELEMENT, Code.CANONICAL_MISSING),
        (HEAD, "", Code.ELEMENT_MISSING),
        (CANONICAL, "", Code.NOTHING_EMBEDDED),
    ],
)
def test_what_is_pasted_makes_the_page_well(head: str, body: str, code: Code) -> None:
    line = the(page_of(head, body), code).paste

    assert page_of(head, f"{body}{line}").findings == ()


def test_an_origin_that_is_missing_is_the_line_to_paste() -> None:
    finding = the(page_of(url="https://www.blog.example/a/"), Code.ORIGIN)

    assert finding.paste == "https://www.blog.example"
    assert "https://blog.example" in finding.words


def test_the_gravest_comes_first() -> None:
    report = page_of(SCRIPT, url="https://www.blog.example/a/", hops=(PAGE,))
    order = list(Severity)

    assert len(report.findings) >= 3
    for one, other in pairwise(report.findings):
        assert order.index(one.severity) <= order.index(other.severity)


def test_what_two_policies_say_is_told_once() -> None:
    report = page_of(Content_Security_Policy="script-src 'self', script-src 'self'")

    assert [f.code for f in report.findings] == [Code.CSP_SCRIPT]


def of_file(head: str, url: str = "") -> Report:
    html = f"<head>{head}</head>{ELEMENT}".encode()
    return examine(read_page(Answer("index.html", url, (), None, (), html)), FACTS)


def test_a_file_is_taken_for_the_page_that_its_canonical_link_names() -> None:
    assert of_file(HEAD).findings == ()
    assert codes(of_file(HEAD.replace("//blog", "//www.blog"))) == {"origin", "thread_origin"}


def test_a_file_can_be_said_to_be_served_somewhere() -> None:
    assert of_file(HEAD, PAGE).findings == ()
    assert codes(of_file(HEAD, "https://www.blog.example/a/")) == {"origin"}
    assert codes(of_file(HEAD, "https://blog.example/b/")) == {"canonical_different"}


def test_of_a_file_a_relative_canonical_link_is_all_that_is_told() -> None:
    assert codes(of_file(SCRIPT + '<link rel="canonical" href="/a/">')) == {"canonical_relative"}


def test_of_a_file_without_a_canonical_link_its_place_is_not_known() -> None:
    report = of_file(SCRIPT)

    assert codes(report) == {"canonical_missing"}
    assert "not known here" in the(report, Code.CANONICAL_MISSING).words
    assert "no headers to look at" in report.looked_at[0]


def test_the_threads_to_look_up_are_those_of_the_elements() -> None:
    body = f'{ELEMENT}<leave-a-reply url="/b"></leave-a-reply><leave-a-reply url="//x.example/">'
    html = f"<head>{HEAD}</head>{body}".encode()
    page = read_page(Answer(PAGE, PAGE, (), 200, (), html))

    assert keys_of(page, FACTS.origins) == {"blog.example/a", "blog.example/b"}


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="http://[">',
        '<link rel="canonical" href="">',
        '<base href="http://[">' + HEAD,
        '<script src="http://[/widget.js" data-site="blog"></script>',
        '<meta http-equiv="Content-Security-Policy" content="script-src http://[ ;;; \x00">' + HEAD,
    ],
)
def test_a_page_with_nonsense_in_it_is_read_all_the_same(head: str) -> None:
    body = '<form action="http://["><iframe src="http://["></iframe><a href="http://[">'

    assert page_of(head, body + ELEMENT).looked_at


def test_of_a_listing_it_is_said_that_it_shows_counts_only() -> None:
    listing = page_of(body="<span data-comment-count='/b/'></span>")
    article = page_of(body=f"<span data-comment-count></span>{ELEMENT}")

    assert listing.well
    assert "none can be left on it" in listing.all_is_well
    assert article.all_is_well == "Readers of this page can read and leave comments."


def test_a_page_whose_comments_are_switched_off_is_not_called_broken_alone() -> None:
    report = page_of("<title>About</title>", body="<p>Us.</p>")

    assert "comments: false in its front matter" in the(report, Code.NOTHING_EMBEDDED).words


def test_the_papers_tell_every_finding() -> None:
    papers = (Path(__file__).parents[3] / "docs" / "embedding.md").read_text()

    assert [code for code in Code if f"`{code}`" not in papers] == []


@pytest.mark.parametrize(
    ("start", "element", "policy"),
    [
        (f'<base href="{"a/" * 800_000}">', "<a href=x>" * 5_000, ""),
        ("", SCRIPT * 100, "script-src x," * 1_500),
        ("", f'<link rel=stylesheet href="{SERVER}/a.css">' * 100, "style-src x," * 1_500),
    ],
    ids=["base", "scripts and policies", "style sheets and policies"],
)
def test_work_grows_no_faster_than_a_hostile_page(start: str, element: str, policy: str) -> None:
    def calls(times: int) -> int:
        headers = {"Content_Security_Policy": policy * times} if policy else {}
        return calls_of(lambda: page_of(body=start + element * times, **headers))

    assert calls(2) < 2.5 * calls(1)
