"""The audit log, on both databases."""

import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from moderation.domain.actions import Action
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.models import Moderator, db
from moderation.services import audit, review, rules
from moderation.services.rules import RuleDraft
from tests.factories import House


def account(email: str = "ben@example.com") -> int:
    return db.session.query(Moderator.id).filter_by(email=email).scalar()


def decide(house: House, comment_id: int, decision: str, email: str = "ben@example.com") -> int:
    with house.rows():
        comment = house.comment(comment_id)
        return review.decide(
            account(email),
            comment_id,
            decision,
            revision=comment.revision,
            seen=comment.status,
            now=house.clock(),
        )


def told(page: str) -> list[str]:
    """The entries' first lines as they are read."""
    found = re.findall(r'<p class="log__told">(.*?)</p>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found]


def ids(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'id="entry-(\d+)"', page)]


def export(browser: FlaskClient, **query: str) -> list[list[str]]:
    answer = browser.get("/queue/audit/export.csv", query_string=query)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_entries_are_told_in_words_the_newest_first(house: House) -> None:
    browser = house.sign_in()
    held = house.hold(name="Nora")
    entry = decide(house, held, "spam")
    with house.rows():
        review.undo(account(), entry, now=house.clock())
        draft = RuleDraft(RuleKind.WORD, RuleEffect.SPAM, "casino", "waves")
        rules.add_rule(house.parts.vault, "blog", draft, None, house.clock())
    page = browser.get("/queue/audit").text

    assert told(page) == [
        "The operator added a rule",
        "Ben took back a decision on a comment by Nora spam →to held",
        "Ben marked a comment by Nora as spam held →to spam",
    ]
    assert "Word “casino”: mark as spam (waves)" in page


def test_the_machines_verdicts_are_hidden_unless_asked_for(house: House) -> None:
    browser = house.sign_in()
    house.hold(name="Nora")

    assert told(browser.get("/queue/audit").text) == []
    shown = browser.get("/queue/audit?machine=1").text
    assert told(shown) == ["The policy judged a comment by Nora pending →to held"]
    assert "reach this site’s hold" in shown.replace("'", "’").replace("&#39;", "’")


