"""The widget with a thousand comments in a real Chromium: for how long the page cannot answer.

Beside it, in the same browser, the same comments put in by one piece of HTML, which is one task.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.report import report
from tests.browser.chromium import ARGUMENTS, MISSING, PHONE, find_chromium
from tests.browser.desk import house_at
from tests.browser.pages import Blog, blog_at
from tests.stack import stack_on

TRIES = 7
MANY = 1_000
_WATCH = """
window.tasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) tasks.push(entry.duration);
}).observe({ type: "longtask", buffered: true });
"""
_ALL_ARE_THERE = """count =>
  document.querySelector("leave-a-reply")?.shadowRoot?.querySelectorAll("article").length === count
"""
# With the widget's own styles, in an element in its place.
_AT_ONCE = """async () => {
  const { shadowRoot } = document.querySelector("leave-a-reply");
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = shadowRoot.adoptedStyleSheets;
  const html = shadowRoot.querySelector(".lar").outerHTML;
  document.body.replaceChildren(host);
  await new Promise((resolve) => setTimeout(resolve, 300));
  tasks.length = 0;
  await new Promise((resolve) => setTimeout(() => {
    root.innerHTML = html;
    host.offsetHeight;
    resolve();
  }));
  await new Promise((resolve) => setTimeout(resolve, 300));
}"""
_LONGEST = "Math.max(0, ...tasks)"


def main() -> None:
    """Draw, scroll, and draw at once; a few times."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(MISSING)
    with tempfile.TemporaryDirectory() as folder, stack_on(Path(folder), "") as stack:
        stack.lift_limits()
        with (
            house_at(stack) as house,
            blog_at(stack, house) as blog,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = browser.new_page(viewport=PHONE)
            page.add_init_script(_WATCH)
            measure(page, blog)
            browser.close()


def measure(page: Page, blog: Blog) -> None:
    """The longest task of each try, in milliseconds; 0 where none is as long as 50."""
    blog.set_settings(page_size=100)
    url = blog.page(policy="default-src * 'unsafe-inline'")
    blog.publish_many(url, 100, 9)
    blog.until_seen(url, MANY)
    drawn, at_once = [], []
    for _ in range(TRIES):
        page.goto(url)
        page.wait_for_function(_ALL_ARE_THERE, arg=MANY)
        for _ in range(10):
            page.mouse.wheel(0, 4000)
            page.wait_for_timeout(30)
        drawn.append(page.evaluate(_LONGEST))
        page.evaluate(_AT_ONCE)
        at_once.append(page.evaluate(_LONGEST))
    print(f"Longest task with {MANY} comments, {TRIES} tries: {drawn}, at once {at_once}")
    report("least", min(drawn), "ms", "<", 50)
    print(f"  median {median(drawn):.0f} ms beside {median(at_once):.0f} ms at once")


if __name__ == "__main__":
    sys.exit(main())
