"""The queue's one row for each wave: what it tells to whom, and deciding on all of it at once."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from moderation.domain.queue_view import Order, QueueView, Tab
from moderation.domain.status import Status
from moderation.models import BulkJob, SignalRow, db
from moderation.services import bulk, queue
from moderation.services.queue_query import _merged, find_page
from moderation.services.wave_rows import WaveRow, read_waves
from tests.factories import ORIGIN, House, csrf_token
from tests.integration.queueing import (
    HTMX,
    assert_counts_hold,
    decide,
    listed,
    moderator,
    post,
    shown,
)
from tests.integration.waves import SPAM, say, wave_of
from tests.work import statements

OTHER = "Our workshop restores leather seats of every age, write to {name} for a price this week"


@pytest.fixture
def wave(house: House) -> list[int]:
    """Six comments of a wave, all held."""
    return [say(house, n) for n in range(6)]


def rows(house: House, who: int, **view: Any) -> list[WaveRow]:
    with house.rows():
        return list(read_waves(who, QueueView(**view)).rows)


def told(page: str) -> list[str]:
    """The headings of the rows of waves."""
    return re.findall(r'id="wave-\d+-title">([^<]+)<', page)


def carry_out(house: House, location: str) -> None:
    job_id = int(location.rpartition("/")[2])
    with house.rows():
        while bulk.step(job_id, house.clock()):
            pass


@pytest.mark.usefixtures("wave")
def test_a_wave_is_one_row_and_the_rest_is_listed(house: House) -> None:
    alone = [house.hold() for _ in range(2)]
    page = house.sign_in().get("/queue/").text

    assert told(page) == ["6 near-identical comments"]
    assert shown(page) == alone
    assert "In 6 threads" in page
    assert SPAM.format(name="Ann") in page
    assert "8 in this view" in page


def test_a_row_tells_what_counts_against_its_example(house: House, wave: list[int]) -> None:
    browser = house.sign_in()
    shown_now = re.search(r"<figcaption[^>]*>(.*?)</figcaption>", browser.get("/queue/").text)
    assert shown_now is not None
    assert re.fullmatch(
        r"Why: (under )?\d+% spam · The form’s time stamp is missing "
        r'<span class="bad"><span class="points">\+1\.0</span></span>',
        shown_now[1],
    )
    with house.rows():
        db.session.query(SignalRow).filter_by(comment_id=wave[0]).delete()
        db.session.commit()
    assert "<figcaption" not in browser.get("/queue/").text


@pytest.mark.usefixtures("wave")
def test_the_reasons_of_all_rows_are_asked_for_at_once(house: House) -> None:
    who = moderator(house)

    def asked() -> int:
        with statements(house.app) as made:
            rows(house, who)
        return sum("FROM signals" in one for one in made)

    assert asked() == 1
    for number in range(5):
        say(house, number, OTHER, url=f"{ORIGIN}/seats/{number}/")
    assert len(rows(house, who)) == 2
    assert asked() == 1


def test_a_row_is_shown_where_nothing_asks_for_particular_comments(
    house: House, wave: list[int]
) -> None:
    alone = house.hold()
    browser = house.sign_in()
    for query, rows_told in {
        "": 1,
        "site=blog": 1,
        "order=newest": 1,
        "order=riskiest": 1,
        "q=sofa": 0,
        "signal=WAVE": 0,
        "tab=all": 0,
        "tab=spam": 0,
        f"wave={wave_of(house, wave[0])}": 0,
    }.items():
        page = browser.get(f"/queue/?{query}").text
        assert len(told(page)) == rows_told, query
        assert (alone in shown(page)) is (rows_told == 1 or query == "tab=all"), query
    # A filter unfolds it.
    assert set(shown(browser.get("/queue/?q=sofa").text)) == set(wave)


def test_the_filter_works_with_the_others_page_by_page(house: House, wave: list[int]) -> None:
    who = moderator(house)
    house.hold()
    wave_id = wave_of(house, wave[0])
    with house.rows():
        thread = house.comment(wave[2]).thread_id

    for order in ("oldest", "newest"):
        expected = wave if order == "oldest" else wave[::-1]
        assert listed(house, who, limit=2, wave=wave_id, order=order) == expected
    assert sorted(listed(house, who, limit=2, wave=wave_id, order="riskiest")) == wave
    assert listed(house, who, wave=wave_id, thread=thread) == [wave[2]]
    assert listed(house, who, wave=wave_id, signal="WAVE", limit=4) == wave
    assert listed(house, who, wave=wave_id, q="sofa", limit=4) == wave
    assert listed(house, who, wave=wave_id, since="2026-05-05") == []
    decide(house, who, wave[0], "spam")
    assert listed(house, who, wave=wave_id, tab="spam") == [wave[0]]
    assert len(listed(house, who, wave=wave_id, tab="all", limit=1)) == 6


@pytest.mark.parametrize(
    ("decision", "status", "question"),
    [
        ("reject", Status.REJECTED, "Reject 6 comments?"),
        ("spam", Status.SPAM, "Mark 6 comments as spam?"),
        ("approve", Status.PUBLISHED, "Approve 6 comments?"),
    ],
)
def test_all_of_a_wave_is_decided_with_a_preview_and_taken_back_at_once(
    house: House, wave: list[int], decision: str, status: Status, question: str
) -> None:
    alone = house.hold()
    browser = house.sign_in()
    page = browser.get("/queue/").text
    action = re.search(r'id="decide-wave-\d+" method="post" action="([^"]+)"', page)
    newest = re.search(r'name="newest" value="(\d+)" form="decide-wave', page)
    assert action is not None
    assert newest is not None
    form = {"which": "all", "newest": newest[1], "decision": decision}

    preview = post(browser, action[1], **form)
    assert f"<h1>{question}</h1>" in preview.text
    assert "nearly the same" in preview.text
    ordered = post(browser, action[1], **form, confirmed="1")
    carry_out(house, ordered.location)

    assert {house.status(comment) for comment in wave} == {status}
    assert house.status(alone) is Status.HELD
    assert told(browser.get("/queue/").text) == []
    taken_back = post(browser, f"{ordered.location}/undo")
    carry_out(house, taken_back.location)
    assert {house.status(comment) for comment in wave} == {Status.HELD}
    assert told(browser.get("/queue/").text) == ["6 near-identical comments"]
    assert_counts_hold(house)


@pytest.mark.usefixtures("wave")
def test_what_came_after_the_page_was_made_is_left_alone(house: House) -> None:
    who = moderator(house)
    with house.rows():
        newest = queue.newest_id()
    late = say(house, 6)
    view = QueueView(wave=wave_of(house, late))
    with house.rows():
        assert bulk.preview(who, "reject", view, newest) == 6
        job = bulk.order_by_view(who, "reject", view, newest, house.clock())
        bulk.step(job, house.clock())

        assert db.session.get_one(BulkJob, job).changed == 6
    assert house.status(late) is Status.HELD


def test_news_joins_the_row_and_a_new_wave_gets_one(house: House, wave: list[int]) -> None:
    browser = house.sign_in()
    page = browser.get("/queue/").text
    first = wave_of(house, wave[0])
    newest = re.search(r'hx-get="/queue/news\?newest=(\d+)"', page)
    assert newest is not None
    say(house, 6)
    for number in range(5):
        say(house, number, OTHER, url=f"{ORIGIN}/seats/{number}/")
    address = f"/queue/news?newest={newest[1]}&wave_shown={first}"
    news = browser.get(address, headers=HTMX).text

    assert sorted(told(news)) == ["5 near-identical comments", "7 near-identical comments"]
    assert "new – show" not in news  # the rows tell of them
    assert f'id="wave-{first}-told" hx-swap-oob="true"' in news
    assert news.count('hx-swap-oob="beforeend:#waves"') == 1
    updated = re.search(rf'name="newest" value="(\d+)" form="decide-wave-{first}"', news)
    assert updated is not None
    assert int(updated[1]) > int(newest[1])
    house.hold()
    assert "1 new – show" in browser.get(address, headers=HTMX).text


def test_a_row_that_a_colleague_decided_goes(house: House, wave: list[int]) -> None:
    browser = house.sign_in()
    who = moderator(house, "Cleo")
    for comment in wave:
        decide(house, who, comment, "reject")
    first = wave_of(house, wave[0])
    news = browser.get(f"/queue/news?newest=0&wave_shown={first}", headers=HTMX).text

    assert told(news) == []
    assert f'id="wave-{first}"' in news
    assert "A colleague has decided" in news


def test_a_moderator_sees_nothing_of_other_sites(house: House) -> None:
    with house.rows():
        house.add_site("other")
    mine = [say(house, n) for n in range(2)]
    others = [
        say(house, n, SPAM + " at any time", _site="other", name=f"Secret {n}") for n in range(2, 8)
    ]
    who, stranger = moderator(house), moderator(house, "Eve", ("other",))
    both = moderator(house, "Ada", ("blog", "other"))
    wave_id = wave_of(house, mine[0])
    assert wave_id == wave_of(house, others[0])

    assert [(r.held, r.sites, r.threads, r.sample.id) for r in rows(house, who)] == [
        (2, 1, 2, mine[0])
    ]
    assert [(r.held, r.sites, r.sample.id) for r in rows(house, stranger)] == [(6, 1, others[0])]
    assert [(r.held, r.sites) for r in rows(house, both)] == [(8, 2)]
    assert [(r.held, r.sites) for r in rows(house, both, site="blog")] == [(2, 1)]
    assert listed(house, who, wave=wave_id) == mine
    browser = house.sign_in("ben2@example.com")
    for path in ("/queue/", f"/queue/?wave={wave_id}", f"/queue/comment/{mine[0]}"):
        page = browser.get(path).text
        assert "Secret" not in page
        assert "at any time" not in page
        assert "8 near" not in page
    preview = post(
        browser, f"/queue/bulk/?wave={wave_id}", which="all", newest="999999", decision="reject"
    )
    assert "Reject 2 comments?" in preview.text
    ordered = post(
        browser,
        f"/queue/bulk/?wave={wave_id}",
        which="all",
        newest="999999",
        decision="reject",
        confirmed="1",
    )
    carry_out(house, ordered.location)
    assert {house.status(comment) for comment in mine} == {Status.REJECTED}
    assert {house.status(comment) for comment in others} == {Status.HELD}


def test_of_a_wave_of_other_sites_a_stranger_is_told_nothing(house: House, wave: list[int]) -> None:
    with house.rows():
        house.add_site("other")
    browser = house.sign_in("eve@example.com", ("other",))
    known, unknown = (
        browser.get(f"/queue/?wave={number}").text for number in (wave_of(house, wave[0]), 999)
    )

    assert told(browser.get("/queue/").text) == []
    assert shown(known) == shown(unknown) == []
    made_up = re.sub(r"wave=\d+|value=\"\d+\"", "", unknown)
    secret = re.compile(csrf_token(known) + "|" + csrf_token(unknown))
    assert secret.sub("", re.sub(r"wave=\d+|value=\"\d+\"", "", known)) == secret.sub("", made_up)


@pytest.mark.parametrize("order", Order)
@pytest.mark.usefixtures("wave")
def test_pages_lead_past_waves_by_an_index(house: House, order: Order) -> None:
    who = moderator(house)
    alone = [house.hold() for _ in range(5)]
    view = QueueView(tab=Tab.HELD, order=order)
    found: list[int] = []
    after: str | None = ""
    with house.rows():
        while after is not None:
            page = find_page(who, view, limit=2, after=after, folded=True)
            found, after = found + page.ids, page.next_after
        statement = _merged(who, view, None, 3, folded=True)
        sql = str(
            statement.compile(
                db.engine, compile_kwargs={"literal_binds": True, "render_postcompile": True}
            )
        )
        if db.engine.dialect.name == "sqlite":
            plan = str(db.session.execute(text(f"EXPLAIN QUERY PLAN {sql}")).all())
            assert "_alone (site_id=? AND status=? AND wave_id=?)" in plan
            assert "SCAN comments" not in plan

    assert sorted(found) == alone
    assert found == (
        alone if order is Order.OLDEST else alone[::-1] if order is Order.NEWEST else found
    )
