// Comments as elements, kept by their ids: what is there already stays in its place.

import { like, remove, report } from "./actions.js";
import { breathe, button as plain, h, safe } from "./dom.js";
import { editForm, replyForm } from "./form.js";
import { hide } from "./own.js";
import { now, timeElement } from "./times.js";

/**
 * Bring comments into a list, from the element `at` on: null is its end. An author's own that await
 * moderation stay where they are.
 */
export async function draw(widget, list, comments, at = list.firstElementChild) {
  for (const comment of comments) {
    await breathe();
    if (widget.signal.aborted) return;
    while (at && widget.nodes.get(+at.dataset.id)?.waits) at = at.nextElementSibling;
    const node = put(widget, comment);
    if (node.li === at) at = at.nextElementSibling;
    else list.insertBefore(node.li, at);
    for (const id of widget.own.keys()) {
      const mine = widget.nodes.get(id);
      if (mine?.waits && mine.comment.parent === comment.id) replies(node).append(mine.li);
    }
    await draw(widget, replies(node), comment.replies);
  }
}

/** A comment's node, made or made anew where something about it has changed. */
export function put(widget, comment) {
  const { nodes } = widget;
  const state = JSON.stringify({ ...comment, replies: 0, own: widget.own.get(comment.id) });
  let node = nodes.get(comment.id);
  if (!node) {
    node = { li: h("li", { "data-id": comment.id }) };
    nodes.set(comment.id, node);
  } else if (node.state === state) return node;
  const article = drawArticle(widget, comment, node);
  const held = node.article?.matches(":focus");
  if (node.article) node.article.replaceWith(article);
  else node.li.append(article);
  if (held) article.focus();
  return Object.assign(node, { state, comment, article, waits: false });
}

/** The list of the replies below a comment. */
export function replies(node) {
  if (!node.list) {
    node.list = h("ol.replies");
    node.li.append(node.list);
  }
  return node.list;
}

/** Take one comment away, but for its place where replies hang on it. */
export function drop(widget, id) {
  const { li, list, comment } = widget.nodes.get(id);
  if (list?.childElementCount) return put(widget, { ...comment, removed: true });
  const next = li.nextElementSibling || li.parentElement.closest("li");
  li.remove();
  widget.nodes.delete(id);
  (next?.firstElementChild || widget.heading).focus();
}

function drawArticle(widget, comment, node) {
  const { words } = widget;
  const { t } = words;
  const id = `comment-${comment.id}`;
  const by = `by-${comment.id}`;
  if (comment.removed) return h("article.comment.removed", { id, tabindex: -1, "aria-labelledby": by }, h("p.quiet", { id: by }, t("This comment was removed.")));
  const name = h("bdi", {}, comment.name || t("Anonymous"));
  const avatar = h("span.avatar", { "aria-hidden": true }, comment.initial);
  avatar.style.setProperty("--h", comment.avatar * 22.5);
  const own = widget.own.get(comment.id);
  const link = widget.threadUrl === widget.ownUrl ? "" : widget.threadUrl;
  const text = h("div.text", { dir: "auto" }, safe(comment.html));
  const meta = [h("a.time", { href: `${link}#${id}` }, timeElement(words, comment.created_at))];
  if (comment.edited_at) meta.push(" · ", h("span.edited", {}, t("edited"), " ", timeElement(words, comment.edited_at)));
  return h(
    `article.comment${own ? ".own" : ""}`,
    { id, tabindex: -1, "aria-labelledby": by },
    h(
      "header.byline",
      {},
      avatar,
      h(
        "div",
        {},
        h("h3.name", { id: by }, /^https?:/i.test(comment.website) ? h("a", { href: comment.website, rel: "nofollow ugc noopener" }, name) : name, comment.by_site && h("span.badge", {}, widget.siteName)),
        h("p.meta", {}, meta),
      ),
    ),
    own && h("p.notice." + own.status, {}, stateWords(t, own), own.status === "not_accepted" && action(t("Hide"), by, () => hide(widget, own))),
    text,
    h("footer.actions", {}, actions(widget, comment, node, own, by)),
  );
}

/** How a comment of the reader's own fares. */
export function stateWords(t, { status }) {
  if (status === "published") return t("Your comment is published.");
  if (status === "not_accepted") return t("Your comment was not accepted. Only you see it here.");
  return t("Your comment is awaiting moderation. Only you see it here.");
}

export function action(name, by, onclick, more) {
  return plain("action", onclick, { "aria-describedby": by, ...more }, name);
}

function actions(widget, comment, node, own, by) {
  const { t } = widget.words;
  const { settings } = widget;
  const shown = !own || own.status === "published";
  const opens = (make) => (event) => open(widget, node, event.currentTarget, make);
  return [
    shown && settings.likes && like(widget, comment, by),
    shown && !widget.closed && comment.depth < settings.max_depth && action(t("Reply"), by, opens((close) => replyForm(widget, { parent: comment, close }))),
    own && Date.parse(own.editable_until) > now() && [action(t("Edit"), by, opens((close) => editForm(widget, { comment, own, close }))), action(t("Delete"), by, opens((close) => remove(widget, comment, own, close)))],
    !own && settings.reports && action(t("Report"), by, opens((close) => report(widget, comment, close)), { class: "action late" }),
  ];
}

/** Open a form below a comment, one at a time; the button that opens it closes it, too. */
function open(widget, node, button, make) {
  const before = node.form;
  before?.close();
  if (before?.button === button) return;
  const close = (back = true) => {
    form.remove();
    node.form = undefined;
    button.setAttribute("aria-expanded", false);
    if (back) button.focus();
  };
  const form = make(close);
  node.form = { close, button };
  button.setAttribute("aria-expanded", true);
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  node.article.after(form);
  form.elements[0].focus();
}
