"""The embed doctor's look at a plain form, WordPress's or the hosted page's."""

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from moderation.domain.embed_page import EmbedPage, Form
from moderation.domain.embed_report import Code, Facts, Finding, Severity
from moderation.domain.embed_thread import origin, page_address, thread_key
from moderation.words import N_, Message

_WORDPRESS = "/wp-comments-post.php"
_SITE = re.compile(r"/(?:s/([^/]+)/wp-comments-post\.php|t/([^/]+))")
_HOSTED = re.compile(r"/t/[^/]+")
# The schema's names for what WordPress's form calls otherwise.
_THEIRS = {"comment": "comment", "name": "author", "email": "email"}


def comment_form(page: EmbedPage, facts: Facts) -> Form | None:
    """The form that posts comments, or was meant to."""
    ours = [f for f in page.forms if origin(f.action) == facts.server and _path(f) is not None]
    wordpress = [
        form
        for form in page.forms
        if (_path(form) or "").endswith(_WORDPRESS)
        or form.attributes.get("id") == "commentform"
        or {"comment", "author"} <= form.fields.keys()
    ]
    return next(iter(ours or wordpress), None)


def _path(form: Form) -> str | None:
    try:
        return urlsplit(form.action).path
    except ValueError:
        return None


def look_at_form(page: EmbedPage, facts: Facts, form: Form) -> Iterator[Finding]:
    """Whether the form goes where it should, with what it needs."""
    path = _path(form) or ""
    at_home = origin(form.action) == facts.server
    found = _SITE.fullmatch(path) if at_home else None
    slug = (found[1] or found[2]) if found else None
    if slug != facts.slug and not (at_home and path == _WORDPRESS):
        yield _astray(page, facts, form, slug)
        return
    if form.attributes.get("method", "").strip().lower() != "post":
        yield Finding(
            Code.FORM_METHOD,
            Severity.FAULT,
            N_(
                "The form is sent with GET, which puts the comment into the address and is refused."
            ),
            N_("Let the form begin so:"),
            _begin(facts, path),
        )
    kind = form.attributes.get("enctype", "").strip().lower()
    if kind not in {"", "application/x-www-form-urlencoded"}:
        yield Finding(
            Code.FORM_METHOD,
            Severity.FAULT,
            N_("The form is sent as {kind}, which is refused.", kind=kind[:100]),
            N_("Take the enctype attribute away:"),
            _begin(facts, path),
        )
    hosted = _HOSTED.fullmatch(path) is not None
    yield from _fields(facts, form, hosted=hosted)
    yield from _page(page, facts, form, hosted=hosted)


def _begin(facts: Facts, path: str) -> str:
    if not _HOSTED.fullmatch(path):
        path = f"/s/{facts.slug}{_WORDPRESS}"
    return f'<form method="post" action="{facts.server}{path}">'


def _astray(page: EmbedPage, facts: Facts, form: Form, slug: str | None) -> Finding:
    if slug is not None:
        words = N_(
            "The form belongs to the site “{other}”, and this is “{site}”.",
            other=slug[:100],
            site=facts.slug,
        )
    elif form.action:
        words = N_(
            "The form is sent to {address}, so the service never gets it.",
            address=form.action[:300],
        )
    else:
        words = N_("The form is sent to the page itself, so the service never gets it.")
    embedded = bool(page.elements)
    return Finding(
        Code.FORM_ACTION,
        Severity.WARNING if embedded else Severity.FAULT,
        Message.both(words, N_("Beside the widget readers see two forms.")) if embedded else words,
        N_("Take it away, or let it begin so:") if embedded else N_("Let the form begin so:"),
        _begin(facts, ""),
    )


def _fields(facts: Facts, form: Form, *, hosted: bool) -> Iterator[Finding]:
    names = {ours: ours if hosted else theirs for ours, theirs in _THEIRS.items()}
    missing = [names[n] for n in ("comment", *facts.required) if names[n] not in form.fields]
    lines = {
        "comment": '<label>Comment <textarea name="comment" required></textarea></label>',
        names["name"]: f'<label>Name <input name="{names["name"]}" autocomplete="name"'
        " required></label>",
        "email": '<label>Email <input name="email" type="email" autocomplete="email"'
        " required></label>",
    }
    if missing:
        yield Finding(
            Code.FORM_FIELDS,
            Severity.FAULT,
            N_(
                "The form lacks what the site asks for: {missing}. Every comment would be refused.",
                missing=", ".join(missing),
            ),
            N_("Put this into the form:"),
            "\n".join(lines[name] for name in missing),
        )


def _page(page: EmbedPage, facts: Facts, form: Form, *, hosted: bool) -> Iterator[Finding]:
    name = "url" if hosted else "redirect_to"
    address = page_address(page)
    line = f'<input type="hidden" name="{name}" value="{escape(address) or "https://…"}">'
    told = form.fields.get(name, "").strip()
    if not told:
        yield Finding(
            Code.FORM_PAGE,
            Severity.FAULT if hosted else Severity.WARNING,
            N_(
                "The form does not say which page it stands on. Browsers tell other servers only "
                "the site, not the page, so the comment would have no thread."
            ),
            N_("Put this into the form:"),
            line,
        )
    elif thread_key(told, facts.origins) is None:
        yield Finding(
            Code.FORM_PAGE,
            Severity.FAULT,
            N_(
                "The form says that it stands on {address}, which is no page of the site’s origins "
                "({origins}).",
                address=told[:300],
                origins=", ".join(facts.origins),
            ),
            N_("Let the field {name} be:", name=name),
            line,
        )
    elif address and thread_key(address, facts.origins) not in {
        None,
        thread_key(told, facts.origins),
    }:
        yield Finding(
            Code.FORM_PAGE,
            Severity.WARNING,
            N_(
                "The form says that it stands on {address}, so the comments go to that page.",
                address=told[:300],
            ),
            N_("If they are this page’s:"),
            line,
        )
