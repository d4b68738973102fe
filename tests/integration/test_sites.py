"""Sites in the browser, on both databases."""

import html
import re
from base64 import b64encode
from hashlib import sha384
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import SiteSettings
from moderation.domain.status import Actor
from moderation.models import ApiKey, AuditEntry, Comment, Membership, Site, Thread, db
from moderation.services import site_admin, threads
from moderation.services.sites import change_policy, find_site
from tests.accounts import post
from tests.factories import ORIGIN, PAGE, House, csrf_token
from tests.integration.queueing import id_of, signed_in

SITES = "/queue/sites"


def owner(house: House, *sites: str) -> FlaskClient:
    return signed_in(house, "Ora", SiteRole.OWNER, sites or ("blog",))


def log(action: Action) -> list[AuditEntry]:
    found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def words_of(page: str) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_ones_own_sites_are_listed_with_their_counts(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    browser = house.sign_in("ben@example.com")
    house.hold()
    house.hold()
    house.publish()
    house.publish(_site="shop")
    page = browser.get(SITES).text

    assert "The blog" in page
    assert "The shop" not in page
    assert "2 held 1 published 0 spam 0 rejected 1 thread" in words_of(page)
    assert "Add a site" not in page
    assert "Add a site" in owner(house).get(SITES).text


def test_an_owner_adds_a_site_and_owns_it(house: House) -> None:
    browser = owner(house)
    answer = post(
        browser,
        SITES,
        slug="new",
        name=" A new one ",
        origins="https://NEW.example/page\r\nhttps://new.example:443 http://new.example",
    )
    page = browser.get(answer.location).text

    assert answer.location == f"{SITES}/new"
    assert "A new one is added" in page
    with house.rows():
        site = find_site("new")
        assert (site.name, site.origins) == (
            "A new one",
            ("https://new.example", "http://new.example"),
        )
        (entry,) = log(Action.SITE_ADDED)
        assert (entry.site_id, entry.moderator_id) == (site.site_id, id_of("Ora"))
        assert entry.details["slug"] == "new"
        role = select(Membership.role).where(Membership.site_id == site.site_id)
        assert db.session.scalars(role).all() == [SiteRole.OWNER]


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"slug": "blog"}, 409, "There is a site named “blog” already"),
        ({"slug": "No Name"}, 400, "cannot be a site’s name"),
        ({"slug": ""}, 400, "cannot be a site’s name"),
        ({"origins": ""}, 400, "at least one origin"),
        ({"origins": "javascript:alert(1)"}, 400, "must start with http"),
        ({"origins": "https://user@new.example"}, 400, "must start with http"),
        ({"origins": " ".join(f"https://a{n}.example" for n in range(51))}, 400, "50 origins"),
        ({"name": "x" * 201}, 400, "1 to 200 characters"),
    ],
)
def test_what_is_no_site_is_refused_and_stays_typed(
    house: House, fields: dict[str, str], status: int, told: str
) -> None:
    typed = {"slug": "new", "name": "New", "origins": "https://new.example"} | fields
    answer = post(owner(house), SITES, **typed)

    assert answer.status_code == status
    assert told in html.unescape(answer.text)
    assert html.escape(typed["origins"]) in answer.text
    with house.rows():
        assert db.session.query(Site).count() == 1
        assert log(Action.SITE_ADDED) == []


def test_the_operator_adds_a_site_that_nobody_owns(house: House) -> None:
    with house.rows():
        site_admin.add_site(None, "new", "", ["https://new.example"], house.clock())
        assert log(Action.SITE_ADDED)[0].actor is Actor.OPERATOR
        assert db.session.query(Membership).count() == 0


def test_a_site_is_renamed_and_the_same_name_again_is_no_change(house: House) -> None:
    browser, path = owner(house), f"{SITES}/blog/name"
    for _ in range(2):
        post(browser, path, f"{SITES}/blog", name="  My   diary ")
    refused = post(browser, path, f"{SITES}/blog", name=" ")

    assert refused.status_code == 400
    assert "1 to 200 characters" in refused.text
    with house.rows():
        assert find_site("blog").name == "My diary"
        (entry,) = log(Action.SITE_RENAMED)
        assert entry.details == {"before": "The blog", "after": "My diary"}


