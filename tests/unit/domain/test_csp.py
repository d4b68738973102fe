"""Content Security Policy, by its specification."""

import pytest

from moderation.domain import csp

PAGE = "https://blog.example/a"
SERVER = "https://comments.example"
SCRIPT = f"{SERVER}/widget.js"


def policy(text: str) -> csp.Policy:
    (found,) = csp.parse_policies(text)
    return found


@pytest.mark.parametrize(
    ("source", "url", "matches"),
    [
        ("*", SCRIPT, True),
        ("*", "data:x", False),
        ("https:", SCRIPT, True),
        ("http:", SCRIPT, True),
        ("HTTPS:", SCRIPT, True),
        ("https:", "http://comments.example/widget.js", False),
        ("data:", SCRIPT, False),
        ("'self'", SCRIPT, False),
        ("'SELF'", "https://blog.example/widget.js", True),
        ("'self'", "https://blog.example:8443/widget.js", False),
        ("'none'", SCRIPT, False),
        ("'unsafe-inline'", SCRIPT, False),
        ("comments.example", SCRIPT, True),
        ("COMMENTS.example", SCRIPT, True),
        ("comments.example", "http://comments.example/widget.js", False),
        ("http://comments.example", SCRIPT, True),
        ("https://comments.example", SCRIPT, True),
        ("https://comments.example/", SCRIPT, True),
        ("https://comments.example/widget.js", SCRIPT, True),
        ("https://comments.example/widget", SCRIPT, False),
        ("https://comments.example/widget/", f"{SERVER}/widget/a1/widget.js", True),
        ("https://comments.example/%77idget.js", SCRIPT, True),
        ("https://comments.example:443", SCRIPT, True),
        ("https://comments.example:80", SCRIPT, True),
        ("https://comments.example:8443", SCRIPT, False),
        ("https://comments.example:*", f"{SERVER}:8443/widget.js", True),
        ("https://comments.example", f"{SERVER}:8443/widget.js", False),
        ("*.example", SCRIPT, True),
        ("*.comments.example", SCRIPT, False),
        ("https://*.example", SCRIPT, True),
        ("https://evil-comments.example", SCRIPT, False),
        ("https://*", SCRIPT, True),
        ("not a source", SCRIPT, False),
        ("wss:", SCRIPT, True),
        ("127.0.0.1:8000", "https://127.0.0.1:8000/widget.js", True),
    ],
)
def test_a_source_matches_what_it_names(source: str, url: str, *, matches: bool) -> None:
    assert matches is csp.allows([source], url, PAGE)


def test_of_a_page_over_http_a_host_alone_allows_both_schemes() -> None:
    page = "http://blog.example/"

    assert csp.allows(["comments.example"], SCRIPT, page)
    assert csp.allows(["'self'"], "https://blog.example/a.js", page)
    assert not csp.allows(["'self'"], "https://blog.example:8443/a.js", page)


@pytest.mark.parametrize(
    ("text", "nonce", "integrity", "blocked"),
    [
        ("img-src *", "", "", None),
        ("default-src 'self'", "", "", "default-src"),
        ("default-src 'none'; script-src https://comments.example", "", "", None),
        ("default-src *; script-src 'self'", "", "", "script-src"),
        ("script-src *; script-src-elem 'self'", "", "", "script-src-elem"),
        ("script-src-attr 'none'", "", "", None),
        ("SCRIPT-SRC 'self'; script-src *", "", "", "script-src"),
        ("script-src", "", "", "script-src"),
        ("script-src 'nonce-abc'", "abc", "", None),
        ("script-src 'nonce-abc'", "Abc", "", "script-src"),
        ("script-src 'NONCE-abc'", "abc", "", None),
        ("script-src 'nonce-abc'", "", "", "script-src"),
        ("script-src 'sha256-a+b/c='", "", "sha256-a+b/c=", None),
        ("script-src 'sha256-a-b_c='", "", "sha256-a+b/c=", None),
        ("script-src 'sha256-a'", "", "sha256-a sha384-b", "script-src"),
        ("script-src 'sha256-a'", "", "", "script-src"),
        ("script-src 'strict-dynamic' https://comments.example", "", "", "script-src"),
        ("script-src 'strict-dynamic' 'nonce-abc' https:", "abc", "", None),
        ("script-src 'strict-dynamic' 'sha256-a'", "", "sha256-a", None),
        ("script-src 'unsafe-inline'", "", "", "script-src"),
    ],
)
def test_a_script_loads_or_is_told_what_blocks_it(
    text: str, nonce: str, integrity: str, blocked: str | None
) -> None:
    script = csp.ScriptTag(SCRIPT, nonce, integrity)

    assert blocked == csp.blocked_script(policy(text), script, PAGE)


@pytest.mark.parametrize(
    ("text", "directive", "blocked"),
    [
        ("default-src 'self'", "connect-src", "default-src"),
        ("default-src 'self'; connect-src *", "connect-src", None),
        ("default-src 'none'", "form-action", None),
        ("form-action 'self'", "form-action", "form-action"),
        ("style-src 'self'", "style-src-elem", "style-src"),
        ("script-src 'self'", "connect-src", None),
    ],
)
def test_the_right_directive_decides(text: str, directive: str, blocked: str | None) -> None:
    assert blocked == csp.blocked(policy(text), directive, f"{SERVER}/x", PAGE)


def test_commas_part_policies() -> None:
    found = csp.parse_policies("default-src 'self', , script-src a.example ;;")

    assert [dict(p.directives) for p in found] == [
        {"default-src": ("'self'",)},
        {"script-src": ("a.example",)},
    ]


def test_a_meta_element_cannot_say_everything() -> None:
    found = csp.parse_meta("sandbox; frame-ancestors 'none'; default-src 'self'")

    assert found is not None
    assert set(found.directives) == {"default-src"}
    assert csp.parse_meta("sandbox") is None


@pytest.mark.parametrize(
    ("text", "directive", "line"),
    [
        ("script-src 'self'", "script-src-elem", f"script-src 'self' {SERVER}"),
        ("script-src-elem 'self'", "script-src-elem", f"script-src-elem 'self' {SERVER}"),
        ("default-src 'self'", "script-src-elem", f"script-src 'self' {SERVER}"),
        ("default-src 'none'", "connect-src", f"connect-src {SERVER}"),
        ("form-action 'self'", "form-action", f"form-action 'self' {SERVER}"),
    ],
)
def test_a_directive_is_widened_by_one_source(text: str, directive: str, line: str) -> None:
    assert line == csp.widened(policy(text), directive, SERVER)
    assert csp.blocked(policy(line), directive, SCRIPT, PAGE) is None


def test_a_port_of_thousands_of_digits_is_none() -> None:
    assert not csp.allows(["comments.example:" + "4" * 5_000], SCRIPT, PAGE)
