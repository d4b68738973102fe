// <leave-a-reply>: reads its attributes, loads the thread, and starts anew when either changes.

import { ask } from "./api.js";
import { button, fault, goTo, h } from "./dom.js";
import { replyForm } from "./form.js";
import { live } from "./live.js";
import { restoreOwn } from "./own.js";
import { draw } from "./render.js";
import css from "./style.css";
import { speak, wordless } from "./words.js";

const script = document.currentScript || document.querySelector("script[data-site]");
const address = new URL(script.src);
/** The service's address: where the script came from. */
export const base = address.origin;
/** The language that the script's address names, for a page whose site has one. */
export const language = address.searchParams.get("lang");
/** The site that is meant where an element names none. */
export const site = script.dataset.site;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** The page's own address, without a fragment. */
export function pageUrl() {
  return (document.querySelector("[rel=canonical]")?.href || location.href).split("#")[0];
}

export class LeaveAReply extends HTMLElement {
  static observedAttributes = ["site", "url", "thread-title", "lang", "theme", "sort", "page-size"];

  base = base;
  words = wordless;

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.restart();
    this.ontransitionend = this.paint;
  }

  disconnectedCallback() {
    this.stop?.abort();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.stop || before === after || !this.isConnected) return;
    if (name === "theme") this.paint();
    else this.restart();
  }

  /** Begin again, once for however many changes there are at a time. */
  restart() {
    this.stop?.abort();
    const { signal } = (this.stop = new AbortController());
    this.signal = signal;
    queueMicrotask(() => signal.aborted || this.start());
  }

  async start() {
    const { signal } = this;
    this.threadSite = this.getAttribute("site") || site;
    this.ownUrl = pageUrl();
    this.threadUrl = new URL(this.getAttribute("url") || this.ownUrl, location).href;
    this.key = `${this.threadSite} ${this.threadUrl}`;
    this.order = this.getAttribute("sort");
    this.settings = {};
    // A page that goes on to another address without being loaded.
    window.navigation?.addEventListener("currententrychange", () => pageUrl() !== this.ownUrl && this.restart(), { signal });
    try {
      const loading = this.page();
      loading.catch(() => {}); // looked at below
      this.words = await speak(base, this.lang || language || this.closest("[lang]")?.lang);
      if (signal.aborted) return;
      if (!this.view) this.mount(h("slot"), h("p.quiet.wait", { id: "title" }, this.words.t("Loading comments…")));
      const thread = await loading;
      const ofSite = thread.settings.language;
      if (ofSite && !this.lang) this.words = await speak(base, ofSite);
      if (!signal.aborted) await this.show(thread);
    } catch (problem) {
      if (!signal.aborted) this.fail(problem);
    }
  }

  /** One page of the thread. */
  page(cursor) {
    const sort = this.order;
    const query = new URLSearchParams({ url: this.threadUrl, ...(sort && { sort }), ...(cursor && { cursor }) });
    return ask(this, `sites/${this.threadSite}/thread?${query}`, { cache: "no-cache" });
  }

  /** Put a view in place of what the element shows. What a page holds inside it shows meanwhile. */
  mount(...children) {
    const { lang, dir } = this.words;
    this.view = h("section.lar", { "aria-labelledby": "title", lang: lang || "en", dir }, ...children);
    this.shadowRoot.replaceChildren(this.view);
    // Not before the page's own style sheets are there.
    requestAnimationFrame(() => this.paint());
  }

  fail({ message }) {
    const again = () => this.restart();
    this.mount(h("slot"), fault(h("span", { id: "title" }, message), button("button", again, {}, this.words.t("Try again"))));
    addEventListener("online", again, { signal: this.signal });
    this.tell("error", { message });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`lar:${name}`, { bubbles: true, detail }));
  }

  /** Say something to those who hear the page. */
  announce(text) {
    this.said.textContent = text;
  }

  async show(thread) {
    const { signal } = this;
    const { t } = this.words;
    this.settings = thread.settings;
    this.siteName = thread.site.name;
    this.closed = thread.closed;
    this.size = +this.getAttribute("page-size") || thread.settings.page_size;
    this.nodes = new Map();
    this.heading = h("h2.heading", { id: "title", tabindex: -1 });
    this.list = h("ol.list");
    this.news = h("div.news");
    this.said = h("p.unseen", { role: "status" });
    this.moreButton = button("button.more", () => this.more(true), {}, t("Load more"));
    const form = thread.closed ? h("p.notice", {}, t("Comments are closed.")) : replyForm(this, {});
    this.mount(h("header.head", {}, this.heading, this.sorter(thread)), form, this.news, this.list, this.moreButton, this.said);
    this.take(thread);
    this.count(thread.count);
    await restoreOwn(this);
    await this.more();
    if (signal.aborted) return;
    this.follow();
    addEventListener("hashchange", () => this.follow(), { signal });
    live(this);
    this.tell("loaded", { count: thread.count });
  }

  count(count) {
    const { t, tn } = this.words;
    this.known = count;
    this.heading.textContent = count ? tn("{n} comment", "{n} comments", count) : t("No comments yet");
  }

  sorter(thread) {
    const { t } = this.words;
    const orders = { oldest: t("Oldest first"), newest: t("Newest first"), liked: t("Most liked") };
    if (!thread.settings.likes) delete orders.liked;
    const options = Object.entries(orders).map(([value, name]) => h("option", { value, selected: value === thread.sort }, name));
    const choice = h("select.sort", { "aria-label": t("Sort by"), onchange: () => this.sortBy(choice.value) }, options);
    return thread.count > 1 && choice;
  }

  async sortBy(order) {
    this.order = order;
    try {
      const thread = await this.page();
      this.nodes.clear();
      this.list.replaceChildren();
      this.take(thread);
      await restoreOwn(this);
      await this.more();
    } catch (problem) {
      this.announce(problem.message);
    }
  }

  /** Keep a page's top comments to be shown. */
  take(thread, before = []) {
    this.queue = [...before, ...thread.comments];
    this.onward = thread.next_cursor;
  }

  /** Show so many of the top comments that were loaded, from an element on; gives them. */
  async reveal(count, at) {
    const next = this.queue.splice(0, count);
    await draw(this, this.list, next, at);
    this.moreButton.hidden = !this.queue.length && !this.onward;
    return next;
  }

  /** Show some more top comments; `asked` by the reader, the first of them gets the focus. */
  async more(asked) {
    try {
      if (this.queue.length < this.size && this.onward) this.take(await this.page(this.onward), this.queue);
    } catch (problem) {
      this.announce(problem.message);
      if (!this.queue.length) return;
    }
    const next = await this.reveal(this.size, null);
    if (asked && next[0]) this.nodes.get(next[0].id)?.article.focus({ preventScroll: true });
  }

  /** Load the thread again as far as it is shown, and bring what is new into it; gives its ids. */
  async refresh() {
    const shown = this.list.childElementCount;
    const thread = await this.page();
    this.take(thread);
    while (this.queue.length < shown && this.onward) this.take(await this.page(this.onward), this.queue);
    const before = new Set(this.nodes.keys());
    await this.reveal(Math.max(shown, this.size));
    this.count(thread.count);
    return [...this.nodes.keys()].filter((id) => !before.has(id));
  }

  /** Go to the comment that the page's address names, however far down it stands. */
  async follow() {
    const id = +location.hash.split("#comment-")[1];
    for (let pages = 0; id && pages < 20 && !this.nodes.has(id) && !this.moreButton.hidden; pages++) await this.more();
    if (this.nodes.has(id) && !this.signal.aborted) this.mark([id]);
  }

  /** Mark comments as the ones meant, and go to the first of them on the page. */
  mark(ids) {
    for (const [id, { article }] of this.nodes) article.classList.toggle("target", ids.includes(id));
    goTo(this.view.querySelector(".target"));
  }

  /** Look like the theme asked for; `auto` looks at whether the page's own text is light. */
  paint() {
    // Out of the page it has no colours; it is painted again where it comes back.
    if (!this.view || !this.isConnected) return;
    const theme = this.getAttribute("theme") || this.settings.theme;
    const [red, green, blue] = getComputedStyle(this).columnRuleColor.match(/[\d.]+/g);
    const page = red * 3 + green * 6 + +blue > 5;
    const dark = theme === "dark" || (page && theme !== "light");
    this.view.classList.toggle("dark", dark);
    // Another theme than the page's needs a ground of its own.
    this.view.classList.toggle("ground", dark !== page);
  }
}
