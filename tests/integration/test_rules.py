"""Rules, policy and their replay, on both databases."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from moderation.domain.actions import Action
from moderation.domain.policy import SitePolicy
from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Actor, Status
from moderation.errors import AlreadyExistsError, InvalidInputError, UnknownRuleError
from moderation.models import AuditEntry, Comment, Membership, Moderator, SiteRule, db
from moderation.services import replay, review, rulebook, rules
from moderation.services.rules import RuleDraft
from moderation.services.sites import change_policy, find_site
from tests.factories import House, csrf_token
from tests.integration.akismet_client import check, put_to_work, short_key
from tests.work import calls_of, statements

WORD = RuleDraft(RuleKind.WORD, RuleEffect.HOLD, "casino", "they come in waves")
ADDRESS = "canary-troll@example.org"


def account(email: str) -> int:
    return db.session.query(Moderator.id).filter_by(email=email).scalar()


def admin(house: House, email: str = "ada@example.com", *sites: str) -> FlaskClient:
    """The browser of somebody who may change rules and policy."""
    browser = house.sign_in(email, sites or ("blog",))
    with house.rows():
        members = db.session.query(Membership).filter_by(moderator_id=account(email))
        members.update({"role": SiteRole.ADMIN})
        db.session.commit()
    return browser


def post(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    token = csrf_token(browser.get("/queue/").text)
    return browser.post(path, data={"csrf_token": token, **fields})


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the policy's form."""
    form = page[page.index('<form class="policy"') :]
    fields = dict(
        re.findall(r'<input (?!type="radio")[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    )
    found = re.search(r'value="(\w+)" checked', form)
    text = re.search(r"<textarea[^>]*>([^<]*)</textarea>", form)
    assert found
    assert text
    return fields | {"mode": found[1], "reject_reasons": text[1]}


def log(action: Action) -> list[AuditEntry]:
    return db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id).all()


def add(house: House, draft: RuleDraft, moderator_id: int | None = None) -> int:
    with house.rows():
        return rules.add_rule(house.parts.vault, "blog", draft, moderator_id, house.clock()).id


def try_rule(house: House, draft: RuleDraft) -> replay.Replay:
    with house.rows():
        me = account("ada@example.com")
        return replay.replay_rule(house.parts.vault, me, "blog", draft, house.clock())


def try_policy(house: House, **changes: object) -> replay.Replay:
    with house.rows():
        me = account("ada@example.com")
        policy = SitePolicy.model_validate(
            find_site("blog").policy.model_dump(mode="json") | changes
        )
        return replay.replay_policy(house.parts.vault, me, "blog", policy, house.clock())


def decide(house: House, comment_id: int, decision: str) -> int:
    with house.rows():
        comment = house.comment(comment_id)
        return review.decide(
            account("ada@example.com"),
            comment_id,
            decision,
            revision=comment.revision,
            seen=comment.status,
            now=house.clock(),
        )


def test_a_rule_is_added_listed_and_audited(house: House) -> None:
    browser = admin(house)
    answer = post(
        browser,
        "/queue/rules/blog",
        do="save",
        kind="word",
        effect="spam",
        value="casino",
        note="waves",
    )
    house.publish(comment="A casino for you")
    house.publish(comment="Another casino, at the same place and time")
    page = browser.get(answer.location).text

    assert answer.status_code == 303
    assert "casino" in page
    assert "Added by Ada" in page
    assert re.search(r"<strong>2</strong>\s*matches in 30 days", page)
    with house.rows():
        (entry,) = log(Action.RULE_ADDED)
        rule = db.session.query(SiteRule).one()
        assert entry.details == {
            "kind": "word",
            "effect": "spam",
            "value": "casino",
            "note": "waves",
            "rule_id": rule.id,
        }
        assert (entry.actor, entry.moderator_id) == (Actor.MODERATOR, account("ada@example.com"))


def test_matches_older_than_30_days_and_of_a_former_rule_are_not_counted(house: House) -> None:
    admin(house)
    former = add(house, WORD)
    house.publish(comment="A casino for you")
    with house.rows():
        rules.remove_rule("blog", former, None, house.clock())
    house.clock.move(minutes=1)
    add(house, RuleDraft(RuleKind.WORD, RuleEffect.SPAM, "poker"))
    house.publish(comment="Poker for you")
    with house.rows():
        me = account("ada@example.com")
        assert [r.matches for r in rulebook.read_rulebook(me, "blog", house.clock()).rules] == [1]
        house.clock.move(days=31)
        assert [r.matches for r in rulebook.read_rulebook(me, "blog", house.clock()).rules] == [0]


def test_the_command_line_acts_as_the_operator(house: House) -> None:
    number = add(house, WORD)
    with house.rows():
        rules.remove_rule("blog", number, None, house.clock())
        assert [e.actor for e in log(Action.RULE_REMOVED)] == [Actor.OPERATOR]
        assert log(Action.RULE_ADDED)[0].moderator_id is None


def test_an_address_is_kept_as_an_index_alone_and_comes_back_by_undo(house: House) -> None:
    browser = admin(house)
    fields = {"kind": "email", "effect": "reject", "value": ADDRESS, "note": "Max"}
    post(browser, "/queue/rules/blog", do="save", **fields)
    with house.rows():
        rule = db.session.query(SiteRule).one()
        kept = (rule.id, rule.value, rule.email_index, rule.created_at)
    house.clock.move(minutes=5)
    removed = post(browser, f"/queue/rules/blog/{kept[0]}/remove")
    page = browser.get(removed.location).text
    assert house.status(house.publish(email=ADDRESS)) is Status.PUBLISHED
    (undo,) = re.findall(r'action="(/queue/rules/blog/undo/\d+)"', page)
    back = post(browser, undo)

    assert kept[1] == ""
    assert ADDRESS not in page + browser.get(back.location).text
    with house.rows():
        rule = db.session.query(SiteRule).one()
        assert (rule.id, rule.value, rule.email_index, rule.created_at) == kept
        assert ADDRESS not in repr([e.details for e in db.session.query(AuditEntry)])
    assert house.status(house.publish(email=ADDRESS.upper())) is Status.REJECTED
    assert post(browser, undo).status_code == 409


@pytest.mark.parametrize("do", ["try", "save"])
def test_what_is_no_rule_is_refused_in_words_and_stays_typed(house: House, do: str) -> None:
    browser = admin(house)
    for fields, words in (
        ({"kind": "pattern", "value": "a(b"}, "missing )"),
        ({"kind": "pattern", "value": "x{1001}"}, "invalid repetition size"),
        ({"kind": "pattern", "value": "a*"}, "matches every comment"),
        ({"kind": "word", "value": "anna@example.com"}, "only kept sealed"),
        ({"kind": "word", "value": "x", "note": "anna@example.com"}, "may not hold an email"),
        ({"kind": "word", "value": "x", "effect": "allow"}, "cannot be allowed"),
        ({"kind": "ip_range", "value": "300.1.2.3"}, "not an IP address or range"),
        ({"kind": "domain", "value": "no domain"}, "not a domain"),
        ({"kind": "email", "value": "nobody"}, "not a whole email address"),
        ({"kind": "nonsense", "value": "x"}, "choose what the rule looks at"),
    ):
        answer = post(browser, "/queue/rules/blog", **({"do": do, "effect": "hold"} | fields))

        assert answer.status_code == 400, fields
        assert words in answer.text
        assert f'value="{fields["value"]}"' in answer.text
        with house.rows():
            assert db.session.query(SiteRule).count() == 0, fields


def test_a_second_rule_for_the_same_is_refused(house: House) -> None:
    number = add(house, WORD)
    with house.rows():
        removed = rules.remove_rule("blog", number, None, house.clock())
    add(house, WORD)
    with pytest.raises(AlreadyExistsError):
        add(house, WORD)
    with house.rows(), pytest.raises(AlreadyExistsError):
        rules.restore_rule("blog", removed, None, house.clock())


def test_a_pattern_judges_what_comes_in(house: House) -> None:
    add(house, RuleDraft(RuleKind.PATTERN, RuleEffect.REJECT, r"earn \$\d+ (daily|weekly)"))

    assert house.status(house.publish(comment="EARN $500 Daily from home")) is Status.REJECTED
    assert house.status(house.publish(comment="I earn little, daily")) is Status.PUBLISHED


def test_patterns_that_would_keep_others_waiting_are_refused(house: House) -> None:
    def pattern(text: str) -> RuleDraft:
        return RuleDraft(RuleKind.PATTERN, RuleEffect.HOLD, text)

    with house.rows():
        house.add_site("other")
    for letter in "xyz":
        add(house, pattern(f"(?:a?){{990}}(?:b?){{900}}{letter}"))
    with pytest.raises(InvalidInputError, match="together would take too long"):
        add(house, pattern("(?:a?){990}(?:b?){900}w"))
    add(house, pattern(r"\bcheap\s+pills\b"))  # there is room for it
    with house.rows():
        one_more = pattern("(?:a?){990}(?:b?){900}w")
        rules.add_rule(house.parts.vault, "other", one_more, None, house.clock())
        assert db.session.query(SiteRule).count() == 5


def test_trying_a_rule_tells_what_it_would_have_done_and_writes_nothing(house: House) -> None:
    browser = admin(house)
    for words in ("Battery life is fine.", "My battery froze last winter!", "A battery? No."):
        house.publish(comment=words)
    links = "https://a.example https://b.example"
    held = [
        house.hold(comment=f"The battery review {links}"),
        house.hold(comment=f"Cheap offers, one battery {links.upper()}"),
    ]
    decide(house, held[0], "approve")
    house.publish(comment="Something else entirely.")
    draft = RuleDraft(RuleKind.WORD, RuleEffect.SPAM, "battery", "a note")
    answer = post(
        browser,
        "/queue/rules/blog",
        do="try",
        kind="word",
        effect="spam",
        value="battery",
        note="a note",
    )
    found = try_rule(house, draft)

    assert (found.count(Status.SPAM), len(found.outcomes)) == (5, 6)
    assert found.moves == [(Status.PUBLISHED, Status.SPAM, 3), (Status.HELD, Status.SPAM, 2)]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))
    assert "Would have marked as spam 5 of the last 6 comments; you approved 1 of these." in text
    assert 'value="battery"' in answer.text
    assert 'value="a note"' in answer.text
    with house.rows():
        assert db.session.query(SiteRule).count() == 0
        assert log(Action.RULE_ADDED) == []


