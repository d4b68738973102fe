// A reader's own comments: their private links are kept in this browser alone, and show them how
// their comments fare until these are published and can be changed no more.

import { ask, wait } from "./api.js";
import { drop, put, replies } from "./render.js";
import { keep, recall } from "./storage.js";
import { now } from "./times.js";

const store = (widget) => `own:${widget.key}`;

/** Find out how the reader's own comments fare; those awaiting moderation are shown to them. */
export async function restoreOwn(widget) {
  widget.own = new Map();
  const kept = recall(store(widget)) || [];
  await Promise.all(kept.map(({ id, token }) => make(widget, id, token).look().catch(() => {})));
}

/** Show to its author a comment that was just posted, and watch how it fares. */
export async function adopt(widget, posted) {
  const own = make(widget, posted.id, posted.status_url.split("/").pop());
  own.fresh = true;
  save(widget);
  await own.look();
  watch(widget, own);
}

function save(widget) {
  keep(
    store(widget),
    [...widget.own].filter(([, own]) => !own.settled).map(([id, { token }]) => ({ id, token })),
  );
}

function make(widget, id, token) {
  const own = {
    token,
    toJSON: () => [own.status, own.editable_until],

    /** Ask how it fares, and show it so. */
    async look() {
      let found;
      try {
        found = await ask(widget, `status/${token}`);
      } catch (problem) {
        if (problem.status === 404) own.forget();
        throw problem;
      }
      const { comment, ...rest } = found;
      const before = own.status || own.fresh;
      Object.assign(own, rest, { text: comment.text });
      show(widget, comment, own);
      if (before && before !== "published" && own.status === "published") widget.count(widget.known + 1);
      own.settled = own.status === "published" && !(Date.parse(own.editable_until) > now());
      save(widget);
    },

    /** Show it no longer. */
    hide() {
      own.forget();
      drop(widget, id);
    },

    forget() {
      widget.own.delete(id);
      save(widget);
    },
  };
  widget.own.set(id, own);
  return own;
}

function show(widget, comment, own) {
  const there = widget.nodes.get(comment.id);
  const waits = own.status !== "published";
  if (!there && !waits && !own.fresh) return; // it comes with the thread
  const node = put(widget, { replies: [], ...comment, likes: comment.likes || 0 });
  node.waits = waits;
  if (node.li.isConnected) return;
  const parent = widget.nodes.get(comment.parent);
  if (parent) replies(parent).append(node.li);
  else widget.list.prepend(node.li);
}

/** Look again at a comment that waits, less and less often. */
export async function watch(widget, own) {
  for (let pause = 300; pause < 30000; pause *= 1.6) {
    await wait(pause);
    if (widget.signal.aborted || own.status !== "pending") return;
    await own.look().catch(() => {});
  }
}
