"""Screening comments: the spam check."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from moderation.checks import run_all
from moderation.domain.akismet_door import TEST_DOOR
from moderation.domain.evidence import Evidence, Standing
from moderation.domain.language import language_of
from moderation.domain.markup import render
from moderation.domain.policy import SitePolicy
from moderation.domain.rules import Rule
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
    db,
)
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault
from moderation.services import waves
from moderation.services.added_checks import added_checks
from moderation.services.judging import judging
from moderation.services.receipts import Screened, store_signals
from moderation.services.remote.hearing import HAS_SERVICES, Unheard
from moderation.services.repeats import repeats_of
from moderation.services.rules import rules_of
from moderation.services.search import index_text
from moderation.services.subjects import CONTEXT, in_context, make_subject

_VELOCITY_WINDOW = timedelta(minutes=10)


def spam_check(vault: EmailVault, comment_id: int, revision: int, now: datetime) -> bool:
    """`Batch.spam_check` of one comment, and a look for a wave that it is of.

    Args:
        vault: indexes addresses.
        comment_id: which comment.
        revision: which of its revisions.
        now: when.

    Returns:
        Whether the revision awaits its approval check.
    """
    batch = Batch(vault, [(comment_id, revision)])
    if not batch.spam_check(comment_id, revision, now):
        return False
    waves.look_for([comment_id], now)
    return True


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is stored of a comment that was screened.

    Attributes:
        rendered: its HTML.
        language: of its text.
        signals: what the checks found.
        marks: its bands.
        hour: in which near-copies of it are looked for on all sites; None: nowhere.
    """

    rendered: str
    language: str
    signals: tuple[Signal, ...]
    marks: set[int]
    hour: int | None


class Batch:
    """Comments that come to a worker together: read at once, judged one by one, each in a
    transaction of its own. It is for now, not for keeping: what is read ages.

    Args:
        vault: indexes addresses.
        pairs: id and revision of each comment.

    Attributes:
        unheard: those of which other services are to be heard first.
    """

    def __init__(self, vault: EmailVault, pairs: Iterable[tuple[int, int]]) -> None:
        self.unheard: list[Unheard] = []
        self._vault = vault
        self._subjects = _subjects(comment_id for comment_id, _ in pairs)
        self._rules: dict[int, tuple[Rule, ...]] = {}

    def spam_check(self, comment_id: int, revision: int, now: datetime) -> bool:
        """Gather evidence on a revision, run every check, store what they found. The caller then
        looks for waves.

        Idempotent: findings are stored once for each revision, in one transaction with the claim.
        What its author edited while it was held is screened too, for whoever decides on it. Where
        the site wants others asked, that comes first (`remote.hearing.hear`).

        Returns:
            Whether the revision awaits its approval check.
        """
        found = self._subjects.get(comment_id)
        if found is None or not found.Comment.is_judged_in(revision):
            return False
        comment = found.Comment
        if comment.screened_at is not None:
            return True
        if found.has_services and comment.heard_revision != revision:
            self.unheard.append(Unheard(comment.site_id, comment.id, revision))
            return False
        self._screen(found, now)
        return True

    def _rules_of(self, site_id: int) -> tuple[Rule, ...]:
        if site_id not in self._rules:
            self._rules[site_id] = rules_of(self._vault, site_id)
        return self._rules[site_id]

    def _screen(self, found: Any, now: datetime) -> None:
        """Run the checks on a comment and store what they found."""
        comment, policy = found.Comment, found.Site.policy
        rendered = render(comment.text, found.Site.settings.markup)
        grams = shingles(comment.text)
        marks = set(bands(grams))
        language = language_of(comment.text)
        subject = make_subject(comment, comment.text, language, found, found.Site.settings)
        evidence = Evidence(
            now=now,
            rendered=rendered,
            repeats=repeats_of(comment, grams, marks),
            rules=self._rules_of(comment.site_id),
            max_links=policy.max_links,
            judgement=judging.judge(subject, found.digest, found.site_kind or ""),
            thresholds=policy.thresholds,
            **_known(comment, found.Commenter, policy, now),
        )
        signals = run_all(evidence, time.perf_counter)
        if added := added_checks().checks:
            signals += run_all(evidence, time.perf_counter, added)
        looked_for = (
            can_be_of_a_wave(grams, has_link="<a " in rendered)
            and not comment.by_site
            and comment.door != TEST_DOOR
        )
        hour = waves.hour_of(now) if looked_for else None
        _store(comment, _Findings(rendered, language, signals, marks, hour), now)


def _subjects(comment_ids: Iterable[int]) -> dict[int, Any]:
    """By number, comments with their sites and commenters as they are now. They belong to no
    session: the transactions that follow would else have each read again.
    """
    db.session.rollback()
    rows = db.session.execute(_SELECT_SUBJECTS, {"comment_ids": list(comment_ids)}).all()
    db.session.expunge_all()
    return {row.Comment.id: row for row in rows}


def _store(comment: Comment, found: _Findings, now: datetime) -> None:
    with writing():
        claimed = db.session.connection().execute(
            _CLAIM,
            {
                "row": comment.id,
                "seen_revision": comment.revision,
                "seen_status": comment.status,
                "rendered": found.rendered,
                "screened_at": now,
                "language": found.language,
            },
        )
        if not claimed.rowcount:
            return
        screened = Screened.of(comment)
        store_signals((screened, signal) for signal in found.signals)
        if comment.revision == 1:  # an edit has entered its text itself
            index_text(comment.id, comment.name, comment.text)
        else:
            _lead_by_this_text(comment)
        row = {"comment_id": comment.id, "site_id": comment.site_id, "hour": found.hour}
        db.session.connection().execute(
            _INSERT_FINGERPRINT, [row | {"band": mark} for mark in found.marks]
        )


def _lead_by_this_text(comment: Comment) -> None:
    """What a former text showed leads to the comment no more; what others said of this one does."""
    db.session.execute(delete(Fingerprint).where(Fingerprint.comment_id == comment.id))
    former, this = (SignalRow.revision < comment.revision, SignalRow.revision == comment.revision)
    for signals, status in ((former, Status.PENDING), (this, comment.status)):
        db.session.execute(
            update(SignalRow)
            .where(SignalRow.comment_id == comment.id, signals)
            .values(status=status),
            execution_options={"synchronize_session": False},
        )


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
# What was learned goes with the kind that it was learned beside.
_SITE_KIND = case(
    (SiteModel.digest.is_(None), SiteLearning.kind), else_=SiteLearning.folded_kind
).label("site_kind")
_SELECT_SUBJECTS = (
    in_context(
        select(Comment, Site, Commenter, SiteModel.digest, _SITE_KIND, HAS_SERVICES, *CONTEXT)
        .join(Site, Site.id == Comment.site_id)
        .join(Commenter, Commenter.id == Comment.commenter_id)
    )
    .outerjoin(SiteModel, SiteModel.id == SiteLearning.model_id)
    .where(Comment.id.in_(bindparam("comment_ids", expanding=True)))
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
