"""An author's forms on the hosted page: edit and delete, complete without JavaScript. The private
link's token in the form is the credential.
"""

from http import HTTPStatus

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.whole_number import whole_number
from moderation.errors import (
    InvalidInputError,
    InvalidSubmissionError,
    ModerationError,
    UnknownCommentError,
)
from moderation.services.reading import OwnComment
from moderation.web import languages
from moderation.web.api import find_own
from moderation.web.doors import read_form, refuse_foreign_origin
from moderation.web.errors import extra_headers, status_of
from moderation.web.languages import say
from moderation.web.links import own_page_url, thread_url
from moderation.web.own import delete_own, edit_own
from moderation.web.threads import Form, OwnForm, render_page

bp = Blueprint("own_page", __name__)


@bp.post("/t/<slug>/own/edit")
def edit(slug: str) -> BaseResponse:
    """Take the author's other words: back to the page, or with what is wrong."""
    fields = read_form()
    own = _own(slug, fields)
    text = fields.get("comment", "")
    try:
        edit_own(own, text, _revision(fields))
    except ModerationError as error:
        return _show_again(fields, text, error)
    return _lead(own_page_url(own, fields["token"]))


@bp.post("/t/<slug>/own/delete")
def delete(slug: str) -> BaseResponse:
    """Delete the author's comment."""
    fields = read_form()
    own = _own(slug, fields)
    try:
        delete_own(own)
    except ModerationError as error:
        return _show_again(fields, None, error)
    return _lead(thread_url(own.site, own.thread.url, done="deleted", lang=languages.asked()))


def _own(slug: str, fields: dict[str, str]) -> OwnComment:
    own = find_own(fields.get("token", ""))
    if own.site.slug != slug:
        raise UnknownCommentError("This comment is not on this site.")
    refuse_foreign_origin(own.site, allow_null=True)
    return own


def _revision(fields: dict[str, str]) -> int:
    revision = whole_number(fields.get("revision", ""), 2**31 - 1)
    if revision is None:
        raise InvalidInputError("The form is not whole. Please reload the page.")
    return revision


def _show_again(fields: dict[str, str], text: str | None, error: ModerationError) -> Response:
    """The page once more, with what was typed, beside the comment as it is now."""
    # Looked at anew, since the fault may be that it has changed. One that is gone has no page.
    own = find_own(fields["token"])
    told = error.faults[0].message if isinstance(error, InvalidSubmissionError) else error.message
    response = render_page(
        own.site, own.thread.url, Form(), own=own, own_form=OwnForm(say(told), text)
    )
    response.status_code = status_of(error)
    response.headers.update(extra_headers(error))
    return response


def _lead(there: str) -> BaseResponse:
    response = redirect(there, HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response
