// What a reader may do with a comment beside answering it.

import { ask } from "./api.js";
import { button, fault, h } from "./dom.js";
import { hide } from "./own.js";
import { action } from "./render.js";
import { keep, recall } from "./storage.js";

/** The button that likes a comment and takes the like back; the receipt for that stays here. */
export function like(widget, comment, by) {
  const { t, lang } = widget.words;
  const path = `sites/${widget.threadSite}/comments/${comment.id}/like`;
  const store = `likes:${widget.threadSite}`;
  const count = h("span.count");
  const press = action([t("Like"), count], by, toggle);
  let busy;
  say(comment.likes);

  function say(likes) {
    comment.likes = likes;
    count.textContent = likes ? likes.toLocaleString(lang) : "";
    press.setAttribute("aria-pressed", !!recall(store)?.[comment.id]);
  }

  async function toggle() {
    if (busy) return;
    busy = true;
    const receipts = recall(store) || {};
    const receipt = receipts[comment.id];
    try {
      const answer = await ask(widget, path, receipt ? { method: "DELETE", headers: { "Like-Receipt": receipt } } : { method: "POST" });
      receipts[comment.id] = answer.receipt;
      keep(store, receipts);
      say(answer.likes);
    } catch (problem) {
      press.parentElement.after(fault(problem.message));
    }
    busy = false;
  }
  return press;
}

/** The form that reports a comment to the moderators. */
export function report(widget, comment, close) {
  const { t } = widget.words;
  const reasons = { spam: t("It is spam"), abuse: t("It is abusive"), off_topic: t("It is off topic"), other: t("Something else") };
  const reason = h("select", {}, Object.entries(reasons).map(([value, name]) => h("option", { value }, name)));
  const note = h("textarea", { dir: "auto" });
  return small(widget, t("Send report"), close, [h("label.field", {}, t("What is wrong with it?"), reason), h("label.field", {}, t("Note"), note)], async () => {
    const json = { reason: reason.value, note: note.value };
    await ask(widget, `sites/${widget.threadSite}/comments/${comment.id}/report`, { method: "POST", json });
    close();
    const done = t("Reported. Thank you.");
    widget.nodes.get(comment.id).article.querySelector(".late").textContent = done;
    widget.announce(done);
  });
}

/** The question before an author's comment is deleted. */
export function remove(widget, comment, own, close) {
  const { t } = widget.words;
  return small(widget, t("Delete"), close, [h("p", {}, t("Delete it for good?"))], async () => {
    await ask(widget, `status/${own.token}`, { method: "DELETE" });
    close(false);
    hide(widget, own);
    widget.announce(t("Your comment is deleted."));
  });
}

/** A form of a few words that does one thing. */
function small(widget, name, close, children, submit) {
  const { t } = widget.words;
  const onsubmit = async (event) => {
    event.preventDefault();
    try {
      await submit();
    } catch (problem) {
      buttons.before(fault(problem.message));
    }
  };
  const buttons = h("div.buttons", {}, h("button.button.send", {}, name), button("action", () => close(), {}, t("Cancel")));
  return h("form.form.open", { onsubmit }, children, buttons);
}
