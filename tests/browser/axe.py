"""What axe finds on a page that keeps people out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Axe keeps the parts of each colour in weak maps, and makes thousands of colours: the collector is
# at those maps for half of its time. Within axe a map keeps what it holds in the objects themselves.
_SCRIPT = f"""((WeakMap, WeakSet) => {{
{Axe().axe_script}
}})(...(() => {{
  class Kept {{
    #name = Symbol();
    get(object) {{ return object[this.#name]; }}
    set(object, value) {{ object[this.#name] = value; return this; }}
    has(object) {{ return this.#name in object; }}
    add(object) {{ return this.set(object, true); }}
    delete(object) {{ return delete object[this.#name]; }}
  }}
  return [Kept, Kept];
}})());"""
_IS_THERE = "typeof axe === 'object'"
_OF_COLOURS = {"color-contrast", "link-in-text-block"}
_RUN = """async ([within, options]) => {
  const { violations } = await axe.run(within ?? document, { resultTypes: ["violations"], ...options });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}"""
# For each piece of text axe reads the same few colours anew, which takes a third of its time.
_REMEMBER_COLOURS = """() => {
  const known = new Map();
  const reader = axe.commons.color.Color.prototype;
  const read = reader.parseString;
  reader.parseString = function (text) {
    if (!known.has(text)) {
      const { r, g, b, alpha } = read.call(this, text);
      known.set(text, { r, g, b, alpha });
    }
    return Object.assign(this, known.get(text));
  };
}"""
# What changes slowly is looked at when it has changed.
_SETTLE = """async () => {
  const changes = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(changes.map((one) => one.finished));
}"""


def violations(page: Page, *, within: str | None = None, forced: bool = False) -> list[str]:
    """The violations of every rule on a page as it is.

    Args:
        page: the page.
        within: a selector of the part to look at.
        forced: the system forces its colours, which cannot be told from the page.
    """
    rules = {"rules": {"color-contrast": {"enabled": not forced}}}
    return _run(page, within, rules)


def violations_in_both(page: Page) -> list[str]:
    """The violations on a page in the light and then the dark scheme, in which nothing but the
    colours differs.
    """
    found = []
    for scheme, options in (("light", {}), ("dark", {"runOnly": sorted(_OF_COLOURS)})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(_SETTLE)
        found += [f"in {scheme}, {one}" for one in _run(page, None, options)]
    page.emulate_media(color_scheme="light")
    return found


def _run(page: Page, within: str | None, options: dict[str, object]) -> list[str]:
    if not page.evaluate(_IS_THERE):
        page.evaluate(_SCRIPT)
        page.evaluate(_REMEMBER_COLOURS)
    found: list[str] = page.evaluate(_RUN, [within, options])
    return found