def test_the_log_is_filtered_by_its_address(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    ben = house.sign_in("ben@example.com", ("blog", "shop"))
    house.sign_in("cleo@example.com", ("blog", "shop"))
    first = house.hold(name="Nora")
    one = decide(house, first, "spam")
    house.clock.move(days=1)
    second = house.hold(_site="shop", name="Mei")
    two = decide(house, second, "approve", "cleo@example.com")

    def found(query: str) -> list[int]:
        return ids(ben.get(f"/queue/audit?{query}").text)

    with house.rows():
        other = account("cleo@example.com")
    assert found("") == [two, one]
    assert found("site=shop") == [two]
    assert found("site=nothing") == []
    assert found(f"moderator={other}") == [two]
    assert found("action=spam") == [one]
    assert found(f"comment={first}") == [one]
    assert found("since=2026-05-05") == [two]
    assert found("until=2026-05-04") == [one]
    assert found("since=2026-05-04&until=2026-05-05") == [two, one]
    assert found("since=0001-01-01&until=9999-12-31") == [two, one]
    assert found("since=0001-01-02&until=9999-12-30") == [two, one]
    assert found("until=2026-05-03") == found("since=2026-05-06") == []
    faulty = ben.get("/queue/audit?since=tomorrow&comment=x").text
    assert "“tomorrow” is not a day" in faulty
    assert "“x” is not the number of a comment" in faulty


def test_a_day_ends_at_midnight_utc(house: House) -> None:
    browser = house.sign_in()
    house.clock.now = house.clock.now.replace(hour=23, minute=59, second=59, microsecond=999_999)
    late = decide(house, house.hold(), "spam")
    house.clock.move(microseconds=1)
    early = decide(house, house.hold(), "spam")

    assert ids(browser.get("/queue/audit?until=2026-05-04").text) == [late]
    assert ids(browser.get("/queue/audit?since=2026-05-05").text) == [early]


def test_numbers_and_times_may_be_at_odds_at_midnight(house: House) -> None:
    browser = house.sign_in()
    held = [house.hold() for _ in range(5)]
    house.clock.move(hours=12)
    entries = []
    # As two machines would write them whose clocks are some seconds apart.
    for comment, seconds in zip(held, (-86_000, 20, -10, 10, -20), strict=True):
        house.clock.move(seconds=seconds)
        entries.append(decide(house, comment, "spam"))
        house.clock.move(seconds=-seconds)

    first, late, early, later, earlier = entries
    assert ids(browser.get("/queue/audit?since=2026-05-05").text) == [later, late]
    assert ids(browser.get("/queue/audit?until=2026-05-04").text) == [earlier, early, first]
    assert ids(browser.get("/queue/audit?since=2026-05-04&until=2026-05-04").text) == [
        earlier,
        early,
        first,
    ]


def test_pages_go_both_ways_without_gap_or_overlap(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    browser = house.sign_in("ben@example.com", ("blog", "shop"))
    with house.rows():
        sites = [s.id for s in db.session.execute(text("SELECT id FROM sites")).all()]
        made = [
            audit.record(sites[n % 2], account(), Action.THREAD_CLOSED, house.clock())
            for n in range(120)
        ]
        db.session.commit()

    def page(link: str) -> tuple[list[int], dict[str, str]]:
        html = browser.get(link).text
        links = re.findall(r'<a href="([^"]+)" rel="(prev|next)"', html)
        return ids(html), {rel: href.replace("&amp;", "&") for href, rel in links}

    first, links = page("/queue/audit?action=thread_closed")
    assert "prev" not in links
    second, links = page(links["next"])
    third, last = page(links["next"])
    assert first + second + third == sorted(made, reverse=True)
    assert "next" not in last
    back, links = page(last["prev"])
    assert back == second
    newest, links = page(links["prev"])
    assert newest == first
    assert "prev" not in links
    assert "action=thread_closed" in links["next"]


def test_only_the_moderators_own_sites_are_told_of(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    house.sign_in()
    other = house.sign_in("cleo@example.com", ("shop",))
    decide(house, house.hold(name="Nora"), "spam")

    assert "Nora" not in other.get("/queue/audit?machine=1").text
    assert "Nora" not in other.get("/queue/audit?site=blog").text
    assert len(export(other, machine="1", site="blog")) == 1
    assert house.app.test_client().get("/queue/audit").status_code == 302
    assert house.app.test_client().get("/queue/audit/export.csv").status_code == 302


def test_the_export_has_all_that_the_filter_finds_and_runs_no_formula(house: House) -> None:
    browser = house.sign_in()
    held = house.hold(name="Nora")
    entry = decide(house, held, "reject")
    with house.rows():
        site = house.comment(held).site_id
        audit.record(site, account(), Action.THREAD_CLOSED, house.clock(), why="=1+1", url="x")
        for _ in range(600):
            audit.record(site, account(), Action.THREAD_OPENED, house.clock())
        db.session.commit()
    rows = export(browser)

    assert rows[0] == [
        "id", "time", "site", "who", "role of actor", "action", "comment", "before", "after",
        "why", "details",
    ]  # fmt: skip
    assert len(rows) == 603
    assert rows[-1] == [
        str(entry), "2026-05-04T12:00:00+00:00", "blog", "Ben", "moderator", "reject", str(held),
        "held", "rejected", "", "{}",
    ]  # fmt: skip
    assert rows[-2][9] == "'=1+1"
    assert json.loads(rows[-2][10]) == {"url": "x"}
    assert [r[5] for r in export(browser, action="reject")[1:]] == ["reject"]
    assert len(export(browser, machine="1")) == 604


def test_the_export_is_sent_in_parts(house: House) -> None:
    browser = house.sign_in()
    answer = browser.get("/queue/audit/export.csv", buffered=False)

    assert "Content-Length" not in answer.headers
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data.startswith(b"\xef\xbb\xbfid,time")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET why = 'x'", "DELETE FROM audit_entries"]
)
def test_the_log_can_only_grow(house: House, statement: str) -> None:
    house.publish()
    with house.rows():
        before = db.session.execute(text("SELECT count(*) FROM audit_entries")).scalar()
        db.session.rollback()
        with pytest.raises(DatabaseError):
            db.session.execute(text(statement))
        db.session.rollback()
        assert db.session.execute(text("SELECT count(*) FROM audit_entries")).scalar() == before
        assert before
