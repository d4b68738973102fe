"""Addresses that are handed out."""

from typing import Any

from flask import url_for

from moderation.domain.site import SiteProfile
from moderation.services.reading import OwnComment
from moderation.web.runtime import runtime


def absolute(endpoint: str, **values: Any) -> str:
    """The public address of an endpoint: under MODERATION_PUBLIC_URL where that is set, else under
    the host that was asked.
    """
    public = runtime().settings.public_url
    if public is None:
        return url_for(endpoint, _external=True, **values)
    return public + url_for(endpoint, _external=False, **values)


def status_url(comment_id: int) -> str:
    """The author's private link to a comment."""
    return absolute("api.status", token=runtime().signer.sign_status_link(comment_id))


def thread_url(site: SiteProfile, page: str, **values: Any) -> str:
    """The hosted thread page of a page. Readers' pages only; the queue is mounted elsewhere."""
    return url_for("threads.show", slug=site.slug, url=page, **values)


def own_page_url(own: OwnComment, token: str) -> str:
    """The hosted thread page as the comment's author sees it."""
    return thread_url(
        own.site, own.thread.url, status=token, _anchor=f"comment-{own.node.comment_id}"
    )
