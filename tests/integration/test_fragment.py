"""A thread as HTML, to be put into a page by its server."""

import html
import re
from dataclasses import replace

import nh3
import pytest

from moderation.services.threads import set_page_closed
from tests.factories import ORIGIN, PAGE, House
from tests.integration.snapshots import FRAGMENT, ask, change_settings, keep_hot, like, remove

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}'


def fragment(house: House, **query: str) -> str:
    answer = ask(house, FRAGMENT, **query)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/html; charset=utf-8"
    return answer.text


def test_it_shows_the_comments_in_one_section(house: House) -> None:
    top = house.publish(name="Anna", comment="Hello *there*", website="anna.example")
    reply = house.publish(name="Ben", parent=top)
    like(house, top, 3)
    text = fragment(house)

    assert text.strip().startswith('<section class="lar"')
    assert text.strip().endswith("</section>")
    assert 'data-thread-version="3"' in text
    assert "2 comments" in text
    assert "<p>Hello <em>there</em></p>" in text
    assert f'href="{PAGE}#comment-{top}"' in text
    assert f'itemid="{PAGE}#comment-{top}"' in text
    assert '<a itemprop="url" href="https://anna.example" rel="nofollow ugc noopener">' in text
    assert '<meta itemprop="upvoteCount" content="3">' in text
    assert text.index(f'id="comment-{top}"') < text.index(f'id="comment-{reply}"')
    assert "<script" not in text
    assert "style=" not in text


def test_each_tag_that_is_opened_is_closed(house: House) -> None:
    top = house.publish()
    house.publish(parent=house.publish(parent=top))
    text = fragment(house)

    for tag in ("section", "ol", "li", "article", "header", "span", "a", "bdi", "div", "p", "time"):
        assert len(re.findall(f"<{tag}[ >]", text)) == text.count(f"</{tag}>"), tag


def test_an_empty_page_says_so_and_leads_to_the_form(house: House) -> None:
    text = fragment(house)

    assert "No comments yet" in text
    link = re.search(r'href="([^"]+#respond)"', text)
    assert link
    assert "Leave a Reply" in house.client.get(html.unescape(link[1])).text


def test_links_lead_to_our_public_address(house: House) -> None:
    parts = replace(house.parts, settings=replace(house.settings, public_url="https://c.example"))
    parts.install(house.app.extensions)

    assert 'href="https://c.example/t/blog?url=' in fragment(house)


def test_an_address_somebody_made_up_stays_with_them(house: House) -> None:
    keep_hot(house)
    ask(house, FRAGMENT, {"Host": "evil.example"})

    assert "evil.example" not in fragment(house)


def test_a_long_thread_tells_where_it_goes_on(house: House) -> None:
    change_settings(house, page_size=1)
    first = house.publish()
    house.clock.move(seconds=1)
    second = house.publish()
    text = fragment(house)
    cursor = re.search(r'data-next-cursor="([\w-]+)"', text)

    assert f"comment-{first}" in text
    assert f"comment-{second}" not in text
    assert "All comments" in text
    assert cursor
    assert f"comment-{second}" in fragment(house, cursor=cursor[1])
    assert f"comment-{second}" in fragment(house, sort="newest")


def test_a_removed_comment_keeps_its_place(house: House) -> None:
    top = house.publish(name="Secret Name", comment="secret text")
    reply = house.publish(parent=top)
    remove(house, top)
    text = fragment(house)

    assert "ecret" not in text
    assert "This comment is not here any more." in text
    assert f'id="comment-{reply}"' in text


def test_a_closed_thread_has_no_link_to_the_form(house: House) -> None:
    house.publish()
    with house.rows():
        set_page_closed(None, "blog", PAGE, house.clock(), closed=True)
    text = fragment(house)

    assert "Comments are closed." in text
    assert "Leave a Reply" not in text


def test_hostile_markup_stays_text(house: House) -> None:
    house.publish(name=HOSTILE, comment=HOSTILE, title=HOSTILE)
    house.publish(comment="A thought.", url=f'{ORIGIN}/?q="><script>alert(3)</script>')
    texts = [fragment(house), fragment(house, url=f'{ORIGIN}/?q="><script>alert(3)</script>')]

    for text in texts:
        assert "<script" not in text
        assert "<img" not in text
        assert "49" not in re.sub(r"\d{4}-\d\d-\d\dT[\d:+.]+|comment-\d+", "", text)


@pytest.mark.parametrize("name", ["<b>x</b>", "a&amp;b", "\u202eevil"])
def test_a_name_is_shown_as_it_was_written(house: House, name: str) -> None:
    house.publish(name=name)
    shown = re.search(r'<bdi itemprop="name">(.*?)</bdi>', fragment(house))

    assert shown
    assert html.unescape(shown[1]) == name
    assert nh3.clean(shown[1], tags=set()) == shown[1]


def test_it_speaks_the_language_asked_for_else_the_sites_never_the_browsers(house: House) -> None:
    house.publish()
    keep_hot(house)
    french = {"Accept-Language": "fr"}
    for _ in range(2):  # built, and from memory
        english, german = ask(house, FRAGMENT, french), ask(house, FRAGMENT, french, lang="de-AT")
        assert (english.headers["Content-Language"], german.headers["Content-Language"]) == (
            "en",
            "de",
        )
        assert "Accept-Language" not in english.headers["Vary"]
        assert 'lang="en" dir="ltr"' in english.text
        assert "1 comment<" in english.text
        assert "1 Kommentar<" in german.text
        assert re.search(r'href="[^"]*lang=de[^"]*#respond"', german.text)

    keep_hot(house)
    change_settings(house, language="he")
    hebrew = ask(house, FRAGMENT, french)
    assert hebrew.headers["Content-Language"] == "he"
    assert 'lang="he" dir="rtl"' in hebrew.text
