"""What the classifier is told of a comment: the same when it is judged and when it teaches."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from moderation.domain.akismet_door import DOOR, TEST_DOOR
from moderation.domain.evidence import FormToken, Subject
from moderation.domain.language import language_of
from moderation.domain.site_settings import SiteSettings
from moderation.models import Comment, Site, SiteLearning, Thread, db

# Doors through which no form of ours came, and no reader's browser: that no stamp and no header did
# says nothing.
_WITHOUT_BROWSER = frozenset({"queue", "demo"})
_WITHOUT_FORM = _WITHOUT_BROWSER | {DOOR, TEST_DOOR}
_MOST_OF_PARENT = 2_000  # characters: echoes of more are none

_Parent = aliased(Comment, name="parent")
# What a reader's form tells of its page is the reader's word: only what a published comment told,
# which the thread then took over, is compared.
CONTEXT = (
    Thread.title.label("page_title"),
    _Parent.text.label("parent_text"),
    SiteLearning.language.label("site_language"),
)


def in_context(statement: Any) -> Any:
    """A statement that selects `CONTEXT` of a `Comment`, with the tables that hold it."""
    return (
        statement.join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(_Parent, _Parent.id == Comment.parent_id)
        .outerjoin(SiteLearning, SiteLearning.site_id == Comment.site_id)
    )


def make_subject(
    comment: Comment, text: str, language: str, context: Any, settings: SiteSettings
) -> Subject:
    """What the classifier is told.

    Args:
        comment: whatever revision it is in.
        text: of the revision in question.
        language: of that text.
        context: a row with `CONTEXT`.
        settings: of its site.
    """
    no_stamp = comment.form_token is FormToken.MISSING and comment.door in _WITHOUT_FORM
    by_browser = comment.door not in _WITHOUT_BROWSER
    site_language = settings.language or context.site_language or ""
    return Subject(
        text=text,
        name=comment.name,
        website=comment.website or "",
        email_class=comment.email_class,
        language=language,
        site_language=site_language.partition("-")[0],
        page_title=context.page_title,
        parent_text=(context.parent_text or "")[:_MOST_OF_PARENT],
        form_token=None if no_stamp else comment.form_token,
        form_seconds=comment.form_seconds,
        has_user_agent=bool(comment.user_agent) if by_browser else None,
    )


def subjects_of(texts: dict[int, str]) -> dict[int, Subject]:
    """By comment what the classifier is told, of the texts given."""
    rows = db.session.execute(_of(texts)).all()
    return {
        row.Comment.id: make_subject(
            row.Comment,
            texts[row.Comment.id],
            language_of(texts[row.Comment.id]),
            row,
            row.Site.settings,
        )
        for row in rows
    }


def _of(comment_ids: Collection[int]) -> Any:
    return in_context(select(Comment, Site, *CONTEXT).join(Site, Site.id == Comment.site_id)).where(
        Comment.id.in_(comment_ids)
    )
