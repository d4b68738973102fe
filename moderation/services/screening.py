"""Judging a pending comment: spam check, approval check, and the sweeper behind both."""

import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from moderation.checks import run_all
from moderation.domain.evidence import Evidence, Standing
from moderation.domain.language import language_of
from moderation.domain.markup import render
from moderation.domain.policy import SitePolicy, Verdict, VerdictRule, decide, elsewhere
from moderation.domain.signals import Signal
from moderation.domain.status import Status
from moderation.domain.text import bands, shingles
from moderation.domain.waves import WINDOW, can_be_of_a_wave, tension
from moderation.models import (
    Comment,
    Commenter,
    Fingerprint,
    SignalRow,
    Site,
    SiteLearning,
    SiteModel,
    Thread,
    db,
)
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault
from moderation.services import waves
from moderation.services.added_checks import added_checks
from moderation.services.judging import judging
from moderation.services.receipts import Screened, load_signals, store_signals
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.hearing import hear
from moderation.services.repeats import repeats_of
from moderation.services.rules import rules_of
from moderation.services.search import index_text
from moderation.services.subjects import CONTEXT, in_context, make_subject
from moderation.services.transitions import conclude

_VELOCITY_WINDOW = timedelta(minutes=10)
_SWEPT_AT_ONCE = 500  # rows; a short transaction leaves the doors their turn


def spam_check(
    vault: EmailVault,
    comment_id: int,
    revision: int,
    now: datetime,
    services: RemoteChecks | None = None,
) -> bool:
    """Gather evidence on a revision, run every check, store what they found.

    Idempotent: findings are stored once for each revision, in one transaction with the claim. What
    its author edited while it was held is screened too, for whoever decides on it. Other services
    are asked before that, outside of any transaction.

    Args:
        vault: indexes addresses.
        comment_id: which comment.
        revision: which of its revisions.
        now: when.
        services: asks those that the comment's site has turned on; None: nobody is asked.

    Returns:
        Whether the revision awaits its approval check.
    """
    found = _subject(comment_id, revision)
    if found is None:
        return False
    if found.Comment.screened_at is not None:
        _look_for_a_wave(found.Comment, now)
        return True
    rendered = render(found.Comment.text, found.Site.settings.markup)
    heard = hear(services, found, rendered, now)
    if heard is None:
        return False
    if heard.asked:  # the comment may have changed meanwhile, or another worker been quicker
        found = _subject(comment_id, revision)
        if found is None or found.Comment.screened_at is not None:
            return found is not None
    _screen(vault, found, rendered, heard.signals, now)
    return True


def _look_for_a_wave(comment: Comment, now: datetime) -> None:
    """What a worker that died before it had looked for one left to do."""
    if _is_looked_for(comment.id):
        grams = shingles(comment.text)
        waves.gather(waves.subject_of(comment, grams, set(bands(grams))), now)


def _screen(
    vault: EmailVault, found: Any, rendered: str, heard: tuple[Signal, ...], now: datetime
) -> None:
    """Run the checks on a comment and store what they found with what was heard."""
    comment = found.Comment
    grams = shingles(comment.text)
    marks = set(bands(grams))
    subject = waves.subject_of(comment, grams, marks)
    screened = Screened.of(comment)
    name, text = comment.name, comment.text
    policy, language = found.Site.policy, language_of(text)
    judged = make_subject(comment, text, language, found, found.Site.settings)
    looked_for = can_be_of_a_wave(grams, has_link="<a " in rendered) and not comment.by_site
    hour = waves.hour_of(now) if looked_for else None
    evidence = Evidence(
        now=now,
        rendered=rendered,
        repeats=repeats_of(comment, grams, marks),
        rules=rules_of(vault, screened.site_id),
        max_links=policy.max_links,
        judgement=judging.judge(judged, found.digest),
        thresholds=policy.thresholds,
        **_known(comment, found.Commenter, policy, now),
    )
    signals = run_all(evidence, time.perf_counter) + heard
    if added := added_checks().checks:
        signals += run_all(evidence, time.perf_counter, added)
    with writing():
        claimed = db.session.connection().execute(
            _CLAIM,
            {
                "row": screened.id,
                "seen_revision": screened.revision,
                "seen_status": screened.status,
                "rendered": rendered,
                "screened_at": now,
                "language": language,
            },
        )
        if claimed.rowcount:
            _store(screened, signals, marks, hour)
            if screened.revision == 1:  # an edit has entered its text itself
                index_text(screened.id, name, text)
    if looked_for:
        waves.gather(subject, now)