def test_an_approval_that_was_taken_back_is_none(house: House) -> None:
    admin(house)
    held = house.hold(comment="battery https://a.example https://b.example")
    entry = decide(house, held, "approve")
    with house.rows():
        review.undo(account("ada@example.com"), entry, now=house.clock())
    found = try_rule(house, RuleDraft(RuleKind.WORD, RuleEffect.HOLD, "battery"))

    assert found.count(Status.HELD) == 1
    assert found.count(Status.HELD, [Action.APPROVE]) == 0


def test_the_machines_publication_is_no_approval(house: House) -> None:
    admin(house)
    house.publish(comment="battery")

    assert try_rule(house, WORD).touched == []
    found = try_rule(house, RuleDraft(RuleKind.WORD, RuleEffect.HOLD, "battery"))
    assert found.count(Status.HELD, [Action.APPROVE]) == 0


@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        (RuleKind.EMAIL, ADDRESS.upper(), {"email": ADDRESS}),
        (RuleKind.DOMAIN, "throwaway.example", {"email": "x@throwaway.example"}),
        (RuleKind.DOMAIN, "bad.example", {"comment": "see https://www.bad.example/x"}),
        (RuleKind.IP_RANGE, "192.0.2.77", {"_headers": {"X-Forwarded-For": "192.0.2.77"}}),
        (RuleKind.PATTERN, "c.sino", {"name": "Casino"}),
    ],
)
def test_every_kind_is_tried_as_it_will_judge(
    house: House, kind: RuleKind, value: str, fields: dict[str, str]
) -> None:
    admin(house)
    house.publish(**fields)
    house.publish()
    found = try_rule(house, RuleDraft(kind, RuleEffect.REJECT, value))

    assert found.moves == [(Status.PUBLISHED, Status.REJECTED, 1)]


