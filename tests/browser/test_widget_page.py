"""The widget and the page that it is on: addresses, policies, navigation, counts, failures."""

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
)

from tests.browser.pages import Blog

pytestmark = pytest.mark.browser


def test_several_on_a_page_do_not_know_each_other(page: Page, blog: Blog) -> None:
    one, two = blog.page(), blog.page()
    blog.publish(one, name="Anna")
    blog.publish(two, name="Bela")
    page.goto(
        blog.page(
            f'<leave-a-reply url="{one}"></leave-a-reply><leave-a-reply url="{two}"></leave-a-reply>'
        )
    )

    widgets = page.locator("leave-a-reply")
    expect(widgets.nth(0).locator("article h3")).to_have_text(["Anna"])
    expect(widgets.nth(1).locator("article h3")).to_have_text(["Bela"])
    widgets.nth(0).get_by_label("Leave a Reply").fill("For the first")
    page.reload()
    expect(widgets.nth(0).get_by_label("Leave a Reply")).to_have_value("For the first")
    expect(widgets.nth(1).get_by_label("Leave a Reply")).to_have_value("")
    assert widgets.nth(0).locator(".time").get_attribute("href", timeout=1000).startswith(one)


def test_the_canonical_link_is_the_pages_address(page: Page, blog: Blog) -> None:
    canonical = blog.page()
    blog.publish(canonical, name="Anna")
    page.goto(blog.page(head=f'<link rel="canonical" href="{canonical}">') + "?utm=1")

    expect(page.get_by_role("article", name="Anna")).to_be_visible()


def test_a_page_that_navigates_without_loading_shows_the_next_thread(
    page: Page, blog: Blog
) -> None:
    first, second = blog.page(), blog.page()
    blog.publish(first, name="Anna")
    blog.publish(second, name="Bela")
    page.goto(blog.page(f'<leave-a-reply url="{first}"></leave-a-reply>'))
    expect(page.get_by_role("article", name="Anna")).to_be_visible()

    page.eval_on_selector("leave-a-reply", "(e, url) => e.setAttribute('url', url)", second)
    expect(page.get_by_role("article", name="Bela")).to_be_visible()
    expect(page.get_by_role("article", name="Anna")).to_have_count(0)

    page.eval_on_selector("leave-a-reply", "e => { window.e = e; e.remove() }")
    page.evaluate("document.querySelector('main').append(window.e)")
    expect(page.get_by_role("article", name="Bela")).to_be_visible()


def test_an_element_that_is_not_in_the_page_is_not_painted(page: Page, blog: Blog) -> None:
    address = blog.page()
    blog.publish(address, name="Anna")
    page.goto(address)
    expect(page.get_by_role("article", name="Anna")).to_be_visible()

    # As in the frame after a framework has taken it out.
    page.eval_on_selector(
        "leave-a-reply",
        "e => { const at = e.parentNode; e.remove(); e.ontransitionend(); at.append(e); }",
    )

    expect(page.get_by_role("article", name="Anna")).to_be_visible()


def test_frameworks_that_set_what_the_element_has_as_a_property_still_set_attributes(
    page: Page, blog: Blog
) -> None:
    page.goto(blog.page())
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()

    # React 19 and Vue ask `name in element`, and set no attribute where that is so.
    properties = page.eval_on_selector(
        "leave-a-reply", "e => e.constructor.observedAttributes.filter(name => name in e)"
    )
    assert properties == ["lang"]  # which reflects


def test_a_page_that_changes_its_address_shows_the_thread_of_the_new_one(
    page: Page, blog: Blog
) -> None:
    first, second = blog.page(), blog.page()
    blog.publish(second, name="Bela")
    page.goto(first)
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()
    page.evaluate("url => history.pushState({}, '', url)", second)

    expect(page.get_by_role("article", name="Bela")).to_be_visible()


def test_counts_of_a_listing_come_in_one_request(page: Page, blog: Blog) -> None:
    one, two = blog.page(), blog.page()
    blog.publish(one)
    for _ in range(2):
        blog.publish(two)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/counts" in r.url else None)
    page.goto(
        blog.page(
            f'<span data-comment-count="{one}"></span><b data-comment-count="{two}">…</b>'
            "<i data-comment-count></i>"
        )
    )
    expect(page.locator("span")).to_have_text("1 comment")
    expect(page.locator("b")).to_have_text("2 comments")
    expect(page.locator("i")).to_have_text("0 comments")
    assert len(asked) == 1


def asked_for(page: Page, blog: Blog) -> list[str]:
    """The names of what a page asks the service for, from now on."""
    names: list[str] = []
    root = blog.stack.base_url

    def note(request: Request) -> None:
        if request.url.startswith(root):
            names.append(request.url.partition("?")[0].rpartition("/")[2])

    page.on("request", note)
    return names


