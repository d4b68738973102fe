"""Judging a pending comment: spam check, approval check, and the sweeper behind both."""

import time
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, union_all, update

from moderation.checks import run_all
from moderation.domain.evidence import Evidence, Repeat, Standing
from moderation.domain.markup import render
from moderation.domain.network import parse_range
from moderation.domain.policy import Verdict, VerdictRule, decide
from moderation.domain.rules import Rule, RuleKind
from moderation.domain.signals import Signal
from moderation.domain.status import Actor, Status
from moderation.domain.text import bands, shingles, similarity
from moderation.models import Comment, Commenter, Fingerprint, SignalRow, Site, SiteRule, db
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault
from moderation.services.transitions import Change, change_status

_VELOCITY_WINDOW = timedelta(minutes=10)
_REPEAT_WINDOW = timedelta(days=30)
_CANDIDATES_PER_BAND = 10  # the newest; more copies than that are a wave already
_SWEPT_AT_ONCE = 500  # rows; a short transaction leaves the doors their turn


def spam_check(vault: EmailVault, comment_id: int, revision: int, now: datetime) -> bool:
    """Gather evidence on a revision, run every check, store what they found.

    Idempotent: findings are stored once for each revision, in one transaction with the claim.

    Returns:
        Whether the revision awaits its approval check.
    """
    db.session.rollback()  # look at the comment as it is now
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.revision != revision or comment.status is not Status.PENDING:
        return False
    if comment.screened_at is not None:
        return True
    grams = shingles(comment.text)
    marks = set(bands(grams))
    rendered = render(comment.text)
    evidence = _gather(vault, comment, rendered, grams, marks, now)
    site_id = comment.site_id
    signals = run_all(evidence, time.perf_counter)
    with writing():
        claimed = db.session.execute(
            update(Comment)
            .where(*_is_pending(comment_id, revision), Comment.screened_at.is_(None))
            .values(rendered=rendered, screened_at=now)
            .execution_options(synchronize_session=False)
        )
        if claimed.rowcount:  # type: ignore[attr-defined]
            _store(comment_id, revision, site_id, signals, marks)
    return True


def approval_check(comment_id: int, revision: int, now: datetime) -> Verdict | None:
    """Conclude on a screened revision: verdict, status and audit row in one transaction.

    Idempotent: only a comment that is still pending in this revision is concluded on.

    Returns:
        The verdict, or None where there was nothing to conclude.
    """
    with writing():
        comment = db.session.scalar(
            select(Comment)
            .where(*_is_pending(comment_id, revision), Comment.screened_at.is_not(None))
            .with_for_update()
        )
        if comment is None:
            return None
        site = db.session.get_one(Site, comment.site_id)
        verdict = decide(load_signals(comment_id, revision), site.policy)
        _conclude(comment, verdict, now)
        return verdict


