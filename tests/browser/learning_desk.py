"""A desk whose site has learned: comments that were judged, then decided, and kept judgements."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select, update

from moderation.domain.judgement import Judgement, Reason, to_evidence
from moderation.domain.signals import Symbol
from moderation.models import Membership, SignalRow, Site, db
from moderation.models.base import writing
from moderation.services import review
from tests.browser.desk import Desk
from tests.learning import learn

SPAM = "Cheap pills and a casino bonus for everybody who drove here this week"
KEPT = Judgement(
    probability=0.973,
    shipped_logit=2.31,
    site_logit=1.27,
    seen=42,
    version="2026-11-26",
    reasons=(
        Reason("text", "casino", 2.412),
        Reason("text", "cheap pills", 1.806),
        Reason("website", "cheap-pills.example", 1.204),
        Reason("name", "Casino Fan", 0.733),
        Reason("link", "bit.ly", 0.381),
        Reason("text", "drove", -0.902),
        Reason("fact", "the form was open for a minute", -0.514),
        Reason("text", "this week", -0.233),
    ),
    abuse_probability=0.93,
    abuse_reasons=(Reason("text", "everybody", 2.2), Reason("fact", "much in capitals", 0.4)),
)


def keep(desk: Desk, comment_id: int, judgement: Judgement, symbol: Symbol) -> None:
    """Let a comment's receipt say that it was judged so."""
    evidence = to_evidence(judgement)
    with desk.house.rows(), writing():
        kept = SignalRow.comment_id == comment_id
        advertising = SignalRow.symbol == Symbol.ADVERTISING
        db.session.execute(delete(SignalRow).where(kept, advertising))
        db.session.execute(
            update(SignalRow)
            .where(kept, SignalRow.check_name == "learned")
            .values(symbol=symbol, evidence=evidence, score=8.0 if "SPAM" in symbol else 0.0)
        )
        if judgement.abuse_reasons:
            row = db.session.scalars(select(SignalRow).where(kept)).first()
            assert row is not None
            told = {
                "probability": evidence["abuse"],
                "version": judgement.version,
                "reasons": evidence["abuse_reasons"],
            }
            values = {c.name: getattr(row, c.name) for c in SignalRow.__table__.columns}
            values |= {"id": None, "symbol": Symbol.ABUSE, "evidence": told, "score": 0.0}
            db.session.add(SignalRow(**values | {"check_name": "learned"}))


def teach(desk: Desk, moderator_id: int, count: int) -> None:
    """Have so many comments judged, and decided rather as they were judged."""
    made = desk.hold(count)
    for number, comment_id in enumerate(made):
        said = (number * 37 % 100 + 0.5) / 100
        is_spam = (number * 53 % 100) / 100 < said
        plain = replace(KEPT, probability=said, reasons=(), abuse_reasons=(), abuse_probability=0)
        keep(desk, comment_id, plain, Symbol.LEARNED_UNSURE)
        with desk.house.rows():
            comment = desk.house.comment(comment_id)
            review.decide(
                moderator_id,
                comment_id,
                "spam" if is_spam else "approve",
                revision=comment.revision,
                seen=comment.status,
                now=desk.house.clock() - timedelta(minutes=5),
            )
    learn(desk.house, wait=False)


def owner_of(desk: Desk) -> int:
    """The moderator who has signed in at the desk."""
    with desk.house.rows():
        found = db.session.scalar(
            select(Membership.moderator_id)
            .join(Site, Site.id == Membership.site_id)
            .where(Site.slug == desk.slug)
        )
    assert found is not None
    return found