def test_origins_are_added_and_removed_but_for_the_last(house: House) -> None:
    browser, path = owner(house), f"{SITES}/blog/origins"
    for url in ("https://www.blog.example/some/page?x=1", " https://www.blog.example "):
        answer = post(browser, path, f"{SITES}/blog", origin=url)
        assert answer.status_code == 303
    wrong = post(browser, path, f"{SITES}/blog", origin="www.blog.example")
    with house.rows():
        assert find_site("blog").origins == (ORIGIN, "https://www.blog.example")
    assert wrong.status_code == 400
    assert 'value="www.blog.example"' in wrong.text
    assert "must start with http" in wrong.text

    for _ in range(2):
        post(browser, f"{path}/remove", f"{SITES}/blog", origin=ORIGIN)
    last = post(browser, f"{path}/remove", f"{SITES}/blog", origin="https://www.blog.example")
    assert last.status_code == 400
    assert "at least one origin" in last.text
    with house.rows():
        assert find_site("blog").origins == ("https://www.blog.example",)
        assert [e.details for e in log(Action.ORIGIN_ADDED)] == [
            {"origin": "https://www.blog.example"}
        ]
        assert [e.details for e in log(Action.ORIGIN_REMOVED)] == [{"origin": ORIGIN}]


def test_an_origin_that_is_added_may_post_within_a_second(house: House) -> None:
    origin = "https://www.blog.example"
    fields = {"url": f"{origin}/a", "_headers": {"Origin": origin}}
    assert house.post(**fields).status_code == 403
    post(owner(house), f"{SITES}/blog/origins", f"{SITES}/blog", origin=origin)
    house.parts.sites.__init__(lambda: 0.0)  # type: ignore[misc]

    assert house.post(**fields).status_code == 202


