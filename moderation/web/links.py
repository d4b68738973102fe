"""Addresses that are handed out."""

from typing import Any

from flask import request, url_for

from moderation.domain.site import SiteProfile
from moderation.services.reading import OwnComment
from moderation.web import languages
from moderation.web.runtime import runtime

STATUS_PATH = "/api/v1/status"  # where `api.status` is


def status_url(comment_id: int) -> str:
    """The author's private link to a comment: under MODERATION_PUBLIC_URL where that is set, else
    under the address that was asked.
    """
    return f"{public_root()}{STATUS_PATH}/{runtime().signer.sign_status_link(comment_id)}"


def public_root() -> str:
    """How readers reach us, without a slash at its end."""
    # Put together by hand: every accepted comment gets it, and `url_for` and `root_url` take their
    # time.
    return runtime().settings.public_url or f"{request.scheme}://{request.host}"


def thread_url(site: SiteProfile, page: str, **values: Any) -> str:
    """The hosted thread page of a page. Readers' pages only; the queue is mounted elsewhere."""
    return url_for("threads.show", slug=site.slug, url=page, **values)


def own_page_url(own: OwnComment, token: str) -> str:
    """The hosted thread page as the comment's author sees it."""
    anchor = f"comment-{own.node.comment_id}"
    return thread_url(
        own.site, own.thread.url, status=token, lang=languages.asked(), _anchor=anchor
    )
