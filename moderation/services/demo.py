"""The demo site: made on a first start, and kept on the port where its article is served."""

from datetime import datetime, timedelta

from sqlalchemy import select

from moderation.demo_content import (
    ARTICLE_TITLE,
    DEMO_SLUG,
    REPLIES,
    article_url,
    demo_origins,
)
from moderation.domain.network import parse_address
from moderation.domain.page import key_of
from moderation.domain.policy import PolicyMode
from moderation.domain.roles import SiteRole
from moderation.domain.submission import parse_submission
from moderation.models import Site, Thread, db
from moderation.models.base import writing
from moderation.models.group_commit import SingleWriter
from moderation.privacy.sealing import EmailVault
from moderation.services.accounts import add_moderator
from moderation.services.approval import approval_check
from moderation.services.screening import spam_check
from moderation.services.sites import add_site, find_site
from moderation.services.submission import Circumstances, SubmissionService

EMAIL = "moderator@example.com"
_NAME = "The demo site"


def make_demo_site(port: int, password_hash: str, now: datetime) -> str | None:
    """Make a site and its moderator, where there is no site yet.

    Args:
        port: where the article page is served.
        password_hash: the moderator's.
        now: the time of the first start.

    Returns:
        The moderator's address, or None where a site was there already.
    """
    if db.session.scalar(select(Site.id).limit(1)) is not None:
        return None
    policy = {"mode": PolicyMode.PUBLISH_LOW_SCORE}
    add_site(DEMO_SLUG, _NAME, demo_origins(port), policy, now)
    add_moderator(
        EMAIL, "Demo moderator", password_hash, now, sites=[DEMO_SLUG], role=SiteRole.OWNER
    )
    return EMAIL


def move_demo_site(port: int) -> None:
    """Let the demo site, where there is one, follow its article to another port, threads and all.

    In one transaction; idempotent.

    Args:
        port: where the article page is served.
    """
    origins = demo_origins(port)
    with writing():
        site = db.session.scalar(select(Site).where(Site.slug == DEMO_SLUG, Site.name == _NAME))
        if site is None or site.origins == origins:
            return
        for thread in db.session.scalars(select(Thread).where(Thread.site_id == site.id)):
            for former, origin in zip(site.origins, origins, strict=False):
                if thread.url.startswith(f"{former}/"):
                    thread.url = origin + thread.url.removeprefix(former)
                    thread.key = key_of(thread.url)
                    break
        site.origins = origins


def make_demo_replies(vault: EmailVault, port: int, now: datetime) -> None:
    """Make the article's two replies. They go the way of every comment: accepted, checked,
    concluded on.

    Args:
        vault: seals the repliers' addresses.
        port: where the article page is served.
        now: the time of the first start.
    """
    service = SubmissionService(vault, SingleWriter(db.engine), timedelta(hours=1))
    site = find_site(DEMO_SLUG)
    parent = None
    for age, reply in zip((timedelta(hours=3), timedelta(hours=1)), REPLIES, strict=True):
        fields = {
            "url": article_url(port),
            "title": ARTICLE_TITLE,
            "name": reply.name,
            "email": reply.email,
            "website": reply.website,
            "comment": reply.text,
            "parent": parent,
        }
        how = Circumstances(door="demo", address=parse_address("127.0.0.1"))
        accepted = service.accept(site, parse_submission(fields, site.origins), how, now - age)
        spam_check(vault, accepted.comment_id, accepted.revision, now - age)
        approval_check(accepted.comment_id, accepted.revision, now - age)
        parent = accepted.comment_id
