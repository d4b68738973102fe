"""The demo site of a first start."""

from datetime import datetime, timedelta

from sqlalchemy import select

from moderation.demo_content import ARTICLE_PATH, ARTICLE_TITLE, REPLIES
from moderation.domain.network import parse_address
from moderation.domain.policy import PolicyMode
from moderation.domain.roles import SiteRole
from moderation.domain.submission import parse_submission
from moderation.models import Site, db
from moderation.models.group_commit import SingleWriter
from moderation.privacy.sealing import EmailVault
from moderation.services.accounts import add_moderator
from moderation.services.screening import approval_check, spam_check
from moderation.services.sites import add_site, find_site
from moderation.services.submission import Circumstances, SubmissionService

SLUG = "demo"
EMAIL = "moderator@example.com"


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
    origins = [_origin(port), f"http://localhost:{port}"]
    policy = {"mode": PolicyMode.PUBLISH_LOW_SCORE}
    add_site(SLUG, "The demo site", origins, policy, now)
    add_moderator(EMAIL, "Demo moderator", password_hash, [SLUG], SiteRole.OWNER, now)
    return EMAIL


def _origin(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def make_demo_replies(vault: EmailVault, port: int, now: datetime) -> None:
    """Make the article's two replies. They go the way of every comment: accepted, checked,
    concluded on.

    Args:
        vault: seals the repliers' addresses.
        port: where the article page is served.
        now: the time of the first start.
    """
    page = _origin(port) + ARTICLE_PATH
    service = SubmissionService(vault, SingleWriter(db.engine), timedelta(hours=1))
    site = find_site(SLUG)
    parent = None
    for age, reply in zip((timedelta(hours=3), timedelta(hours=1)), REPLIES, strict=True):
        fields = {
            "url": page,
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