@pytest.mark.parametrize(
    ("browser", "page_says", "site_says", "words", "heading"),
    [
        ("en-GB", "en", None, None, "1 comment"),
        ("de-AT", "", None, None, "1 Kommentar"),
        ("de", "de-CH", None, None, "1 Kommentar"),
        ("zh-TW", "zh-Hant", None, None, "1 則留言"),
        ("en", "fr", None, "fr", "1 commentaire"),
        ("en", "en", "ru", "ru", "1 комментарий"),
    ],
)
def test_after_two_requests_a_reader_can_write(
    chromium: Browser,
    blog: Blog,
    *,
    browser: str,
    page_says: str,
    site_says: str | None,
    words: str | None,
    heading: str,
) -> None:
    if site_says:
        blog.set_settings(language=site_says)
    url = blog.page(html=f'lang="{page_says}"' if page_says else "", words=words)
    blog.publish(url)
    page = chromium.new_context(locale=browser).new_page()
    asked = asked_for(page, blog)
    page.goto(url)
    expect(page.get_by_role("heading", level=2)).to_have_text(heading)
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("textbox").first).to_be_editable()

    assert asked == ["widget.js", "thread"]
    page.context.close()


@pytest.mark.parametrize("words", ["de", None])
def test_words_that_did_not_come_with_the_script_are_asked_for_along_with_the_thread(
    page: Page, blog: Blog, words: str | None
) -> None:
    blog.publish(url := blog.page('<leave-a-reply lang="fr"></leave-a-reply>', words=words))
    asked = asked_for(page, blog)
    held: list[Route] = []
    page.route("**/fr.json", lambda route: held.append(route))  # noqa: PLW0108 -- takes no method
    with page.expect_response("**/thread?*"):
        page.goto(url)
    held[0].continue_()
    expect(page.get_by_role("heading", level=2)).to_have_text("1 commentaire")

    assert asked[0] == "widget.js"
    assert sorted(asked[1:]) == ["fr.json", "thread"]


def test_words_that_do_not_come_are_told_and_asked_for_again(page: Page, blog: Blog) -> None:
    url = blog.page(html='lang="de"')
    blog.publish(url, name="Anna")
    page.goto(url)
    page.get_by_label("Schreibe einen Kommentar").fill("Ein angefangener Satz")
    page.context.route("**/de.json", lambda route: route.abort())
    page.reload()
    fault = page.get_by_role("alert")
    expect(fault).to_contain_text("Comments could not be loaded.")
    expect(page.locator("leave-a-reply section")).to_have_attribute("lang", "en")
    page.context.unroute("**/de.json")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("article", name="Anna")).to_be_visible()
    expect(page.get_by_label("Schreibe einen Kommentar")).to_have_value("Ein angefangener Satz")


def pinned(blog: Blog, words: str | None) -> str:
    address, integrity = blog.pinned(words)
    return (
        f'<script src="{address}" integrity="{integrity}" crossorigin="anonymous" '
        f'data-site="{blog.slug}" async></script>'
    )


def test_a_script_that_is_there_twice_and_pinned_by_its_hash_runs_once(
    page: Page, blog: Blog
) -> None:
    blog.publish(
        url := blog.page(f"{pinned(blog, None)}<leave-a-reply></leave-a-reply>"), name="Anna"
    )
    page.goto(url)

    expect(page.get_by_role("article", name="Anna")).to_have_count(1)


@pytest.mark.parametrize(("words", "requests"), [("de", []), (None, ["de.json"])])
def test_a_script_that_is_pinned_by_its_hash_brings_the_words_that_its_address_names(
    page: Page, blog: Blog, words: str | None, requests: list[str]
) -> None:
    url = blog.page(html='lang="de"', head=pinned(blog, words), script=False)
    blog.publish(url)
    asked = asked_for(page, blog)
    page.goto(url)
    expect(page.get_by_role("heading", level=2)).to_have_text("1 Kommentar")

    assert asked[0] == "widget.js"
    assert sorted(asked[1:]) == [*requests, "thread"]


def test_what_the_page_holds_shows_until_the_thread_is_there(page: Page, blog: Blog) -> None:
    fragment = '<section class="lar"><p>Served with the page</p></section>'
    url = blog.page(f"<leave-a-reply>{fragment}</leave-a-reply>")
    blog.publish(url, name="Anna")
    held: list[Route] = []
    page.route("**/thread?*", lambda route: held.append(route))  # noqa: PLW0108 -- takes no method
    page.goto(url)
    expect(page.get_by_text("Served with the page")).to_be_visible()
    expect(page.get_by_text("Loading comments…")).to_be_visible()
    while not held:  # it says that it loads before it asks
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(page.get_by_role("article", name="Anna")).to_be_visible()
    expect(page.get_by_text("Served with the page")).to_be_hidden()


def test_without_javascript_the_page_has_what_it_was_served_with(
    plain_page: Page, blog: Blog
) -> None:
    fragment = "<p>Served with the page</p>"
    plain_page.goto(blog.page(f"<leave-a-reply>{fragment}</leave-a-reply>"))

    expect(plain_page.get_by_text("Served with the page")).to_be_visible()


