// What a reader may do with a comment beside answering it.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { action } from "./render.js";
import { keep, recall } from "./storage.js";

/** The button that likes a comment and takes the like back; the receipt for that stays here. */
export function like(widget, comment, by) {
  const { t, number } = widget.words;
  const path = `sites/${widget.site}/comments/${comment.id}/like`;
  const store = `likes:${widget.site}`;
  const count = h("span.count");
  const button = action([h("span.heart"), t("Like"), count], by, toggle);
  let busy;
  say(comment.likes);

  function say(likes) {
    comment.likes = likes;
    count.textContent = likes ? number(likes) : "";
    button.setAttribute("aria-pressed", !!recall(store)?.[comment.id]);
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
      button.parentElement.after(h("p.notice.fault", { role: "alert" }, problem.message));
    }
    busy = false;
  }
  return button;
}

/** The form that reports a comment to the moderators. */
export function report(widget, comment, close) {
  const { t } = widget.words;
  const reasons = { spam: t("It is spam"), abuse: t("It is abusive"), off_topic: t("It is off topic"), other: t("Something else") };
  const reason = h("select", { name: "reason" }, Object.entries(reasons).map(([value, name]) => h("option", { value }, name)));
  const note = h("textarea", { name: "note", rows: 2, maxlength: 500, dir: "auto" });
  return small(widget, t("Send report"), close, [h("label.field", null, t("What is wrong with this comment?"), reason), h("label.field", null, t("Note"), note)], async () => {
    const json = { reason: reason.value, note: note.value };
    await ask(widget, `sites/${widget.site}/comments/${comment.id}/report`, { method: "POST", json });
    close();
    const button = widget.nodes.get(comment.id).article.querySelector(".late");
    button.textContent = t("Reported. Thank you.");
    button.disabled = true;
    widget.announce(t("Reported. Thank you."));
  });
}

/** The question before an author's comment is deleted. */
export function remove(widget, comment, own, close) {
  const { t } = widget.words;
  return small(widget, t("Delete"), close, [h("p", null, t("Delete this comment for good?"))], async () => {
    await ask(widget, `status/${own.token}`, { method: "DELETE" });
    close(false);
    own.hide();
    widget.announce(t("Your comment is deleted."));
  });
}

/** A form of a few words that does one thing. */
function small(widget, name, close, children, submit) {
  const { t } = widget.words;
  const notice = h("p.notice.fault", { role: "alert", hidden: "" });
  const cancel = h("button.action", { type: "button", onclick: () => close() }, t("Cancel"));
  const onsubmit = async (event) => {
    event.preventDefault();
    try {
      await submit();
    } catch (problem) {
      notice.textContent = problem.message;
      notice.hidden = false;
    }
  };
  return h("form.form.open", { onsubmit }, children, notice, h("div.buttons", null, h("button.button.send", null, name), cancel));
}
