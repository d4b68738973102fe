// The forms in which comments are written and edited.

import { ask } from "./api.js";
import { button, fault, goTo, h, safe } from "./dom.js";
import { adopt } from "./own.js";
import { PENDING, put } from "./render.js";
import { keep, recall } from "./storage.js";

const REMEMBERED = ["name", "email", "website"];
let numbers = 0;

/** The form of a new comment: of a reply to `parent`, or to the page itself. */
export function replyForm(widget, { parent, close }) {
  const { t } = widget.words;
  const { settings } = widget;
  const known = recall("commenter");
  const label = parent ? t("Reply to {name}", { name: parent.name || t("Anonymous") }) : t("Leave a Reply");
  const input = (name, label, required, type = name) => field(`p.field`, t, name, label, required, h("input", { name, type, autocomplete: name === "website" ? "url" : name, value: known?.[name] }));
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
  const form = writing(widget, { label, text: recall(draft), more, send: t("Post comment"), close }, async (values) => {
    const { remember, ...fields } = values;
    keep("commenter", remember && Object.fromEntries(REMEMBERED.map((name) => [name, values[name]])));
    const json = {
      ...fields,
      url: widget.url,
      title: widget.attribute("thread-title") || document.title,
      parent: parent?.id,
      notify: fields.notify === "on",
      form_token: (await token)?.form_token,
    };
    const posted = await ask(widget, `sites/${widget.site}/comments`, { method: "POST", json, headers: { "Idempotency-Key": key(json) } });
    keep(draft);
    token = undefined;
    await adopt(widget, posted, parent);
    widget.tell("posted", { id: posted.id });
    if (close) close(false);
    else {
      form.elements.comment.value = "";
      form.classList.remove("open");
    }
    const node = widget.nodes.get(posted.id);
    if (node) goTo(node.article, "nearest");
    widget.announce(PENDING(t));
  });
  // The stamp of when somebody began to write; without one the comment is taken all the same.
  let token;
  form.addEventListener("focusin", () => {
    form.classList.add("open");
    token ??= ask(widget, `sites/${widget.site}/form`, { tries: 1 }).catch(() => undefined);
  });
  form.addEventListener("input", () => keep(draft, form.elements.comment.value));
  return form;
}

/** The form in which an author changes their comment. */
export function editForm(widget, { comment, own, close }) {
  const { t } = widget.words;
  return writing(widget, { label: t("Edit"), text: own.text, send: t("Save"), close }, async ({ comment: text }) => {
    const json = { comment: text, revision: own.revision };
    await ask(widget, `status/${own.token}`, { method: "PATCH", json, tries: 1 });
    close();
    await own.look();
    put(widget, widget.nodes.get(comment.id).comment);
    widget.nodes.get(comment.id).article.focus();
    widget.announce(PENDING(t));
  });
}

/** The same key for the same words sent again, as after a failure of the network. */
let last = {};
function key(json) {
  const { form_token, ...said } = json;
  const words = JSON.stringify(said);
  if (last.words !== words) last = { words, key: Math.random().toString(36).slice(2) + Date.now().toString(36) };
  return last.key;
}

/** A label, its control, and room for what is wrong with it. */
function field(name, t, key, label, required, control) {
  const id = `lar-${++numbers}`;
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-fault`);
  if (required) control.required = true;
  const optional = required ? "" : h("span.quiet", {}, ` ${t("(optional)")}`);
  return h(name, {}, h("label", { for: id }, label, optional), control, h("span.wrong", { id: `${id}-fault`, "data-field": key }));
}

function check(name, label, checked) {
  const box = h("input", { type: "checkbox", name });
  box.checked = !!checked;
  return h("label.check", {}, box, label);
}

/** A form around a text: writes, previews, sends once, and tells what is wrong where it is. */
function writing(widget, { label, text, more, send, close }, submit) {
  const { t } = widget.words;
  const area = h("textarea", { name: "comment", rows: 3, dir: "auto" });
  area.value = text || "";
  const preview = h("div.preview.text", { hidden: "", dir: "auto", tabindex: -1 });
  const notice = fault();
  const look = button("button.second", togglePreview, {}, t("Preview"));
  const sender = h("button.button.send", {}, send);
  const cancel = close && button("action", () => close(), {}, t("Cancel"));
  const hint = widget.settings.markup === "rich" && h("bdi.quiet.hint", {}, t("**bold**, *italic*, `code`, > quote"));
  const form = h(
    close || text ? "form.form.open" : "form.form",
    { novalidate: "", onsubmit },
    field("p.field", t, "comment", label, true, area),
    preview,
    h("div.rest", {}, more, notice, h("div.buttons", {}, sender, look, cancel, hint)),
  );
  let busy;
  notice.hidden = true;

  async function togglePreview() {
    const writing = !preview.hidden;
    try {
      if (!writing) preview.replaceChildren(safe((await ask(widget, `sites/${widget.site}/preview`, { method: "POST", json: { comment: area.value } })).html));
    } catch (problem) {
      return fail(problem);
    }
    notice.hidden = true;
    preview.hidden = writing;
    area.parentElement.hidden = !writing;
    look.textContent = writing ? t("Preview") : t("Write");
    if (!writing) preview.focus();
  }

  async function onsubmit(event) {
    event.preventDefault();
    if (busy) return;
    busy = true;
    sender.textContent = t("Sending…");
    tellFaults([]);
    notice.hidden = true;
    try {
      await submit(Object.fromEntries(new FormData(form)));
    } catch (problem) {
      fail(problem);
    }
    sender.textContent = send;
    busy = false;
  }

  function fail({ message, errors = [], status }) {
    if (!preview.hidden) togglePreview();
    const elsewhere = tellFaults(errors);
    notice.textContent = errors[elsewhere.length] ? t("Please look at the marked fields.") : (elsewhere[0] || message) + (status ? "" : ` ${t("What you typed is kept.")}`);
    notice.hidden = false;
    widget.tell("error", { message });
    (form.querySelector("[aria-invalid=true]") || sender).focus();
  }

  /** Write faults beside their fields; returns the words of those that have none. */
  function tellFaults(errors) {
    for (const place of form.querySelectorAll(".wrong")) {
      const fault = errors.find((error) => error.field === place.dataset.field);
      place.textContent = fault?.message || "";
      place.previousElementSibling.setAttribute("aria-invalid", !!fault);
    }
    return errors.filter((error) => !form.querySelector(`[data-field="${CSS.escape(error.field)}"]`)).map((error) => error.message);
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return form;
}