def test_a_domain_that_is_allowed_would_have_let_links_through(house: House) -> None:
    admin(house)
    house.hold(comment="https://good.example/1 and https://good.example/2")
    found = try_rule(house, RuleDraft(RuleKind.DOMAIN, RuleEffect.ALLOW, "good.example"))

    assert found.moves == [(Status.HELD, Status.PUBLISHED, 1)]


def test_trying_a_policy_tells_both_what_is_held_and_what_is_let_through(house: House) -> None:
    admin(house)
    house.publish()
    house.hold()

    assert try_policy(house).moves == []
    assert try_policy(house, mode="premoderate").moves == [(Status.PUBLISHED, Status.HELD, 1)]
    assert try_policy(house, max_links=9).moves == [(Status.HELD, Status.PUBLISHED, 1)]
    assert try_policy(house, weights={"LINK_FLOOD": 0}).moves == [
        (Status.HELD, Status.PUBLISHED, 1)
    ]


def test_what_another_system_publishes_is_tried_as_it_was_judged(house: House) -> None:
    admin(house)
    put_to_work(house)
    key = short_key(house)
    with house.rows():
        change_policy("blog", {"mode": "hold_first_timers"}, None, house.clock())
    assert check(house, key) == "false"

    (outcome,) = try_policy(house, mode="publish_low_score").outcomes
    assert outcome.before is outcome.after is Status.PUBLISHED
    assert try_policy(house, mode="premoderate").moves == []
    assert try_policy(house, weights={"FORM_TOKEN_MISSING": 9}).moves == []


