"""Rules, policy and their replay, on both databases."""

from flask.testing import FlaskClient
from sqlalchemy import select

from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Status
from moderation.models import Membership, Moderator, db
from moderation.services import replay, rulebook, rules
from moderation.services.rules import RuleDraft
from tests.factories import House

WORD = RuleDraft(RuleKind.WORD, RuleEffect.HOLD, "casino", "they come in waves")


def admin(
    house: House, email: str = "ada@example.com", sites: tuple[str, ...] = ("blog",)
) -> FlaskClient:
    """The browser of somebody who may change rules and policy."""
    browser = house.sign_in(email, sites)
    with house.rows():
        for membership in db.session.query(Membership).filter_by(moderator_id=account(email)):
            membership.role = SiteRole.ADMIN
        db.session.commit()
    return browser


def account(email: str = "ada@example.com") -> int:
    return db.session.scalars(select(Moderator.id).where(Moderator.email == email)).one()


def test_rulebook(house: House) -> None:
    admin(house)
    with house.rows():
        made = rules.add_rule(house.parts.vault, "blog", WORD, account(), house.clock())
        number = made.id
    house.publish(comment="A casino for you")
    house.publish(comment="Another casino for you")
    with house.rows():
        (listed,) = rulebook.read_rulebook(account(), "blog", house.clock()).rules
        assert (listed.rule.id, listed.added_by, listed.matches) == (number, "Ada", 2)
        found = replay.replay_rule(
            house.parts.vault,
            account(),
            "blog",
            RuleDraft(RuleKind.PATTERN, RuleEffect.SPAM, "cas.no"),
            house.clock(),
        )
        assert found.count(Status.SPAM) == 2
        assert found.moves == [(Status.HELD, Status.SPAM, 2)]
