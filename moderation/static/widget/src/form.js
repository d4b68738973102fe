// The forms in which comments are written and edited.

import { ask } from "./api.js";
import { button, fault, goTo, h, safe } from "./dom.js";
import { adopt, look } from "./own.js";
import { put, stateWords } from "./render.js";
import { keep, recall } from "./storage.js";

// So that a comment sent again after a failure is known to be the same.
const session = `${Math.random()}${Date.now()}-`;
let numbers = 0;

/** The form of a new comment: of a reply to `parent`, or to the page itself. */
export function replyForm(widget, { parent, close }) {
  const { t } = widget.words;
  const { settings } = widget;
  const known = recall("commenter");
  const label = parent ? t("Reply to {name}", { name: parent.name || t("Anonymous") }) : t("Leave a Reply");
  const input = (name, label, required, type = name) => field(t, label, required, h("input", { name, type, autocomplete: type === "text" ? name : type, value: known?.[name] }));
  const more = [
    h(
      "div.fields",
      {},
      input("name", t("Name"), settings.name_required, "text"),
      input("email", t("Email"), settings.email_required),
      input("website", t("Website"), false, "url"),
    ),
    h("p.quiet", {}, t("Your email address will not be published.")),
    check("notify", t("Tell me of replies by email")),
    check("remember", t("Remember me in this browser"), known),
  ];
  const draft = `draft:${widget.key} ${parent?.id || 0}`;
  const form = writing(widget, { label, text: recall(draft), more, send: t("Post Comment"), close }, async ({ comment, name, email, website, notify, remember }) => {
    keep("commenter", remember && { name, email, website });
    const said = { comment, name, email, website, notify: !!notify, parent: parent?.id, url: widget.threadUrl, title: widget.getAttribute("thread-title") || document.title };
    if (last !== (last = JSON.stringify(said))) key = session + ++numbers;
    const json = { ...said, form_token: (await token)?.form_token };
    const posted = await ask(widget, `sites/${widget.threadSite}/comments`, { method: "POST", json, headers: { "Idempotency-Key": key } });
    keep(draft);
    token = undefined;
    const own = await adopt(widget, posted);
    widget.tell("posted", { id: posted.id });
    if (close) close(false);
    else {
      form.elements.comment.value = "";
      form.classList.remove("open");
    }
    const node = widget.nodes.get(posted.id);
    if (node) goTo(node.article, "nearest");
    widget.announce(stateWords(t, own));
  });
  // The stamp of when somebody began to write; without one the comment is taken all the same.
  let token, last, key;
  form.addEventListener("focusin", () => {
    form.classList.add("open");
    token ??= ask(widget, `sites/${widget.threadSite}/form`, { tries: 1 }).catch(() => undefined);
  });
  form.oninput = () => keep(draft, form.elements.comment.value);
  return form;
}

/** The form in which an author changes their comment. */
export function editForm(widget, { comment, own, close }) {
  const { t } = widget.words;
  return writing(widget, { label: t("Edit"), text: own.text, send: t("Save"), close }, async ({ comment: text }) => {
    const json = { comment: text, revision: own.revision };
    await ask(widget, `status/${own.token}`, { method: "PATCH", json, tries: 1 });
    close();
    await look(widget, own); // or one that came in between: whichever sees the change says it
    put(widget, widget.nodes.get(comment.id).comment);
    widget.nodes.get(comment.id).article.focus();
  });
}

/** A label, its control, and room for what is wrong with it. */
function field(t, label, required, control) {
  const id = `lar-${++numbers}`;
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-fault`);
  if (required) control.required = true;
  return h("p.field", {}, h("label", { for: id }, label, !required && h("span.quiet", {}, ` ${t("(optional)")}`)), control, h("span.wrong", { id: `${id}-fault` }));
}

function check(name, label, checked) {
  const box = h("input", { type: "checkbox", name });
  box.checked = !!checked;
  return h("label.check", {}, box, label);
}

/** A form around a text: writes, previews, sends once, and tells what is wrong where it is. */
function writing(widget, { label, text, more, send, close }, submit) {
  const { t } = widget.words;
  const area = h("textarea", { name: "comment", dir: "auto" });
  area.value = text || "";
  const preview = h("div.preview.text", { hidden: true, dir: "auto", tabindex: -1 });
  const look = button("button.second", togglePreview, {}, t("Preview"));
  const sender = h("button.button.send", {}, send);
  const cancel = close && button("action", () => close(), {}, t("Cancel"));
  const buttons = h("div.buttons", {}, sender, look, cancel);
  const form = h(
    close || text ? "form.form.open" : "form.form",
    { novalidate: true, onsubmit },
    field(t, label, true, area),
    h("div.rest", {}, more, buttons),
  );
  area.before(preview); // below the label, which is of both
  let busy, notice;

  async function togglePreview() {
    const writing = !preview.hidden;
    try {
      if (!writing) preview.replaceChildren(safe((await ask(widget, `sites/${widget.threadSite}/preview`, { method: "POST", json: { comment: area.value } })).html));
    } catch (problem) {
      return fail(problem);
    }
    preview.hidden = writing;
    area.hidden = !writing;
    look.textContent = writing ? t("Preview") : t("Write");
    if (!writing) preview.focus();
  }

  async function onsubmit(event) {
    event.preventDefault();
    if (busy) return;
    busy = true;
    sender.textContent = t("Sending…");
    fail({});
    try {
      await submit(Object.fromEntries(new FormData(form)));
    } catch (problem) {
      fail(problem);
    }
    sender.textContent = send;
    busy = false;
  }

  /** Tell what is wrong: with a field beside it, else above the buttons. Without words nothing is. */
  function fail({ message, errors = [], status }) {
    let first;
    for (const place of form.querySelectorAll(".wrong")) {
      const control = place.previousElementSibling;
      const wrong = errors.find((error) => error.field === control.name);
      place.textContent = wrong?.message || "";
      control.setAttribute("aria-invalid", !!wrong);
      if (wrong) first ??= control;
    }
    notice?.remove();
    // What was posted is previewed no more, and what is wrong stands where it is written.
    if (!preview.hidden) togglePreview();
    if (!message) return;
    const other = errors.find((error) => !form.elements[error.field]);
    notice = fault(other?.message || (first ? t("Please look at the marked fields.") : message), !status && ` ${t("What you typed is kept.")}`);
    buttons.before(notice);
    widget.tell("error", { message });
    (first || sender).focus();
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return form;
}