def sweep(now: datetime, sweep_after: timedelta, max_attempts: int) -> tuple[tuple[int, int], ...]:
    """Look after what has been pending for too long.

    Each time the wait doubles; after `max_attempts` the comment is HELD, with the reason, since a
    comment that ends every worker that touches it must not go round for ever.

    Returns:
        Id and revision of the comments to hand to the workers again.
    """
    again = []
    with writing():
        due = db.session.scalars(
            select(Comment)
            .where(Comment.status == Status.PENDING, Comment.sweep_at <= now)
            .order_by(Comment.sweep_at)
            .limit(_SWEPT_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for comment in due:
            if comment.attempts >= max_attempts:
                verdict = Verdict(Status.HELD, VerdictRule.SCREENING_FAILED, 0.0)
                _conclude(comment, verdict, now)
                continue
            comment.attempts += 1
            comment.sweep_at = now + sweep_after * 2**comment.attempts
            again.append((comment.id, comment.revision))
    return tuple(again)


def load_signals(comment_id: int, revision: int) -> tuple[Signal, ...]:
    """The stored signals of a revision, in the order in which the checks found them."""
    rows = db.session.scalars(
        select(SignalRow)
        .where(SignalRow.comment_id == comment_id, SignalRow.revision == revision)
        .order_by(SignalRow.id)
    )
    return tuple(
        Signal(r.symbol, r.score, r.evidence, r.check_name, r.version, r.duration_us) for r in rows
    )


def _is_pending(comment_id: int, revision: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Comment.id == comment_id,
        Comment.revision == revision,
        Comment.status == Status.PENDING,
    )


def _store(
    comment_id: int, revision: int, site_id: int, signals: tuple[Signal, ...], marks: set[int]
) -> None:
    rows = [
        {
            "comment_id": comment_id,
            "revision": revision,
            "symbol": signal.symbol,
            "check_name": signal.check,
            "version": signal.version,
            "score": signal.score,
            "evidence": dict(signal.evidence),
            "duration_us": signal.duration_us,
        }
        for signal in signals
    ]
    if rows:
        db.session.execute(insert(SignalRow), rows)
    db.session.execute(delete(Fingerprint).where(Fingerprint.comment_id == comment_id))
    db.session.execute(
        insert(Fingerprint),
        [{"comment_id": comment_id, "band": mark, "site_id": site_id} for mark in marks],
    )


def _conclude(comment: Comment, verdict: Verdict, now: datetime) -> None:
    comment.verdict_rule, comment.score = verdict.rule, verdict.score
    db.session.flush()
    details = {"score": verdict.score}
    change = Change(verdict.status, Actor.MACHINE, verdict.rule.value, details=details)
    change_status(comment, change, now)


def _gather(  # noqa: PLR0917 -- each is worked out once, by the caller
    vault: EmailVault,
    comment: Comment,
    rendered: str,
    grams: frozenset[str],
    marks: set[int],
    now: datetime,
) -> Evidence:
    site = db.session.get_one(Site, comment.site_id)
    commenter = db.session.get_one(Commenter, comment.commenter_id)
    return Evidence(
        now=now,
        text=comment.text,
        rendered=rendered,
        name=comment.name,
        website=comment.website,
        form_token=comment.form_token,
        form_seconds=comment.form_seconds,
        honeypot=comment.honeypot,
        network=comment.network,
        network_index=comment.network_index,
        email_index=commenter.email_index,
        email_domain_index=commenter.email_domain_index,
        rules=_rules(vault, comment.site_id),
        max_links=site.policy.max_links,
        repeats=_repeats(comment, grams, marks),
        network_recent=_recent(comment, Comment.network == comment.network),
        commenter_recent=_recent(comment, Comment.commenter_id == comment.commenter_id),
        standing=_standing(comment, commenter),
    )


def _rules(vault: EmailVault, site_id: int) -> tuple[Rule, ...]:
    rows = db.session.scalars(select(SiteRule).where(SiteRule.site_id == site_id))
    return tuple(
        Rule(row.id, row.kind, row.effect, row.value, _indexes(vault, row)) for row in rows
    )


def _indexes(vault: EmailVault, row: SiteRule) -> frozenset[bytes]:
    match row.kind:
        case RuleKind.EMAIL:
            return frozenset({row.email_index})
        case RuleKind.DOMAIN:
            return frozenset({vault.domain_index(row.site_id, row.value)})
        case RuleKind.IP_RANGE:
            return vault.network_indexes(row.site_id, parse_range(row.value))
        case RuleKind.WORD:
            return frozenset()


def _repeats(comment: Comment, grams: frozenset[str], marks: set[int]) -> tuple[Repeat, ...]:
    """Earlier comments of the site that share a band, compared in full. Only earlier ones, so that
    of two copies the first is not held for the second.
    """
    newest = [
        select(Fingerprint.comment_id)
        .where(
            Fingerprint.site_id == comment.site_id,
            Fingerprint.band == mark,
            Fingerprint.comment_id < comment.id,
        )
        .order_by(Fingerprint.comment_id.desc())
        .limit(_CANDIDATES_PER_BAND)
        .subquery()
        for mark in marks
    ]
    candidates = db.session.execute(
        select(Comment.id, Comment.thread_id, Comment.commenter_id, Comment.text).where(
            Comment.id.in_(union_all(*(select(part.c.comment_id) for part in newest))),
            Comment.created_at > comment.created_at - _REPEAT_WINDOW,
            Comment.status != Status.DELETED,
        )
    )
    repeats = (
        Repeat(
            comment_id=row.id,
            same_thread=row.thread_id == comment.thread_id,
            same_commenter=row.commenter_id == comment.commenter_id,
            similarity=similarity(grams, shingles(row.text)),
        )
        for row in candidates
    )
    return tuple(sorted(repeats, key=lambda repeat: -repeat.similarity))


def _recent(comment: Comment, among: ColumnElement[bool]) -> int:
    count = select(func.count()).select_from(Comment)
    within = Comment.created_at.between(comment.created_at - _VELOCITY_WINDOW, comment.created_at)
    return db.session.scalar(count.where(Comment.site_id == comment.site_id, among, within)) or 0


def _standing(comment: Comment, commenter: Commenter) -> Standing:
    same_name = db.session.scalar(
        select(Comment.id)
        .where(
            Comment.commenter_id == commenter.id,
            Comment.status == Status.PUBLISHED,
            Comment.name == comment.name,
        )
        .limit(1)
    )
    return Standing(commenter.published_count, same_name is not None, commenter.refused_count)
