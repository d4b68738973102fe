"""The embed doctor's look at the page's Content Security Policy."""

from collections.abc import Iterator

from moderation.domain import csp
from moderation.domain.csp import Policy
from moderation.domain.embed_page import EmbedPage, Form, Link
from moderation.domain.embed_report import Code, Facts, Finding, Severity
from moderation.domain.embed_thread import origin, page_address
from moderation.domain.embed_widget import own_scripts
from moderation.words import N_, Message

# The policy that the widget makes for the HTML it was sent (https://www.w3.org/TR/trusted-types/).
TRUSTED_TYPES_POLICY = "leave-a-reply"


def look_at_policies(page: EmbedPage, facts: Facts, form: Form | None) -> Iterator[Finding]:
    """What each policy blocks of what the page embeds.

    Args:
        page: the page.
        facts: of the service.
        form: the plain form, if the page has one.
    """
    # Looked for once: a page can have thousands of these, and of policies.
    address = page_address(page)
    script = next(iter(own_scripts(page, facts)), None)
    # The widget's own style goes through constructable style sheets, which no policy governs.
    linked = (s.url for s in page.stylesheets if s.at_work and origin(s.url) == facts.server)
    stylesheet = next(linked, None)
    for policy in page.policies:
        if page.elements or page.counts or script:
            yield from _widget(address, policy, facts, script)
        if form is not None and origin(form.action) == facts.server:
            yield from _form(address, policy, facts, form)
        if stylesheet is not None:
            yield from _stylesheet(address, policy, facts, stylesheet)


def _widget(address: str, policy: Policy, facts: Facts, script: Link | None) -> Iterator[Finding]:
    yield from _script(address, policy, facts, script)
    asked = f"{facts.server}/api/v1/sites/{facts.slug}/thread"
    if name := csp.blocked(policy, "connect-src", asked, address):
        yield Finding(
            Code.CSP_CONNECT,
            Severity.FAULT,
            N_(
                "{policy} ({directive}) keeps the page from asking {server} for comments.",
                policy=_where(policy),
                directive=name,
                server=facts.server,
            ),
            N_("Change the policy to say:"),
            csp.widened(policy, "connect-src", facts.server) + ";",
        )
    yield from _sandbox(policy)
    yield from _trusted_types(policy)


def _script(address: str, policy: Policy, facts: Facts, script: Link | None) -> Iterator[Finding]:
    given = script.attributes if script else {}
    url = script.url if script else f"{facts.server}/widget.js"
    tag = csp.ScriptTag(url, given.get("nonce", ""), given.get("integrity", ""))
    name = csp.blocked_script(policy, tag, address)
    if name is None:
        return
    sources = policy.directives[name]
    words = N_(
        "{policy} ({directive}) keeps the page from loading the widget’s script.",
        policy=_where(policy),
        directive=name,
    )
    if csp.wants_proof(sources):
        yield Finding(
            Code.CSP_SCRIPT,
            Severity.FAULT,
            Message.both(
                words,
                N_(
                    "It says 'strict-dynamic', so a script in the page’s source needs the nonce of "
                    "the answer that it is in."
                ),
            ),
            N_("Let what makes the page put its nonce there, new with every answer:"),
            facts.script.replace(" async", ' nonce="…" async'),
        )
        return
    if csp.has_nonces(sources):
        nonce = N_("A nonce on the script element would do as well.")
        words = Message.both(words, nonce)
    yield Finding(
        Code.CSP_SCRIPT,
        Severity.FAULT,
        words,
        N_("Change the policy to say:"),
        csp.widened(policy, "script-src-elem", facts.server) + ";",
    )


def _form(address: str, policy: Policy, facts: Facts, form: Form) -> Iterator[Finding]:
    if csp.blocked(policy, "form-action", form.action, address):
        yield Finding(
            Code.CSP_FORM,
            Severity.FAULT,
            N_(
                "{policy} (form-action) keeps the form from being sent to {server}.",
                policy=_where(policy),
                server=facts.server,
            ),
            N_("Change the policy to say:"),
            csp.widened(policy, "form-action", facts.server) + ";",
        )


def _stylesheet(address: str, policy: Policy, facts: Facts, url: str) -> Iterator[Finding]:
    if name := csp.blocked(policy, "style-src-elem", url, address):
        yield Finding(
            Code.CSP_STYLE,
            Severity.WARNING,
            N_(
                "{policy} ({directive}) keeps the page from loading the style of the comments that "
                "your server puts into it.",
                policy=_where(policy),
                directive=name,
            ),
            N_("Change the policy to say:"),
            csp.widened(policy, "style-src-elem", facts.server) + ";",
        )


def _sandbox(policy: Policy) -> Iterator[Finding]:
    flags = policy.directives.get("sandbox")
    wanted = ("allow-scripts", "allow-same-origin", "allow-forms")
    if flags is None or not (missing := [flag for flag in wanted if flag not in flags]):
        return
    yield Finding(
        Code.CSP_SANDBOX,
        Severity.FAULT,
        N_(
            "{policy} puts the page into a sandbox without {missing}, where the widget cannot "
            "work.",
            policy=_where(policy),
            missing=", ".join(missing),
        ),
        N_("Change the policy to say:"),
        " ".join(["sandbox", *flags, *missing]) + ";",
    )


def _trusted_types(policy: Policy) -> Iterator[Finding]:
    required = policy.directives.get("require-trusted-types-for", ())
    names = policy.directives.get("trusted-types")
    if "'script'" not in required or names is None:
        return
    if TRUSTED_TYPES_POLICY in names or "*" in names:
        return
    kept = [name for name in names if name.lower() != "'none'"]
    yield Finding(
        Code.CSP_TRUSTED_TYPES,
        Severity.FAULT,
        N_(
            "{policy} (trusted-types) does not know the widget’s policy for the HTML that it "
            "shows.",
            policy=_where(policy),
        ),
        N_("Change the policy to say:"),
        " ".join(["trusted-types", *kept, TRUSTED_TYPES_POLICY]) + ";",
    )


def _where(policy: Policy) -> str:
    if policy.in_meta:
        return N_("The Content Security Policy in the page’s head")
    return N_("The server’s Content-Security-Policy header")
