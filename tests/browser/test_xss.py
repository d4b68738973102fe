"""Every known attack in every field, looked at in a real Chromium without the help of the CSP."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.attacked import EMBEDDING, LINES, PAGE, SHORT, Attacked, Looker, joined
from tests.browser.desk import Desk
from tests.stack import Stack
from tests.xss_corpus import VECTORS

pytestmark = pytest.mark.browser

_MIX = quote("".join(SHORT[-40:]))
_FEW = quote("".join(SHORT[-8:]))

# What is looked at once all is published, each with all its further pages. `{thread}` stands for the
# hosted thread page of what was attacked, `{first}` for the number of its first comment.
PAGES = {
    "hosted thread": "{thread}",
    "hosted thread, nobody there": "/t/{slug}?url=https://blog.example/new/&title=" + _MIX,
    "hosted thread, no such page": f"/t/{{slug}}?url=https://evil.example/{_FEW}",
    "no such site": f"/t/{_FEW}",
    "queue, of what is rejected": "/queue/?tab=rejected",
    "queue, filtered": f"/queue/?q={_FEW}&language={_FEW}&signal={_FEW}&site={_FEW}",
    "queue, one comment": "/queue/comment/{first}",
    "queue, its form": "/queue/{first}/edit",
    "audit log, rules": "/queue/audit?action=rule_added",
    "audit log, decisions": "/queue/audit?machine=1&action=reject",
    "audit log, second opinions": "/queue/audit?action=second_opinion",
    "audit log, of the policy": "/queue/audit?action=policy_changed",
    "audit log, filtered": f"/queue/audit?since={_FEW}&comment={_FEW}&site={_FEW}",
    "rules": "/queue/rules/{slug}",
    "policy": "/queue/rules/{slug}/policy",
    "sites": "/queue/sites",
    "site, settings": "/queue/sites/{slug}/settings",
    "site, snippet": "/queue/sites/{slug}/snippet",
    "site, threads": "/queue/sites/{slug}/threads",
    "site, threads, filtered": f"/queue/sites/{{slug}}/threads?q={_FEW}&state={_FEW}",
    "site, embed doctor": f"/queue/sites/{{slug}}/doctor?url={_FEW}",
    "author’s page, no such link": f"/t/{{slug}}?url=https://blog.example/new/&status={_FEW}",
    "fragment": "/s/{slug}/fragment?url=https://blog.example/attacked/",
}

# The queue's next page, put in by htmx, as far as there is one; which is done once its items are
# loaded: before, the link after them would lead away.
_LOAD_MORE = """async () => {
  const more = document.querySelector("[data-more]");
  if (!more) return;
  const loaded = new Promise((resolve) => {
    document.addEventListener("htmx:load", ({ detail }) => detail.elt.matches("article.item") && resolve());
  });
  more.click();
  await loaded;
}"""
_FURTHER = "document.querySelector('a[rel=next], a[data-more]')?.href"

# What an image that fails needs to say so.
_A_MOMENT = "await new Promise((resolve) => setTimeout(resolve, 50));"

# What an embedding site, a reader of feeds or a template does with the service's answers: the HTML
# as it is, all else as text. Each is told the answer's text.
_SHOW = """(name, link, html) => {
  const [article, by, text] = ["article", "a", "div"].map((tag) => document.createElement(tag));
  by.textContent = name;
  if (link) by.href = link;
  text.className = "comment__text";
  text.innerHTML = html;
  article.append(by, text);
  document.body.append(article);
}"""
_SHOW_JSON = f"""(answer) => {{
  const {{ title, comments }} = JSON.parse(answer);
  document.title = title;
  for (const comment of comments.flatMap((one) => [one, ...one.replies]))
    ({_SHOW})(comment.name, comment.website, comment.html);
}}"""
_SHOW_FEED = f"""(answer) => {{
  const feed = new DOMParser().parseFromString(answer, "application/xml");
  const said = (entry, name) => entry.querySelector(name)?.textContent;
  document.title = said(feed, "title");
  for (const entry of feed.querySelectorAll("entry"))
    ({_SHOW})(said(entry, "name"), said(entry, "uri"), said(entry, "content"));
}}"""
_SHOW_FRAGMENT = "(answer) => { document.body.innerHTML = answer; }"

EMBEDDED = {
    "comments of the API": ("/api/v1/sites/{slug}/comments?url={url}", _SHOW_JSON),
    "thread of the API": ("/api/v1/sites/{slug}/thread?url={url}", _SHOW_JSON),
    "fragment": ("/s/{slug}/fragment?url={url}", _SHOW_FRAGMENT),
    "feed of the thread": ("/s/{slug}/feed.atom?url={url}", _SHOW_FEED),
    "feed of the site": ("/s/{slug}/feed.atom", _SHOW_FEED),
}
_WIDGET = (
    '<script src="{base}/widget.js" data-site="{slug}" async></script>'
    f'<leave-a-reply url="{PAGE}"></leave-a-reply>'
)


@pytest.fixture
def attacked(desk: Desk) -> Attacked:
    return Attacked(desk)


@pytest.fixture
def looker(chromium: Browser, stack: Stack) -> Iterator[Looker]:
    looker = Looker.of(chromium, stack.base_url)
    yield looker
    looker.close()


def look_through(looker: Looker, url: str, name: str) -> int:
    """Look at a page and all that follow it; gives how many comments were seen."""
    further: str | None = url
    seen = 0
    while further:
        looker.page.goto(further)
        looker.page.evaluate(_LOAD_MORE)
        assert looker.look() == [], name
        seen += looker.page.locator(".comment__text").count()
        further = looker.page.evaluate(_FURTHER)
    return seen


def embed(page: Page, body: str = "") -> None:
    """Open a page of the embedding site."""
    page.route(
        f"{EMBEDDING}*",
        lambda route: route.fulfill(
            body=f"<!doctype html><meta charset=utf-8><body>{body}", content_type="text/html"
        ),
        times=1,
    )
    page.goto(EMBEDDING)


def show(looker: Looker, script: str, answer: str) -> int:
    """Show an answer there; gives how many comments there are then."""
    embed(looker.page)
    looker.page.evaluate(f"async (answer) => {{ ({script})(answer); {_A_MOMENT} }}", answer)
    return looker.page.locator(".comment__text, .lar-text").count()


def send_what_is_refused(looker: Looker, slug: str, base_url: str) -> None:
    """A form whose every field is at fault, so that it comes back with what was typed."""
    everything = "\n".join(vector.text for vector in VECTORS)
    fields = dict.fromkeys(("comment", "name", "email", "website", "title"), everything)
    fields |= {"url": LINES[0], "parent": LINES[1], "post_id": LINES[2]}
    fields |= {line: line for line in SHORT[-60:]}
    looker.page.evaluate(
        """([action, fields]) => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action });
          for (const [name, value] of fields)
            form.append(Object.assign(document.createElement("textarea"), { name, value }));
          document.body.append(form);
          HTMLFormElement.prototype.submit.call(form);
        }""",
        [f"{base_url}/t/{slug}", list(fields.items())],
    )
    expect(looker.page.get_by_role("alert")).to_be_visible()


def test_none_of_the_vectors_runs_anywhere(attacked: Attacked, looker: Looker) -> None:
    desk, page = attacked.desk, looker.page
    desk.sign_in(page)
    attacked.attack()
    attacked.have_moderators_say_them_too()

    held = look_through(looker, f"{desk.url}?order=oldest", "queue of what is held")
    assert held >= len(VECTORS)
    assert page.locator("mark").count()

    attacked.publish(joined(500, SHORT)[-1])
    seen = {}
    for name, path in PAGES.items():
        place = path.format(slug=desk.slug, thread=attacked.thread, first=attacked.comments[0])
        seen[name] = look_through(looker, f"{desk.stack.base_url}{place}", name)
    assert seen["hosted thread"] >= len(VECTORS) - 1

    for name, (path, script) in EMBEDDED.items():
        seen[name] = show(looker, script, attacked.answer(path).decode())
        assert looker.look() == [], name
    assert seen["fragment"] == seen["thread of the API"] == seen["hosted thread"]
    assert seen["feed of the thread"]
    embed(page, _WIDGET.format(base=desk.stack.base_url, slug=desk.slug))
    expect(page.locator("leave-a-reply article")).to_have_count(seen["hosted thread"])
    assert looker.look() == [], "widget"
    embed(page)
    send_what_is_refused(looker, desk.slug, desk.stack.base_url)
    assert looker.look() == [], "in the form that comes back"


def test_where_nothing_is_sanitised_the_canary_is_heard(looker: Looker, stack: Stack) -> None:
    """Else silence would prove nothing."""
    raw = [v for v in VECTORS if v.family in {"handler", "mutation"} or "/p.png" in v.text]
    comments = [{"name": "x", "html": v.text.replace("\ud83d", ""), "replies": []} for v in raw]
    show(looker, _SHOW_JSON, json.dumps({"title": "x", "comments": comments}))
    found = looker.look()

    assert len({call for call in found if call.startswith("xss(")}) > 30
    assert [call for call in found if call.startswith("asked for https://evil.example")]
    # A page of the service, whose policy would not let this run.
    before = len(found)
    looker.page.goto(f"{stack.base_url}/t/demo?url={stack.page}/canary")
    looker.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'xss(0)'}))"
    )
    expect(looker.page.get_by_role("heading", level=1)).to_be_visible()
    assert "xss(0)" in looker.found[before:]
