"""What would be without a rule, tried before it is taken off, on both databases."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Status
from moderation.models import AuditEntry, SiteRule, db
from moderation.services import rules
from moderation.services.rules import RuleDraft
from tests.factories import House
from tests.integration.queueing import decide, id_of, post, signed_in


def add(house: House, word: str, kind: RuleKind = RuleKind.WORD) -> int:
    with house.rows():
        draft = RuleDraft(kind, RuleEffect.HOLD, word, "a note")
        return rules.add_rule(house.parts.vault, "blog", draft, None, house.clock()).id


def try_without(browser: FlaskClient, rule: int, site: str = "blog") -> TestResponse:
    return post(browser, f"/queue/rules/{site}/{rule}/remove", do="try")


def read(answer: TestResponse) -> str:
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", "", answer.text).split())


def test_it_tells_what_would_be_different_and_removes_nothing(house: House) -> None:
    browser = signed_in(house, "Ada", SiteRole.ADMIN)
    casino = add(house, "casino")
    add(house, "offer*")
    by_one = [house.publish(comment=f"A casino, the {n}th") for n in range(3)]
    by_both = house.publish(comment="An offer of a casino")
    house.publish(comment="Something else entirely")
    with house.rows():
        who = id_of("Ada")
        before = db.session.query(AuditEntry).count()
    text = read(try_without(browser, casino))

    assert "Without the rule: Word casino" in text
    assert "Would newly have published 3 of the last 5 comments; you refused none of these." in text
    assert [house.status(comment) for comment in (*by_one, by_both)] == [Status.HELD] * 4
    with house.rows():
        assert db.session.query(SiteRule).count() == 2
        assert db.session.query(AuditEntry).count() == before
    decide(house, who, by_one[0], "spam")
    assert "you refused 1 of these" in read(try_without(browser, casino))


def test_a_rule_that_decides_nothing_alone_would_not_be_missed(house: House) -> None:
    browser = signed_in(house, "Ada", SiteRole.ADMIN)
    troll = add(house, "troll@example.org", RuleKind.EMAIL)
    add(house, "casino")
    house.publish(email="troll@example.org", comment="A casino for you")
    text = read(try_without(browser, troll))

    assert "Without the rule: Commenter a note" in text
    assert "Nothing would have changed for any of the last 1 comment." in text
    assert "troll@example.org" not in text


def test_only_ones_own_sites_rules_are_tried(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    rule = add(house, "casino")
    plain = signed_in(house, "Ben", SiteRole.MODERATOR)
    stranger = signed_in(house, "Eve", SiteRole.ADMIN, ("shop",))

    assert try_without(plain, rule).status_code == 403
    assert try_without(stranger, rule).status_code == 404
    assert try_without(stranger, rule, "shop").status_code == 404