def _subject(comment_id: int, revision: int) -> Any:
    """Comment, site and commenter as they are now, where there is something to judge."""
    db.session.rollback()
    found = db.session.execute(_SELECT_SUBJECT, {"comment_id": comment_id}).one_or_none()
    if found is None or found.Comment.revision != revision:
        return None
    comment = found.Comment
    judged = comment.status is Status.PENDING or _is_edited_and_held(comment)
    return found if judged else None


def approval_check(comment_id: int, revision: int, now: datetime) -> Verdict | None:
    """Conclude on a screened revision: verdict, status and audit row in one transaction.

    Idempotent: only a comment that is still pending in this revision is concluded on. One that was
    edited while it was held stays so, whatever the signals of its new text say: a person decides.
    Only what is told of it is brought up to date.

    Returns:
        The verdict, or None where there was nothing to conclude.
    """
    with writing():
        found = db.session.execute(
            _SELECT_SCREENED, {"comment_id": comment_id, "revision": revision}
        ).one_or_none()
        if found is None:
            return None
        policy = elsewhere(found.Site.policy) if found.elsewhere else found.Site.policy
        verdict = decide(load_signals(comment_id, revision), policy)
        if found.Comment.status is Status.HELD:
            _tell_anew(found.Comment, verdict)
            return None
        conclude(found.Comment, verdict, now)
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
                conclude(comment, verdict, now)
                continue
            comment.attempts += 1
            comment.sweep_at = now + sweep_after * 2**comment.attempts
            again.append((comment.id, comment.revision))
    return tuple(again)


def _store(
    screened: Screened, signals: tuple[Signal, ...], marks: set[int], hour: int | None
) -> None:
    store_signals((screened, signal) for signal in signals)
    if screened.revision > 1:
        db.session.execute(delete(Fingerprint).where(Fingerprint.comment_id == screened.id))
        # What a former text showed leads to the comment no more.
        db.session.execute(
            update(SignalRow)
            .where(SignalRow.comment_id == screened.id, SignalRow.revision < screened.revision)
            .values(status=Status.PENDING),
            execution_options={"synchronize_session": False},
        )
    db.session.connection().execute(
        _INSERT_FINGERPRINT,
        [
            {"comment_id": screened.id, "band": mark, "site_id": screened.site_id, "hour": hour}
            for mark in marks
        ],
    )


def _is_looked_for(comment_id: int) -> bool:
    own = select(Fingerprint.band).where(
        Fingerprint.comment_id == comment_id, Fingerprint.hour.is_not(None)
    )
    return db.session.scalar(own.limit(1)) is not None


def _is_edited_and_held(comment: Comment) -> bool:
    return comment.status is Status.HELD and comment.revision > 1


def _tell_anew(comment: Comment, verdict: Verdict) -> None:
    comment.score = verdict.score
    # Why it is held stays true where its new text gives no reason, and where readers gave theirs.
    stays = verdict.status is Status.PUBLISHED or comment.verdict_rule is VerdictRule.REPORTED
    comment.verdict_rule = comment.verdict_rule if stays else verdict.rule


