// A reader's own comments: their private links are kept in this browser alone, and show them how
// their comments fare until these are published and can be changed no more.

import { ask, wait } from "./api.js";
import { drop, put, replies, stateWords } from "./render.js";
import { keep, recall } from "./storage.js";
import { now } from "./times.js";

const store = (widget) => `own:${widget.key}`;

/** Find out how the reader's own comments fare; those awaiting moderation are shown to them. */
export function restoreOwn(widget) {
  widget.own = new Map();
  return Promise.all((recall(store(widget)) || []).map(([id, token]) => look(widget, add(widget, { id, token }))));
}

/** Show to its author a comment that was just posted, and watch how it fares. */
export async function adopt(widget, { id, status, status_url }) {
  const own = add(widget, { id, status, token: status_url.split("/").pop() });
  save(widget);
  await look(widget, own, true);
  watch(widget, own);
  return own;
}

/** Look again at a comment that waits, less and less often. */
async function watch(widget, own) {
  for (let pause = 300; pause < 30000 && own.status === "pending" && !widget.signal.aborted; pause *= 1.6) {
    await wait(pause);
    await look(widget, own);
  }
}

/** Whoever looks after a comment has the same record of it, so that a change is said once. */
function add(widget, own) {
  if (!widget.own.has(own.id)) widget.own.set(own.id, own);
  return widget.own.get(own.id);
}

function save(widget) {
  const lasting = [...widget.own.values()].filter((own) => !own.settled);
  keep(
    store(widget),
    lasting.map(({ id, token }) => [id, token]),
  );
}

function forgetOwn(widget, own) {
  widget.own.delete(own.id);
  save(widget);
}

/** Show a comment no longer. */
export function hide(widget, own) {
  forgetOwn(widget, own);
  drop(widget, own.id);
}

/** Ask how a comment fares, show it so, and say aloud what is new; `quiet`: who asks says it. */
export async function look(widget, own, quiet) {
  const { comment, ...rest } = (await ask(widget, `status/${own.token}`).catch(({ status }) => status === 404 && forgetOwn(widget, own))) || {};
  if (!comment) return;
  const before = own.status;
  const { t } = widget.words;
  const said = stateWords(t, own);
  Object.assign(own, rest, { text: comment.text });
  const waits = own.status !== "published";
  // What was published before comes with the thread.
  if (waits || before || widget.nodes.has(own.id)) place(widget, comment, waits);
  if (before && before !== own.status) {
    // The same whether workers or people have yet to look at it.
    if (said !== stateWords(t, own) && !quiet) widget.announce(stateWords(t, own));
    widget.count(widget.known + !waits - (before === "published"));
  }
  own.settled = !waits && !(Date.parse(own.editable_until) > now());
  save(widget);
}

function place(widget, comment, waits) {
  const node = put(widget, { replies: [], ...comment });
  node.waits = waits;
  if (node.li.isConnected) return;
  const parent = widget.nodes.get(comment.parent);
  if (parent) replies(parent).append(node.li);
  else widget.list.prepend(node.li);
}
