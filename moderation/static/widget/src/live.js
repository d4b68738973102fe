// What happens on a page that stays open: new comments, and times that go by.

import { button } from "./dom.js";
import { look as lookAt } from "./own.js";
import { sayAge } from "./times.js";

const EVERY = 30000; // milliseconds

/** Look for news while the page is in sight, and at once when it is again. */
export function live(widget) {
  const { signal, words } = widget;
  async function look() {
    if (document.hidden) return;
    for (const time of widget.view.querySelectorAll("time")) sayAge(words, time);
    try {
      for (const own of widget.own.values()) if (own.status !== "published") await lookAt(widget, own);
      const thread = await widget.page();
      if (!signal.aborted) offer(widget, thread);
    } catch {
      // The next look may find the network again.
    }
  }

  const timer = setInterval(look, EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
  addEventListener("online", look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
}

/** The ids of comments and of all replies below them. */
const idsOf = (comments) => comments.flatMap(({ id, replies }) => [id, ...idsOf(replies)]);

/** Say how many comments are new. They are shown when the reader wants them: nothing moves before. */
function offer(widget, thread) {
  const { tn } = widget.words;
  const known = new Set([...widget.nodes.keys(), ...idsOf(widget.queue)]);
  const unknown = idsOf(thread.comments).filter((id) => !known.has(id)).length;
  // Past the first page it is the count that tells.
  const count = Math.max(widget.onward ? thread.count - widget.known : 0, unknown);
  const name = count ? tn("{n} new reply – show", "{n} new replies – show", count) : "";
  if (widget.news.textContent === name) return;
  widget.news.replaceChildren();
  if (!count) return;
  widget.news.append(button("button.pill", () => showNews(widget), {}, name));
  widget.announce(name);
}

async function showNews(widget) {
  try {
    const fresh = await widget.refresh();
    widget.news.replaceChildren();
    if (fresh.length) widget.mark(fresh);
    else widget.heading.focus();
  } catch (problem) {
    widget.announce(problem.message);
  }
}