def _known(
    comment: Comment, commenter: Commenter, policy: SitePolicy, now: datetime
) -> dict[str, Any]:
    """The evidence that the tables hold about a comment and whoever sent it."""
    counts = (
        db.session.connection()
        .execute(
            _SELECT_COUNTS,
            {
                "site_id": comment.site_id,
                "network": comment.network,
                "commenter_id": comment.commenter_id,
                "name": comment.name,
                "since": comment.created_at - _VELOCITY_WINDOW,
                "until": comment.created_at,
                "wave_since": now - WINDOW,
            },
        )
        .one()
    )
    standing = Standing(commenter.published_count, counts.same_name is not None, counts.refused)
    return {
        "text": comment.text,
        "name": comment.name,
        "website": comment.website,
        "form_token": comment.form_token,
        "form_seconds": comment.form_seconds,
        "honeypot": comment.honeypot,
        "network": comment.network,
        "network_index": comment.network_index,
        "email_index": commenter.email_index,
        "email_domain_index": commenter.email_domain_index,
        "network_recent": counts.network_recent,
        "commenter_recent": counts.commenter_recent,
        "standing": standing,
        "tension": tension(policy.hold_at, counts.latest_of_waves, now),
    }


def _count_recent(*among: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many comments came in the ten minutes up to one."""
    within = Comment.created_at.between(bindparam("since"), bindparam("until"))
    return select(func.count()).select_from(Comment).where(*among, within).scalar_subquery()


_CLAIM = (
    update(Comment)
    .where(
        Comment.id == bindparam("row"),
        Comment.revision == bindparam("seen_revision"),
        Comment.status == bindparam("seen_status"),
        Comment.screened_at.is_(None),
    )
    .values(
        {
            "rendered": bindparam("rendered"),
            "screened_at": bindparam("screened_at"),
            "language": bindparam("language"),
            "screened_revision": Comment.revision,
        }
    )
)
_INSERT_FINGERPRINT = insert(Fingerprint)
_SAME_COMMENTER_AND_NETWORK = (
    Comment.commenter_id == bindparam("commenter_id"),
    Comment.network == bindparam("network"),
)
_SELECT_SUBJECT = (
    in_context(
        select(Comment, Site, Commenter, SiteModel.digest, *CONTEXT)
        .join(Site, Site.id == Comment.site_id)
        .join(Commenter, Commenter.id == Comment.commenter_id)
    )
    .outerjoin(SiteModel, SiteModel.id == SiteLearning.model_id)
    .where(Comment.id == bindparam("comment_id"))
)
_SELECT_SCREENED = (
    select(Comment, Site, Thread.elsewhere)
    .join(Site, Site.id == Comment.site_id)
    .join(Thread, Thread.id == Comment.thread_id)
    .where(
        Comment.id == bindparam("comment_id"),
        Comment.revision == bindparam("revision"),
        or_(
            Comment.status == Status.PENDING,
            and_(Comment.status == Status.HELD, Comment.revision > 1),
        ),
        Comment.screened_revision == Comment.revision,
        Comment.screened_at.is_not(None),
    )
    .with_for_update(of=Comment, key_share=True)
)


_SELECT_COUNTS = select(
    _count_recent(
        Comment.site_id == bindparam("site_id"), Comment.network == bindparam("network")
    ).label("network_recent"),
    _count_recent(*_SAME_COMMENTER_AND_NETWORK).label("commenter_recent"),
    select(func.count())
    .select_from(Comment)
    .where(*_SAME_COMMENTER_AND_NETWORK, Comment.status.in_((Status.SPAM, Status.REJECTED)))
    .scalar_subquery()
    .label("refused"),
    select(Comment.id)
    .where(
        Comment.commenter_id == bindparam("commenter_id"),
        Comment.status == Status.PUBLISHED,
        Comment.name == bindparam("name"),
    )
    .limit(1)
    .scalar_subquery()
    .label("same_name"),
    waves.latest_on_site(bindparam("site_id"), bindparam("wave_since"))
    .scalar_subquery()
    .label("latest_of_waves"),
)