def test_each_role_sees_the_pages_that_it_may_open(house: House) -> None:
    def pages(browser: FlaskClient) -> list[str]:
        page = browser.get(f"{SITES}/blog").text
        return re.findall(
            r"<a href=\"[^\"]+\"[^>]*>([^<]+)</a>",
            page.split('class="site-tabs"')[1].split("</nav>")[0],
        )

    admin = ["Overview", "Settings", "Threads", "Snippet", "Embed doctor", "Other services"]
    admin += ["Rules", "Policy", "Learned"]
    assert pages(signed_in(house, "Ben", SiteRole.MODERATOR)) == ["Overview", "Threads", "Learned"]
    assert pages(signed_in(house, "Ada", SiteRole.ADMIN)) == admin
    assert pages(owner(house)) == [*admin[:6], "API keys", *admin[6:]]


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send of the settings' form."""
    form = page[page.index('<form class="policy"') :]
    fields: dict[str, Any] = dict(
        re.findall(r'<input (?!type="checkbox")[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    )
    for name in re.findall(r'type="checkbox"[^>]*name="([^"]+)" value="yes" checked', form):
        fields[name] = ["no", "yes"]
    for name, options in re.findall(r'<select id="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen
        fields[name] = chosen[1]
    return fields


SETTINGS = f"{SITES}/blog/settings"


def test_every_setting_is_on_the_page_and_saved(house: House) -> None:
    browser = owner(house)
    form = form_of(browser.get(SETTINGS).text)
    assert form.keys() - {"csrf_token", "version"} == (
        SiteSettings.model_fields.keys() | {"close_after_days"}
    )
    form |= {"language": "de", "theme": "dark", "sort": "liked", "page_size": "20"}
    form |= {"markup": "plain", "name_required": "no", "email_required": "no", "likes": "no"}
    form |= {"reports": "no", "hold_at_reports": "", "edit_minutes": "0", "close_after_days": "9"}
    form |= {"akismet_days": "3"}
    answer = browser.post(SETTINGS, data=form)

    assert answer.status_code == 303
    assert "Saved." in browser.get(answer.location).text
    with house.rows():
        site = find_site("blog")
        assert site.settings.model_dump(mode="json") == {
            "language": "de",
            "theme": "dark",
            "sort": "liked",
            "page_size": 20,
            "markup": "plain",
            "name_required": False,
            "email_required": False,
            "edit_minutes": 0,
            "likes": False,
            "reports": False,
            "hold_at_reports": None,
            "akismet_days": 3,
        }
        assert site.policy.close_after_days == 9
        (entry,) = log(Action.SETTINGS_CHANGED)
        assert entry.details["page_size"] == [50, 20]
        assert "close_after_days" not in entry.details
        (closing,) = log(Action.POLICY_CHANGED)
        assert closing.details == {"close_after_days": [None, 9]}
    assert "Colours: as the reader’s system is set → dark" in browser.get("/queue/audit").text


def test_saving_what_is_there_changes_nothing(house: House) -> None:
    browser = owner(house)
    answer = browser.post(SETTINGS, data=form_of(browser.get(SETTINGS).text))

    assert "Nothing was different" in browser.get(answer.location).text
    with house.rows():
        assert db.session.scalar(select(Site.settings_data)) == {}
        assert log(Action.SETTINGS_CHANGED) == log(Action.POLICY_CHANGED) == []


def test_a_default_that_was_never_set_stays_the_default(house: House) -> None:
    browser = owner(house)
    browser.post(SETTINGS, data=form_of(browser.get(SETTINGS).text) | {"page_size": "20"})
    with house.rows():
        assert db.session.scalar(select(Site.settings_data)) == {"page_size": 20}


def test_a_setting_that_is_none_is_told_at_its_field(house: House) -> None:
    browser = owner(house)
    typed = {"page_size": "many", "language": "tlh", "close_after_days": "-1"}
    answer = browser.post(SETTINGS, data=form_of(browser.get(SETTINGS).text) | typed)

    assert answer.status_code == 400
    for name in typed:
        assert f'id="{name}-fault"' in answer.text
    assert 'value="many"' in answer.text
    with house.rows():
        assert db.session.scalar(select(Site.settings_data)) == {}


def test_the_second_of_two_who_save_at_once_sees_what_the_first_did(house: House) -> None:
    ora, ada = owner(house), signed_in(house, "Ada", SiteRole.ADMIN)
    mine, theirs = form_of(ora.get(SETTINGS).text), form_of(ada.get(SETTINGS).text)
    ora.post(SETTINGS, data=mine | {"page_size": "10", "likes": "no"})
    with house.rows():
        change_policy("blog", {"hold_at": 5}, None, house.clock())
        change_policy("blog", {"close_after_days": 30}, None, house.clock())
    stale = ada.post(SETTINGS, data=theirs | {"page_size": "99"})

    assert stale.status_code == 409
    told = words_of(stale.text)
    assert "Somebody changed these settings while you did" in told
    assert "Ora changed" in told
    assert "Readers can like comments: yes → no" in told
    assert "The operator, at the command line, changed" in told
    assert "Days until a thread closes: never → 30" in told
    assert "Points that hold" not in told
    again = form_of(stale.text)
    assert (again["page_size"], again["likes"], again["close_after_days"]) == ("99", "no", "30")
    assert ada.post(SETTINGS, data=again).status_code == 303
    with house.rows():
        settings = find_site("blog").settings
        assert (settings.page_size, settings.likes) == (99, False)


def test_who_is_at_the_policy_sees_that_the_settings_changed_it(house: House) -> None:
    ora, ada = owner(house), signed_in(house, "Ada", SiteRole.ADMIN)
    path = "/queue/rules/blog/policy"
    page = ada.get(path).text
    version = re.search(r'name="version" value="(\w+)"', page)
    assert version
    ora.post(SETTINGS, data=form_of(ora.get(SETTINGS).text) | {"close_after_days": "7"})
    typed = {"csrf_token": csrf_token(page), "version": version[1], "do": "save", "hold_at": "4"}
    stale = ada.post(path, data=typed)

    assert stale.status_code == 409
    assert "Days until a thread closes: never → 7" in stale.text


THREADS = f"{SITES}/blog/threads"


def titles(page: str) -> list[str]:
    return re.findall(r"<strong><bdi>([^<]+)</bdi>", page)


def test_threads_are_found_by_words_of_title_or_address_with_their_counts(house: House) -> None:
    with house.rows():
        house.add_site("shop")
    house.publish(url=f"{ORIGIN}/a", title="Über Batterien")
    house.publish(url=f"{ORIGIN}/b", title="Tyres 100%")
    house.hold(url=f"{ORIGIN}/b")
    house.hold(url=f"{ORIGIN}/c_d")
    house.publish(_site="shop", url=f"{ORIGIN}/b", title="Of the shop")
    browser = house.sign_in("ben@example.com")
    page = browser.get(THREADS).text

    assert titles(page) == ["Without a title", "Tyres 100%", "Über Batterien"]
    assert "1 published 1 held 2 in all" in words_of(page)
    for words, found in (
        ("TYRES", ["Tyres 100%"]),
        ("Über", ["Über Batterien"]),
        ("/b tyres", ["Tyres 100%"]),
        ("100%", ["Tyres 100%"]),
        ("c_d", ["Without a title"]),
        ("%", ["Tyres 100%"]),
        ("shop", []),
    ):
        assert titles(browser.get(THREADS, query_string={"q": words}).text) == found, words
    assert "No thread is like that" in browser.get(f"{THREADS}?q=nothing").text


def test_threads_come_in_pages(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderation.web import site_threads

    monkeypatch.setattr(site_threads, "_PAGE", 2)
    for n in range(3):
        house.publish(url=f"{ORIGIN}/{n}", title=f"Page {n}")
    browser = house.sign_in("ben@example.com")
    first = browser.get(THREADS).text
    older = re.search(r'href="([^"]+after=\d+)"', first)
    assert older

    assert titles(first) == ["Page 2", "Page 1"]
    second = browser.get(html.unescape(older[1])).text
    assert titles(second) == ["Page 0"]
    assert "Older threads" not in second


def test_a_thread_is_closed_and_opened_and_readers_see_it(house: House) -> None:
    house.publish()
    browser = house.sign_in("ben@example.com")
    with house.rows():
        thread = db.session.query(Thread).one()
        number, version = thread.id, thread.version
    for _ in range(2):
        answer = post(browser, f"{THREADS}/{number}/close?state=open", THREADS)
    assert answer.location == f"{THREADS}?state=open"
    assert house.post().json["code"] == "comment_closed"
    page = browser.get(f"{THREADS}?state=closed").text
    assert "The first drive takes no more comments" in page
    assert titles(page) == ["The first drive"]
    assert titles(browser.get(f"{THREADS}?state=open").text) == []
    post(browser, f"{THREADS}/{number}/open", THREADS)

    assert house.post().status_code == 202
    with house.rows():
        assert db.session.query(Thread).one().version == version + 2
        assert [e.details for e in log(Action.THREAD_CLOSED)] == [{"url": PAGE}]
        assert log(Action.THREAD_OPENED)[0].moderator_id == id_of("Ben")


def test_a_thread_that_closed_by_its_age_is_told_so(house: House) -> None:
    house.publish()
    browser = house.sign_in("ben@example.com")
    with house.rows():
        change_policy("blog", {"close_after_days": 10}, None, house.clock())
    assert "closes 14 May 2026" in browser.get(THREADS).text
    assert titles(browser.get(f"{THREADS}?state=open").text) == ["The first drive"]
    house.clock.move(days=10)
    page = browser.get(THREADS).text

    assert "closed by age" in page
    assert 'aria-label="Reopen' not in page
    assert titles(browser.get(f"{THREADS}?state=open").text) == []
    assert titles(browser.get(f"{THREADS}?state=closed").text) == ["The first drive"]


def test_a_page_is_closed_before_its_first_comment(house: House) -> None:
    browser = house.sign_in("ben@example.com")
    assert post(browser, THREADS, url=f"{PAGE}?utm_source=x").status_code == 303
    wrong = post(browser, THREADS, url="https://elsewhere.example/")

    assert house.post().json["code"] == "comment_closed"
    assert wrong.status_code == 422
    assert "do not belong to this site" in wrong.text
    assert 'value="https://elsewhere.example/"' in wrong.text
    assert browser.get(f"{THREADS}?state=x").status_code == 400


def test_the_operator_closes_and_opens_a_page_audited(house: House) -> None:
    with house.rows():
        for closed in (True, False):
            threads.set_page_closed(None, "blog", PAGE, house.clock(), closed=closed)
        assert log(Action.THREAD_CLOSED)[0].actor is Actor.OPERATOR
        assert len(log(Action.THREAD_OPENED)) == 1


SNIPPET = '<script src="http://localhost/widget.js{}" data-site="blog" async></script>'


def test_the_snippet_is_as_it_was_chosen(house: House) -> None:
    browser = owner(house)
    page = html.unescape(browser.get(f"{SITES}/blog/snippet?theme=dark&language=ar").text)

    assert f"{SNIPPET.format('?lang=ar')}\n<leave-a-reply" in page
    assert '<leave-a-reply theme="dark" lang="ar"></leave-a-reply>' in page
    assert f'<leave-a-reply url="{ORIGIN}/leave-a-reply-preview"' in page
    assert 'action="http://localhost/s/blog/wp-comments-post.php"' in page
    assert "http://localhost/s/blog/fragment?url=https%3A%2F%2Fblog.example" in page
    odd = html.unescape(browser.get(f"{SITES}/blog/snippet?theme=x&language=%22%3E").text)
    assert f"{SNIPPET.format('')}\n<leave-a-reply></leave-a-reply>" in odd


def test_the_snippets_plain_form_posts_all_that_the_hosted_one_asks_for(house: House) -> None:
    page = html.unescape(html.unescape(owner(house).get(f"{SITES}/blog/snippet").text))
    form = page[page.index('<form method="post" action="http://localhost/s/blog/') :]
    form = form[: form.index("</form>")]
    values = {"comment": "A reply", "author": "Mira", "url": "https://mira.example/"}
    names = set(re.findall(r' name="(\w+)"', form))
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))

    assert names - set(hidden) == {*values, "email"}
    sent = hidden | values | {"email": "mira@mail.example"}
    answer = house.client.post("/s/blog/wp-comments-post.php", data=sent)
    assert answer.status_code == 302
    with house.rows():
        comment = db.session.scalars(select(Comment)).one()
        assert (comment.name, comment.website) == ("Mira", "https://mira.example/")


@pytest.mark.parametrize("chosen", ["", "de"])
def test_a_pinned_snippet_has_the_hash_of_what_is_at_its_address(house: House, chosen: str) -> None:
    page = html.unescape(owner(house).get(f"{SITES}/blog/snippet?language={chosen}").text)
    pinned = re.search(
        r'src="http://localhost(/widget/\w+/widget\.js[^"]*)".* integrity="([^"]+)"', page
    )

    assert pinned
    assert pinned[1].endswith("?lang=de" if chosen else ".js")
    script = house.client.get(pinned[1], headers={"Accept-Language": "fr"}).data
    assert pinned[2] == f"sha384-{b64encode(sha384(script).digest()).decode()}"
    assert ("Choose a language above" in page) == (not chosen)


def test_the_snippet_and_the_doctor_name_the_sites_own_language(house: House) -> None:
    with house.rows():
        db.session.scalars(select(Site)).one().settings_data = {"language": "fr"}
        db.session.commit()
    browser = owner(house)
    token = csrf_token(browser.get(f"{SITES}/blog/doctor").text)
    pasted = {"csrf_token": token, "page": PAGE, "source": "<p>Words"}
    doctor = browser.post(f"{SITES}/blog/doctor", data=pasted)

    for answer in (browser.get(f"{SITES}/blog/snippet"), doctor):
        page = html.unescape(answer.text)
        assert f"{SNIPPET.format('?lang=fr')}\n<leave-a-reply></leave-a-reply>" in page


def test_what_is_posted_in_the_preview_goes_the_way_of_every_comment(house: House) -> None:
    url = f"{ORIGIN}/leave-a-reply-preview"
    answer = house.post(url=url, _headers={"Origin": "http://localhost"})

    assert answer.status_code == 202
    read = house.client.get("/api/v1/sites/blog/comments", query_string={"url": url})
    assert read.json["count"] == 0


KEYS = f"{SITES}/blog/keys"


def test_a_key_is_shown_once_listed_by_its_prefix_and_revoked(house: House) -> None:
    browser = owner(house)
    page = browser.get(KEYS).text
    fields = {
        "csrf_token": csrf_token(page),
        "name": "Nightly import",
        "scopes": ["read", "submit"],
    }
    made = browser.post(KEYS, data=fields)
    found = re.search(r'value="(lar_\w{8}_\w{40})"', made.text)
    assert found
    key, listed = found[1], browser.get(KEYS)

    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    assert key not in listed.text
    assert f"{key[:12]}…" in listed.text
    assert "never used" in listed.text
    headers = {"Authorization": f"Bearer {key}"}
    path = "/api/v1/sites/blog/moderation/comments"
    assert house.client.get(path, headers=headers).status_code == 200
    assert "last used" in browser.get(KEYS).text
    with house.rows():
        number = db.session.scalar(select(ApiKey.id))
    revoked = post(browser, f"{KEYS}/{number}/revoke", KEYS)
    assert "revoked 4 May 2026" in browser.get(revoked.location).text
    assert house.client.get(path, headers=headers).status_code == 401
    audit = words_of(browser.get("/queue/audit").text)
    assert "Ora added an API key" in audit
    assert "Ora revoked an API key" in audit
    assert key.rpartition("_")[2] not in audit


@pytest.mark.parametrize(
    ("name", "scopes", "told"),
    [
        ("", ["read"], "A name has 1 to 100"),
        ("Import", [], "what the key may do"),
        ("a@b", ["read"], "A name"),
    ],
)
def test_a_key_that_is_none_is_refused_and_stays_typed(
    house: House, name: str, scopes: list[str], told: str
) -> None:
    browser = owner(house)
    token = csrf_token(browser.get(KEYS).text)
    answer = browser.post(KEYS, data={"csrf_token": token, "name": name, "scopes": scopes})

    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{name}"' in answer.text
    with house.rows():
        assert db.session.query(ApiKey).count() == 0
