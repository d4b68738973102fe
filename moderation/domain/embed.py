"""The embed doctor: why a page's comments do not show, or do not arrive, in plain words.

Nothing is fetched or looked up here: what was read and what the service knows go in, findings come
out.
"""

from collections.abc import Iterator

from moderation.domain import embed_answer
from moderation.domain.embed_form import comment_form, look_at_form
from moderation.domain.embed_page import EmbedPage, Form
from moderation.domain.embed_policies import look_at_policies
from moderation.domain.embed_report import Code, Facts, Finding, Report, Severity
from moderation.domain.embed_thread import (
    look_at_origin,
    look_at_threads,
    origin,
    thread_key,
    thread_url,
)
from moderation.domain.embed_widget import (
    look_at_elements,
    look_at_mixed,
    look_at_others,
    look_at_script,
    own_scripts,
)
from moderation.words import N_, Message

_GRAVITY = list(Severity)


def keys_of(page: EmbedPage, origins: tuple[str, ...]) -> frozenset[str]:
    """The keys of the threads that the page shows, of which `Facts` should tell the versions."""
    keys = (thread_key(thread_url(page, element), origins) for element in page.elements)
    return frozenset(key for key in keys if key is not None)


def examine(page: EmbedPage, facts: Facts) -> Report:
    """What is wrong with a page's comments, gravest first, and what was looked at.

    What says the same twice, as two policies may, is told once.
    """
    looked_at = [_answer_words(page)]
    counts_only = False
    findings = list(embed_answer.obstacles(page))
    if not findings:
        form = comment_form(page, facts)
        findings = [*embed_answer.remarks(page), *_embedded(page, facts, form)]
        looked_at += _page_words(page, facts, form)
        counts_only = bool(page.counts) and not page.elements and form is None
    once = dict.fromkeys(findings)
    ranked = sorted(once, key=lambda finding: _GRAVITY.index(finding.severity))
    return Report(tuple(ranked), tuple(looked_at), counts_only)


def _embedded(page: EmbedPage, facts: Facts, form: Form | None) -> Iterator[Finding]:
    widget = bool(page.elements or page.counts or own_scripts(page, facts))
    script = list(look_at_script(page, facts))
    hosted = f"{facts.server}/t/{facts.slug}"
    linked = any(link.partition("?")[0] == hosted for link in page.links)
    framed = any(origin(frame.url) == facts.server for frame in page.frames)
    yield from script
    if not (widget or script or form or linked or framed):
        yield Finding(
            Code.NOTHING_EMBEDDED,
            Severity.FAULT,
            N_(
                "There are no comments in this page: no script, no <leave-a-reply> element, no "
                "form. If they are switched off for it, such as by comments: false in its front "
                "matter, that is as it should be. What a script of your own adds later cannot be "
                "seen from here."
            ),
            N_("Put this where the comments are to be:"),
            facts.snippet,
        )
    yield from look_at_elements(page, facts)
    yield from look_at_origin(page, facts)
    if widget:
        yield from look_at_threads(page, facts)
    yield from look_at_mixed(page, facts)
    yield from look_at_policies(page, facts, form)
    if form is not None:
        yield from look_at_form(page, facts, form)
    yield from look_at_others(page, facts)


def _answer_words(page: EmbedPage) -> str:
    answer = page.answer
    size, encoding = len(answer.body), page.decoded.encoding
    if answer.status is None and not answer.asked:
        return Message.counted(
            "The file that was pasted ({n} byte, {encoding}); of a file there are no headers to "
            "look at.",
            "The file that was pasted ({n} bytes, {encoding}); of a file there are no headers to "
            "look at.",
            size,
            encoding=encoding,
        )
    if answer.status is None:
        return Message.counted(
            "The file {name} ({n} byte, {encoding}); of a file there are no headers to look at.",
            "The file {name} ({n} bytes, {encoding}); of a file there are no headers to look at.",
            size,
            name=answer.asked,
            encoding=encoding,
        )
    return Message.counted(
        "{address} (status {status}, {n} byte, {encoding}).",
        "{address} (status {status}, {n} bytes, {encoding}).",
        size,
        address=answer.url,
        status=str(answer.status),
        encoding=encoding,
    )


def _page_words(page: EmbedPage, facts: Facts, form: Form | None) -> Iterator[str]:
    scripts, elements = len(own_scripts(page, facts)), len(page.elements)
    yield N_(
        "The widget: {scripts} from {server}, {elements}.",
        scripts=_count_of_scripts(scripts),
        server=facts.server,
        elements=_count_of_elements(elements),
    )
    if page.canonicals:
        yield N_("The canonical link: {address}.", address=page.canonicals[0][:300])
    for element in page.elements[:1]:
        address = thread_url(page, element)[:300]
        yield (
            N_("The thread that readers get: {address}.", address=address)
            if address
            else N_("The thread that readers get: not known.")
        )
    yield N_(
        "The origins of the site “{site}”: {origins}.",
        site=facts.slug,
        origins=", ".join(facts.origins),
    )
    in_meta = sum(policy.in_meta for policy in page.policies)
    in_headers = len(page.policies) - in_meta
    yield N_(
        "Content Security Policy: {in_headers} in headers, {in_head} in the page’s head.",
        in_headers=in_headers or N_("none"),
        in_head=in_meta or N_("none"),
    )
    if form is not None:
        yield (
            N_("The plain form, sent to {address}.", address=form.action[:300])
            if form.action
            else N_("The plain form, sent to the page itself.")
        )
    if page.counts:
        yield Message.counted(
            "One place for a count of comments.",
            "{n} places for a count of comments.",
            len(page.counts),
        )


def _count_of_scripts(count: int) -> Message:
    return Message.counted("one script", "{n} scripts", count) if count else N_("no scripts")


def _count_of_elements(count: int) -> Message:
    return Message.counted("one element", "{n} elements", count) if count else N_("no elements")
