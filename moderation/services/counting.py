"""What comments' statuses mean for other rows: the counters of roots, threads, commenters, sites
and waves, and what a thread takes over from a published comment.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from moderation.domain.status import Status
from moderation.models import Comment, Commenter, SiteCount, Thread, WaveSite, db
from moderation.models.base import execute_each

_REFUSED = frozenset({Status.SPAM, Status.REJECTED})


def count(changes: Iterable[tuple[Comment, Status]]) -> None:
    """Bring every counter up to date, within the caller's transaction.

    Args:
        changes: comments as they were before, each with what it has become.
    """
    more = _More()
    for comment, after in changes:
        more.add(comment, after)
    more.write()


@dataclass(slots=True)
class _More:
    """How much more each counter has to have; `published` and `refused` by commenter."""

    replies: Counter[int] = field(default_factory=Counter)
    shown: Counter[int] = field(default_factory=Counter)
    published: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    sites: Counter[tuple[int, Status]] = field(default_factory=Counter)
    waves: Counter[tuple[int, int]] = field(default_factory=Counter)
    titles: dict[int, str] = field(default_factory=dict)
    numbered: list[Comment] = field(default_factory=list)

    def add(self, comment: Comment, after: Status) -> None:
        """Take a change in."""
        before = comment.status
        more = (after is Status.PUBLISHED) - (before is Status.PUBLISHED)
        if more:
            self.shown[comment.thread_id] += more
            self.published[comment.commenter_id] += more
            if comment.root_id is not None:
                self.replies[comment.root_id] += more
        if more > 0:
            self.titles.setdefault(comment.thread_id, comment.page_title)
        if after is Status.PUBLISHED and comment.post_id is not None:
            self.numbered.append(comment)
        self.refused[comment.commenter_id] += (after in _REFUSED) - (before in _REFUSED)
        if comment.wave_id is not None:
            held = (after is Status.HELD) - (before is Status.HELD)
            self.waves[comment.wave_id, comment.site_id] += held
        if after is not Status.PENDING:
            self.sites[comment.site_id, after] += 1
        if before is not Status.PENDING:
            self.sites[comment.site_id, before] -= 1

    def write(self) -> None:
        """Write it. Always in this order, and each kind by number, or two transactions could each
        wait for a row that the other holds. Sites and waves come last: their rows are everybody's.
        """
        execute_each(
            _COUNT_REPLY, [{"row": row, "shown": n} for row, n in sorted(self.replies.items())]
        )
        self._write_threads()
        self._write_commenters()
        execute_each(
            _COUNT_SITE[db.engine.dialect.name],
            [
                {"site_id": site_id, "status": status, "count": n}
                for (site_id, status), n in sorted(self.sites.items())
                if n
            ],
        )
        execute_each(
            _COUNT_WAVE,
            [
                {"of_wave": wave_id, "of_site": site_id, "more": n}
                for (wave_id, site_id), n in sorted(self.waves.items())
                if n
            ],
        )

    def _write_threads(self) -> None:
        execute_each(
            _COUNT_COMMENT,
            [
                {"row": row, "shown": n, "page_title": self.titles.get(row, "")}
                for row, n in sorted(self.shown.items())
            ],
        )
        for comment in self.numbered:
            _bind_number(comment)

    def _write_commenters(self) -> None:
        execute_each(
            _COUNT_STANDING,
            [
                {"row": row, "shown": self.published[row], "refused": self.refused[row]}
                for row in sorted(self.published.keys() | self.refused.keys())
                if self.published[row] or self.refused[row]
            ],
        )


def _bind_number(comment: Comment) -> None:
    """Let the thread be found by WordPress's number from now on, unless another is. Like the title,
    that is a reader's word, so it waits until a moderator or the policy published it.
    """
    taken = select(Thread.id).where(
        Thread.site_id == comment.site_id, Thread.post_id == comment.post_id
    )
    if db.session.scalar(taken) is None:
        db.session.execute(
            update(Thread)
            .where(Thread.id == comment.thread_id, Thread.post_id.is_(None))
            .values(post_id=comment.post_id),
            execution_options={"synchronize_session": False},
        )


_COUNT_REPLY = (
    update(Comment)
    .where(Comment.id == bindparam("row"))
    .values(published_replies=Comment.published_replies + bindparam("shown"))
)
_COUNT_COMMENT = (
    update(Thread)
    .where(Thread.id == bindparam("row"))
    .values(
        published_count=Thread.published_count + bindparam("shown"),
        version=Thread.version + 1,
        # A thread without a title takes over what a published comment tells of its page.
        title=case((func.length(Thread.title) > 0, Thread.title), else_=bindparam("page_title")),
    )
)
_COUNT_STANDING = (
    update(Commenter)
    .where(Commenter.id == bindparam("row"))
    .values(
        published_count=Commenter.published_count + bindparam("shown"),
        refused_count=Commenter.refused_count + bindparam("refused"),
    )
)
_COUNT_WAVE = (
    update(WaveSite)
    .where(WaveSite.wave_id == bindparam("of_wave"), WaveSite.site_id == bindparam("of_site"))
    .values(held=WaveSite.held + bindparam("more"))
)


def _count_site(dialect: Any) -> Any:
    row = dialect.insert(SiteCount)
    return row.on_conflict_do_update(
        index_elements=[SiteCount.site_id, SiteCount.status],
        set_={"count": SiteCount.count + row.excluded.count},
    )


_COUNT_SITE = {"sqlite": _count_site(sqlite), "postgresql": _count_site(postgresql)}
