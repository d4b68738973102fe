"""A site and its moderator of whom everything is Greek, for the pages of `test_every_word.py`."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from moderation.domain.roles import SiteRole
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.signals import Symbol
from moderation.domain.status import Status
from moderation.models import Comment, Moderator, SignalRow, Site, Thread, db
from moderation.services import bulk, moderating, review, rules, sites
from moderation.services.rules import RuleDraft
from moderation.words import Message
from tests.factories import House, csrf_token
from tests.integration.queueing import decide, id_of, moderator, signed_in
from tests.integration.reader_actions import report
from tests.integration.waves import say
from tests.learning import learn

OWNER, COLLEAGUE, SITE = "Όλγα", "Νίκος", "Το ιστολόγιο"
_NAME, _WORDS, _TITLE = "Άννα", "Μια δική μου σκέψη για το θέμα", "Ο πρώτος δρόμος"
_WAVE = (
    "Κέρδισα εννέα χιλιάδες τον περασμένο μήνα από τον καναπέ μου, "
    "ρώτησε με πώς γίνεται αυτό, σήμερα ή αύριο"
)
_JUDGED = {
    "probability": 0.83,
    "shipped": 1.2,
    "site": -0.5,
    "seen": 3,
    "version": 4,
    "reasons": [
        ["text", "σκέψη", 1.5],
        ["name", "Άννα", 0.5],
        ["website", "Α", 0.4],
        ["link", "Β", 0.3],
        ["fact", "Misspellings as of spun texts", 0.6],
        ["language", "ru", -0.6],
        ["fact", "Two links", -0.5],
        ["text", "δρόμος", -0.7],
    ],
    "abuse": 0.1,
}
_SERVICE = {"service": "Akismet", "told_email": True, "told_network": True}
_SAYS = Message.all_of(
    [
        Message.counted("The name was reported {n} time.", "The name was reported {n} times.", 3),
        Message("{list} lists {domains}.", list="Ένας κατάλογος", domains="α, β"),
    ]
)
# What each signal may tell beside its meaning.
EVIDENCE: tuple[tuple[Symbol, float, dict[str, Any]], ...] = (
    (Symbol.HONEYPOT, 9, {}),
    (Symbol.FORM_TOO_FAST, 2, {"seconds": 1.5, "at_least": 3}),
    (Symbol.LINK_FLOOD, 3, {"links": 3, "limit": 2}),
    (Symbol.EMAIL_IN_TEXT, 0, {}),
    (Symbol.ADVERTISING, 3, {"words": 2}),
    (
        Symbol.BLOCKLIST_HOLD,
        0,
        {
            "matches": [
                {"rule": 1, "kind": "word", "value": "λέξη", "where": "comment"},
                {"rule": 2, "kind": "email", "value": "", "where": "email"},
                {"rule": 3, "kind": "ip_range", "value": "", "where": "network"},
            ]
        },
    ),
    (Symbol.REPEATED_TEXT, 4, {"copies": 2, "similarity": 0.97}),
    (Symbol.FAST_NETWORK, 2, {"comments": 12, "minutes": 10, "limit": 10}),
    (Symbol.FIRST_COMMENT, 0, {"published": 0}),
    (Symbol.REFUSED_BEFORE, 2, {"refused": 2, "published": 1}),
    (Symbol.LEARNED_SPAM, 3, _JUDGED),
    (Symbol.ABUSE, 2, {name: _JUDGED[name] for name in ("probability", "version", "reasons")}),
    (Symbol.WAVE, 2, {"similar": 3, "minutes": 10, "elsewhere": True}),
    (Symbol.TENSION, 0, {"factor": 0.5, "hold_at": 3.0, "tightened": 1.5}),
    (Symbol.REMOTE_SPAM, 2, _SERVICE),
    (Symbol.REMOTE_ABUSE, 0, {**_SERVICE, "says": "spam that may be thrown away unseen"}),
    (Symbol.REMOTE_FAILED, 0, {**_SERVICE, "says": str(_SAYS), "message": _SAYS.kept()}),
    (Symbol.THIRD_PARTY, 1, {"title": "Κάτι"}),
    (Symbol.CHECK_ERROR, 0, {"check": "έλεγχος", "error": "Λάθος"}),
)
RULES = (
    (RuleKind.WORD, RuleEffect.HOLD, "λέξη"),
    (RuleKind.PATTERN, RuleEffect.SPAM, "α+β"),
    (RuleKind.DOMAIN, RuleEffect.ALLOW, "good.example"),
    (RuleKind.IP_RANGE, RuleEffect.REJECT, "192.0.2.0/24"),
    (RuleKind.EMAIL, RuleEffect.HOLD, "somebody@example.com"),
)


@dataclass
class Scene:
    """The house, the owner's browser, and the numbers of what the pages are about."""

    house: House
    browser: FlaskClient
    numbers: dict[str, Any]

    def ask(self, path: str, form: dict[str, Any] | None = None, *, htmx: bool = False) -> str:
        """A page, or what a form is answered, whose fields and address name the scene's numbers."""
        address = path.format(**self.numbers)
        headers = {"HX-Request": "true"} if htmx else {}
        if form is None:
            answer = self.browser.get(address, headers=headers, follow_redirects=True)
        else:
            token = csrf_token(self.browser.get("/queue/help").text)
            fields = {name: _filled(value, self.numbers) for name, value in form.items()}
            data = {"csrf_token": token, **fields}
            answer = self.browser.post(address, data=data, headers=headers, follow_redirects=True)
        assert answer.status_code < 500, path
        assert answer.mimetype == "text/html", path
        return answer.text


