"""The hosted thread page: a whole conversation and its form, complete without JavaScript."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.evidence import FormToken
from moderation.domain.page import page_of
from moderation.domain.site import SiteProfile
from moderation.domain.submission import MAX_TITLE, parse_submission
from moderation.domain.whole_number import whole_number
from moderation.errors import (
    DuplicateCommentError,
    InvalidSubmissionError,
    ModerationError,
    ParentNotFoundError,
    UnknownCommentError,
)
from moderation.privacy.tokens import FormStamp
from moderation.services.authoring import deletable, editable_until
from moderation.services.reading import (
    Node,
    OwnComment,
    ThreadPage,
    place_own,
    read_own,
    read_published,
    read_thread,
    walk,
)
from moderation.services.sites import find_thread
from moderation.services.submission import Accepted
from moderation.web import languages
from moderation.web.api import PUBLIC_STATUS, find_own
from moderation.web.doors import circumstances, read_form, refuse_foreign_origin, required_by
from moderation.web.errors import extra_headers, status_of
from moderation.web.languages import say
from moderation.web.links import thread_url
from moderation.web.runtime import runtime

bp = Blueprint("threads", __name__)

_PAGE = 50  # top comments
HONEYPOT = "contact_hours"  # a name that means nothing to a browser's autofill
_OURS = frozenset({HONEYPOT, "form_token", "remember"})


@dataclass(slots=True)
class Form:
    """The form as it is shown: what was typed, and what is wrong with it.

    Attributes:
        values: by field.
        faults: messages by field.
        message: what is wrong with the whole, or nothing.
        stamp: the signed time stamp.
    """

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    message: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class OwnForm:
    """The author's form that edits a comment, shown again.

    Attributes:
        message: what is wrong.
        text: what was typed; None: nothing, since it was the form that deletes.
    """

    message: str
    text: str | None


@bp.get("/t/<slug>")
def show(slug: str) -> Response:
    """The thread of a page, and the form."""
    site = runtime().sites.find(slug)
    page = page_of(request.args.get("url", ""), frozenset(site.origins))
    values = {"title": request.args.get("title", "")[:MAX_TITLE]}
    if parent := request.args.get("replytocom"):
        values["parent"] = parent
    return render_page(site, page, Form(values), own=_own(request.args.get("status")))


@bp.post("/t/<slug>")
def submit(slug: str) -> BaseResponse:
    """Take the form: back to the page with the comment awaiting, or with what is wrong.

    The page is the one that the form's field names; the address names it for the browser alone.
    """
    site = runtime().sites.find(slug)
    fields = read_form()
    return answer_form(site, "page", fields, {k: v for k, v in fields.items() if k not in _OURS})


def answer_form(
    site: SiteProfile, door: str, fields: dict[str, str], submitted: dict[str, str]
) -> BaseResponse:
    """Take a form's submission in, and answer with a page.

    Args:
        site: whose form it is.
        door: which one, for the record.
        fields: all that was sent: stamp and honeypot are read from it.
        submitted: the submission, by the schema's names.
    """
    try:
        accepted = _accept(site, door, fields, submitted)
    except ModerationError as error:
        return _show_again(site, fields, submitted, error)
    token = runtime().signer.sign_status_link(accepted.comment_id)
    anchor = f"comment-{accepted.comment_id}"
    there = thread_url(
        site, accepted.page_url, status=token, lang=languages.asked(), _anchor=anchor
    )
    response = redirect(there, HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _accept(
    site: SiteProfile, door: str, fields: dict[str, str], submitted: dict[str, str]
) -> Accepted:
    rt = runtime()
    now = rt.clock()
    refuse_foreign_origin(site, allow_null=True)
    stamp = rt.signer.read_form_stamp(site.site_id, fields.get("form_token"), now)
    submission = parse_submission(submitted, site.origins, required_by(site))
    how = circumstances(
        door,
        stamp,
        honeypot=bool(fields.get(HONEYPOT, "").strip()),
        idempotency_key=_key(stamp, submitted),
    )
    accepted = rt.submissions.accept(site, submission, how, now)
    if not accepted.replayed:
        rt.nudge(accepted.comment_id, accepted.revision)
    return accepted


def _key(stamp: FormStamp, submitted: dict[str, str]) -> str | None:
    """The same for a form sent twice, another for one that was changed in between: a reader who
    goes back and posts another comment from the same form means two.
    """
    if stamp.nonce is None:
        return None
    said = "\0".join(submitted.get(name, "").strip() for name in ("parent", "name", "comment"))
    return f"form:{stamp.nonce}:{sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _show_again(
    site: SiteProfile, fields: dict[str, str], submitted: dict[str, str], error: ModerationError
) -> Response:
    """The form once more, with everything that was typed."""
    form = Form(dict(submitted), message=say(error.message), stamp=_still_good(site, fields))
    own = None
    if isinstance(error, InvalidSubmissionError):
        form.faults = {fault.field: say(fault.message) for fault in error.faults}
    elif isinstance(error, ParentNotFoundError):
        form.values.pop("parent", None)  # what is sent next is a comment of its own
    elif isinstance(error, DuplicateCommentError) and error.own_comment_id is not None:
        own = read_own(error.own_comment_id)
    try:
        page = page_of(submitted.get("url", ""), frozenset(site.origins))
    except ModerationError:
        page = None
    response = render_page(site, page, form, own=own)
    response.status_code = status_of(error)
    response.headers.update(extra_headers(error))
    return response


def _still_good(site: SiteProfile, fields: dict[str, str]) -> str:
    stamp = fields.get("form_token", "")
    known = runtime().signer.read_form_stamp(site.site_id, stamp, runtime().clock())
    return stamp if known.token is FormToken.VALID else ""


def _own(token: str | None) -> OwnComment | None:
    if not token:
        return None
    try:
        return find_own(token)
    except UnknownCommentError:
        return None  # a link that has aged still shows the page


def render_page(
    site: SiteProfile,
    page: str | None,
    form: Form,
    *,
    own: OwnComment | None = None,
    own_form: OwnForm | None = None,
) -> Response:
    """The hosted page of `page`; of no page at all, the form alone (what was typed is not lost
    over an address that cannot be used).
    """
    rt = runtime()
    now = rt.clock()
    found = read_thread(
        find_thread(site, page) if page else None,
        site.policy,
        now,
        limit=_PAGE,
        cursor=request.args.get("cursor"),
    )
    if own is not None and (found.thread is None or own.thread.id != found.thread.id):
        own = None
    if own is not None and all(n.comment_id != own.node.comment_id for n in walk(found.nodes)):
        place_own(found.nodes, own.node)
    title = (found.thread.title if found.thread else "") or form.values.get("title", "")
    parent = _parent(found, form, site.policy.max_depth)
    if parent is None:
        form.values.pop("parent", None)
    html = render_template(
        "threads/page.html",
        site=site,
        page=page,
        title=title or (page or "").partition("://")[2],
        found=found,
        form=form,
        stamp=form.stamp or rt.signer.stamp_form(site.site_id, now),
        honeypot=HONEYPOT,
        parent=parent,
        own=own,
        own_status=PUBLIC_STATUS[own.status] if own else None,
        own_token=rt.signer.sign_status_link(own.node.comment_id) if own else None,
        own_form=own_form,
        **_own_may(own, now),
        max_depth=site.policy.max_depth,
    )
    return _page_response(html)


def _own_may(own: OwnComment | None, now: datetime) -> dict[str, bool]:
    """What the comment's author may do to it."""
    if own is None:
        return {"own_editable": False, "own_deletable": False}
    settings, created_at = own.site.settings, own.node.created_at
    return {
        "own_editable": editable_until(created_at, own.status, settings, now) is not None,
        "own_deletable": deletable(created_at, settings, now),
    }


def _parent(found: ThreadPage, form: Form, max_depth: int) -> Node | None:
    """The comment that the form replies to, wherever in the thread it stands."""
    wanted = whole_number(form.values.get("parent", ""))
    if found.thread is None or wanted is None:
        return None
    node = read_published(found.thread, wanted)
    return node if node is not None and node.depth <= max_depth else None


def _page_response(html: str) -> Response:
    response = Response(html, mimetype="text/html")
    # The page can hold what one reader typed or one author's pending comment.
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex" if "status" in request.args else "all"
    return response