def test_a_service_that_is_away_is_told_and_tried_again(page: Page, blog: Blog) -> None:
    url = blog.page()
    blog.publish(url, name="Anna")
    page.route("**/thread?*", lambda route: route.fulfill(status=503, body="away"))
    page.goto(url)
    fault = page.get_by_role("alert")
    expect(fault).to_contain_text("The answer of the comment service cannot be read.")
    page.unroute("**/thread?*")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("article", name="Anna")).to_be_visible()


def test_a_page_of_a_foreign_origin_is_told_which_to_add(
    other_context: BrowserContext, blog: Blog
) -> None:
    page = other_context.new_page()
    said: list[ConsoleMessage] = []
    page.on("console", lambda message: said.append(message))  # noqa: PLW0108 -- as above
    foreign = blog.page(policy=" ").replace("127.0.0.1", "localhost")
    page.goto(foreign)
    origin = foreign.rpartition("/")[0]

    expect(page.get_by_role("alert")).to_contain_text(f"Comments are not allowed on {origin}.")
    assert any("CORS" in message.text for message in said)


def test_a_site_that_is_not_there_is_told(page: Page, blog: Blog) -> None:
    page.goto(blog.page('<leave-a-reply site="nowhere"></leave-a-reply>'))

    expect(page.get_by_role("alert")).to_contain_text("There is no site of this name here.")


def test_times_are_right_where_the_readers_clock_is_wrong(page: Page, blog: Blog) -> None:
    url = blog.page()
    blog.publish(url, name="Anna")
    page.add_init_script("const now = Date.now; Date.now = () => now() + 1e11")
    page.goto(url)

    when = page.get_by_role("article", name="Anna").locator("time")
    expect(when).to_have_text("now")
    assert str(page.evaluate("new Date().getFullYear()")) in (when.get_attribute("title") or "")


def test_hostile_markup_from_the_service_does_not_run(page: Page, blog: Blog) -> None:
    url = blog.page(policy=" ")
    blog.publish(url, name="Anna", comment="Before")

    def poison(route: Route) -> None:
        answer = route.fetch().json()
        answer["comments"][0]["html"] = (
            "<p onclick='x()'>Text</p><img src=x onerror='document.title=1'>"
            "<script>document.title=2</script><svg onload='document.title=3'></svg>"
            "<a href='javascript:document.title=4'>link</a><style>*{display:none}</style>"
            "<link rel=stylesheet href='https://styles.example/'>"
        )
        answer["comments"][0]["website"] = "javascript:document.title=5"
        route.fulfill(json=answer, headers={"access-control-allow-origin": "*"})

    page.route("**/thread?*", poison)
    page.goto(url)
    page.get_by_text("link").click()
    page.get_by_text("Anna").click()

    assert page.title() == "A page"
    expect(page.get_by_text("Text", exact=True)).to_be_visible()
    assert (
        page.locator("article .text *").evaluate_all(
            "all => all.flatMap(e => e.getAttributeNames())"
        )
        == []
    )


@pytest.mark.parametrize(
    ("page_says", "attribute", "site_says", "heading"),
    [
        ("de-AT", "", None, "Noch keine Kommentare"),
        ("de", ' lang="fr"', "it", "Aucun commentaire pour le moment"),
        ("xx", "", None, "No comments yet"),
    ],
)
def test_it_speaks_the_language_of_the_element_the_site_or_the_page(
    page: Page,
    blog: Blog,
    *,
    page_says: str,
    attribute: str,
    site_says: str | None,
    heading: str,
) -> None:
    if site_says:
        blog.set_settings(language=site_says)
    url = blog.page(f"<leave-a-reply{attribute}></leave-a-reply>", html=f'lang="{page_says}"')
    page.goto(url)

    expect(page.get_by_role("heading", level=2)).to_have_text(heading)


def test_the_site_can_say_which_language_its_comments_are_in(page: Page, blog: Blog) -> None:
    blog.set_settings(language="ru")
    url = blog.page()
    for _ in range(2):
        blog.publish(url)
    page.goto(url)

    expect(page.get_by_role("heading", level=2)).to_have_text("2 комментария")
    expect(page.locator("leave-a-reply section")).to_have_attribute("lang", "ru")


def test_the_page_of_themes_shows_them_live(page: Page, blog: Blog) -> None:
    url = blog.page()
    blog.publish(url, name="Anna")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{blog.stack.base_url}/widget/themes?site={blog.slug}&url={url}")
    expect(page.get_by_role("article", name="Anna")).to_be_visible()
    page.get_by_label("The page around it").select_option("dark")
    expect(page.locator("leave-a-reply section.dark")).to_have_count(1)
    page.get_by_label("Theme", exact=True).select_option("light")
    expect(page.locator("leave-a-reply section.dark")).to_have_count(0)
    page.get_by_label("Corners", exact=False).first.select_option("1rem")
    expect(page.locator("#sheet")).to_contain_text("--lar-radius: 1rem;")