def test_what_is_tried_takes_few_statements_and_little_work(house: House) -> None:
    admin(house)
    one = house.publish(comment="1 https://a.example/ " + "words of some length " * 40)
    with house.rows():
        columns = [
            c for c in Comment.__table__.columns if c.name not in {"id", "content_hash", "text"}
        ]
        row = db.session.execute(select(*columns).where(Comment.id == one)).one()._mapping
        db.session.execute(
            insert(Comment.__table__),
            [
                {**row, "text": f"{n} https://a.example/ " + "words of some length " * 40}
                for n in range(509)
            ],
        )
        db.session.commit()
    draft = RuleDraft(RuleKind.PATTERN, RuleEffect.HOLD, r"\b1\d\d\b")
    found = []
    with statements(house.app) as made:
        calls = calls_of(lambda: found.append(try_rule(house, draft)))

    assert len(found[0].outcomes) == replay.LATEST
    assert len(made) < 12
    assert calls < 600 * replay.LATEST


def test_a_site_of_others_and_a_role_that_may_not_are_refused(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    browser = admin(house)
    moderator = house.sign_in("ben@example.com")
    for path in ("", "/policy"):
        foreign = browser.get(f"/queue/rules/shop{path}")
        unknown = browser.get(f"/queue/rules/nothing{path}")
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.text == unknown.text.replace("nothing", "shop")
        assert moderator.get(f"/queue/rules/blog{path}").status_code == 403
        assert post(moderator, f"/queue/rules/blog{path}", do="save").status_code == 403
    assert post(browser, "/queue/rules/shop/1/remove").status_code == 404
    assert post(browser, "/queue/rules/shop/undo/1").status_code == 404
    assert house.app.test_client().get("/queue/rules/blog").status_code == 302


def test_a_rule_of_another_site_is_not_removed_or_restored(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    browser = admin(house, "ada@example.com", "shop")
    number = add(house, WORD)
    assert post(browser, f"/queue/rules/shop/{number}/remove").status_code == 404
    with house.rows():
        removed = rules.remove_rule("blog", number, None, house.clock())
        with pytest.raises(UnknownRuleError):
            rules.restore_rule("shop", removed, None, house.clock())
    assert "Undo" not in browser.get(f"/queue/rules/shop?removed={removed.entry_id}").text


def test_one_site_is_gone_to_and_several_are_listed(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    assert admin(house).get("/queue/rules/").location.endswith("/queue/rules/blog")
    both = admin(house, "cleo@example.com", "blog", "shop").get("/queue/rules/").text
    assert "The blog" in both
    assert "The shop" in both
    assert "no site whose rules" in house.sign_in("ben@example.com").get("/queue/rules/").text


def test_the_usual_reasons_are_shown_in_the_readers_language_and_kept_in_english(
    house: House,
) -> None:
    browser = admin(house)
    with house.rows():
        before = find_site("blog").policy
    path = "/queue/rules/blog/policy?lang=de"
    form = form_of(browser.get(path).text)
    assert form["reject_reasons"].splitlines()[2] == "Werbung"
    browser.post(path, data=form | {"max_links": "3", "do": "save"})
    with house.rows():
        assert find_site("blog").policy == before.model_copy(update={"max_links": 3})

    form = form_of(browser.get(path).text)
    form["reject_reasons"] = "Werbung\nAdvertising\nMein Grund"
    browser.post(path, data=form | {"do": "save"})
    with house.rows():
        assert find_site("blog").policy.reject_reasons == ("Advertising", "Mein Grund")
    house.hold()
    page = browser.get("/queue/?lang=de").text
    assert '<option value="Advertising">Werbung</option>' in page
    assert '<option value="Mein Grund">Mein Grund</option>' in page


def test_a_policy_is_changed_and_audited(house: House) -> None:
    browser = admin(house)
    form = form_of(browser.get("/queue/rules/blog/policy").text)
    form |= {"hold_at": "3,5", "weights.LINK_FLOOD": "2", "close_after_days": "14", "do": "save"}
    form |= {"reject_reasons": "Off topic\r\n\r\n  Spam  \r\nOff topic"}
    answer = browser.post("/queue/rules/blog/policy", data=form)

    assert answer.status_code == 303
    with house.rows():
        policy = find_site("blog").policy
        (entry,) = log(Action.POLICY_CHANGED)
        assert (policy.hold_at, policy.close_after_days) == (3.5, 14)
        assert policy.reject_reasons == ("Off topic", "Spam")
        assert set(entry.details) == {"hold_at", "weights", "close_after_days", "reject_reasons"}
        assert entry.details["hold_at"] == [3.0, 3.5]
        assert entry.details["weights"] == [{}, {"LINK_FLOOD": 2.0}]
        assert entry.moderator_id == account("ada@example.com")


def test_saving_what_is_there_changes_nothing(house: House) -> None:
    browser = admin(house)
    form = form_of(browser.get("/queue/rules/blog/policy").text)
    answer = browser.post("/queue/rules/blog/policy", data=form | {"do": "save"})

    assert "Nothing was different" in browser.get(answer.location).text
    with house.rows():
        assert log(Action.POLICY_CHANGED) == []


def test_every_fault_is_told_at_its_field_and_nothing_typed_is_lost(house: House) -> None:
    browser = admin(house)
    form = form_of(browser.get("/queue/rules/blog/policy").text) | {"do": "save"}
    form |= {
        "hold_at": "abc",
        "max_links": "0",
        "weights.HONEYPOT": "-1",
        "flood_network.count": "",
    }
    form |= {"reject_reasons": "x" * 101}
    answer = browser.post("/queue/rules/blog/policy", data=form)

    assert answer.status_code == 400
    for field in (
        "hold_at",
        "max_links",
        "weights.HONEYPOT",
        "flood_network.count",
        "reject_reasons",
    ):
        assert f'id="{field}-fault"' in answer.text
    assert 'value="abc"' in answer.text
    assert "x" * 101 in answer.text
    order = browser.post(
        "/queue/rules/blog/policy",
        data=form_of(answer.text)
        | {
            "hold_at": "9",
            "spam_at": "2",
            "max_links": "2",
            "weights.HONEYPOT": "1",
            "flood_network.count": "5",
            "reject_reasons": "",
            "do": "save",
        },
    )
    assert 'id="spam_at-fault"' in order.text


def test_the_second_of_two_who_save_at_once_sees_what_the_first_did(house: House) -> None:
    ada, cleo = admin(house), admin(house, "cleo@example.com")
    mine = form_of(ada.get("/queue/rules/blog/policy").text) | {"do": "save"}
    theirs = form_of(cleo.get("/queue/rules/blog/policy").text) | {"do": "save"}
    ada.post("/queue/rules/blog/policy", data=mine | {"hold_at": "5", "max_links": "4"})
    stale = cleo.post("/queue/rules/blog/policy", data=theirs | {"max_links": "7"})

    assert stale.status_code == 409
    assert "Somebody changed this policy while you did" in stale.text
    assert "Points that hold: 3 → 5" in stale.text
    assert "Ada" in stale.text
    again = form_of(stale.text) | {"do": "save"}
    assert (again["hold_at"], again["max_links"]) == ("5", "7")
    assert cleo.post("/queue/rules/blog/policy", data=again).status_code == 303
    with house.rows():
        policy = find_site("blog").policy
        assert (policy.hold_at, policy.max_links) == (5, 7)


def test_trying_a_policy_on_the_page_keeps_what_is_typed(house: House) -> None:
    browser = admin(house)
    house.publish()
    form = form_of(browser.get("/queue/rules/blog/policy").text)
    answer = browser.post(
        "/queue/rules/blog/policy", data=form | {"mode": "premoderate", "do": "try"}
    )

    assert answer.status_code == 200
    assert "Would newly have held" in answer.text
    assert form_of(answer.text)["mode"] == "premoderate"
    with house.rows():
        assert find_site("blog").policy.mode == "publish_low_score"


def test_the_command_line_overwrites_and_is_audited_as_the_operator(house: House) -> None:
    with house.rows():
        change_policy("blog", {"hold_at": 4}, None, house.clock())
        (entry,) = log(Action.POLICY_CHANGED)
        assert (entry.actor, entry.details) == (Actor.OPERATOR, {"hold_at": [3.0, 4.0]})