def _filled(value: Any, numbers: dict[str, Any]) -> Any:
    return value.format(**numbers) if isinstance(value, str) else value


def _hold(house: House, number: int = 0, **fields: Any) -> int:
    links = " ".join(f"https://a{n}{number}.example/" for n in range(3))
    text = f"{_WORDS} {number} {links}"
    return house.hold(**{"name": _NAME, "title": _TITLE, "comment": text} | fields)


def build(house: House) -> Scene:
    """A site with something of everything."""
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    moderator(house, "Nikos")
    with house.rows():
        olga, nikos = id_of("Olga"), id_of("Nikos")
        for who, name in ((olga, OWNER), (nikos, COLLEAGUE)):
            db.session.execute(update(Moderator).where(Moderator.id == who).values(name=name))
        site = db.session.scalars(select(Site)).one()
        site.name, site.policy_data = SITE, site.policy_data | {"reject_reasons": ["Διαφήμιση"]}
        db.session.commit()
        reasons = {"reject_reasons": ["Εκτός θέματος"]}
        version = sites.version_of(db.session.scalars(select(Site)).one().policy)
        sites.change_policy("blog", reasons, olga, house.clock(), version)
    numbers: dict[str, Any] = {"olga": olga, "nikos": nikos}
    _add_rules(house, olga, numbers)
    _add_comments(house, olga, nikos, numbers)
    _add_bulk(house, olga, numbers)
    learn(house)
    return Scene(house, browser, numbers)


def _add_rules(house: House, olga: int, numbers: dict[str, Any]) -> None:
    for kind, effect, value in RULES:
        with house.rows():
            draft = RuleDraft(kind, effect, value, "σημείωση")
            rule = rules.add_rule(house.parts.vault, "blog", draft, olga, house.clock())
            numbers[f"{kind.value}_rule"] = rule.id
    with house.rows():
        removed = rules.remove_rule("blog", numbers["pattern_rule"], olga, house.clock())
        numbers["removed"] = removed.entry_id


def _add_comments(house: House, olga: int, nikos: int, numbers: dict[str, Any]) -> None:
    rich = _hold(house, 1, website="https://anna.example")
    plain, published, edited = _hold(house, 2), house.publish(name=_NAME, comment=_WORDS), 0
    for number, decision in enumerate(("approve", "spam", "reject", "block"), 10):
        comment = _hold(house, number)
        entry = decide(house, olga, comment, decision, why="Εκτός θέματος")
        numbers |= {f"{decision}d": comment, f"{decision}_entry": entry}
    edited = _hold(house, 20)
    replied = _hold(house, 21)
    with house.rows():
        now = house.clock()
        review.undo(olga, numbers["spam_entry"], now=now)
        moderating.edit(nikos, edited, f"{_WORDS} ξανά", revision=1, now=now)
        moderating.ask_second_opinion(nikos, rich, "Τι λες;", now=now)
        moderating.show_address(house.parts.vault, olga, rich, now=now)
        moderating.claim(nikos, plain, now)
        reply = {"revision": 1, "seen": Status.HELD, "now": now}
        moderating.reply(house.parts.vault, olga, replied, "Ευχαριστούμε", **reply)
    for reason in ("spam", "spam", "abuse", "off_topic", "other"):
        report(house, published, reason=reason, note="Γιατί")
    for number in range(6):
        say(house, number, _WAVE, name=_NAME)
    with house.rows():
        _add_signals(rich)
        wave = db.session.scalar(select(Comment.wave_id).where(Comment.wave_id.is_not(None)))
        db.session.execute(update(Thread).values(title=_TITLE))
        db.session.commit()
        commenter = house.comment(rich).commenter_id
    numbers |= {"rich": rich, "plain": plain, "published": published, "edited": edited}
    numbers |= {"wave": wave, "commenter": commenter}
    house.clock.move(minutes=5)


def _add_signals(comment_id: int) -> None:
    kept = db.session.scalars(select(SignalRow).where(SignalRow.comment_id == comment_id)).all()
    like = kept[0]
    for row in kept:
        db.session.delete(row)
    db.session.flush()
    for symbol, score, evidence in EVIDENCE:
        row = SignalRow(
            comment_id=comment_id,
            revision=like.revision,
            symbol=symbol,
            check_name=symbol.value.lower(),
            version=1,
            score=score,
            evidence=evidence,
            duration_us=10,
            site_id=like.site_id,
            status=like.status,
            created_at=like.created_at,
        )
        db.session.add(row)


def _add_bulk(house: House, olga: int, numbers: dict[str, Any]) -> None:
    some, others = [_hold(house, n) for n in (30, 31)], [_hold(house, 32)]
    with house.rows():
        done = bulk.order_by_ids(olga, "spam", some, house.clock())
        while bulk.step(done, house.clock()):
            pass
        waiting = bulk.order_by_ids(olga, "reject", others, house.clock())
    numbers |= {"done_job": done, "job": waiting}
