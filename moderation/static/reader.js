// Makes the hosted thread page more comfortable. The page is complete without it.
"use strict";

const form = document.querySelector("#respond form");
const FIELDS = ["name", "email", "website"];
const REMEMBERED = "moderation.commenter";

// Storage may be off or full; then nothing is remembered, and nothing breaks.
function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // See above.
  }
}

function rememberCommenter() {
  const box = form.elements.remember;
  const known = recall(REMEMBERED);
  box.closest("p").hidden = false;
  box.checked = known !== null;
  for (const field of FIELDS) form.elements[field].value ||= known?.[field] ?? "";
  form.addEventListener("submit", () => {
    const typed = Object.fromEntries(FIELDS.map((field) => [field, form.elements[field].value]));
    keep(REMEMBERED, box.checked ? typed : null);
  });
}

function keepDraft() {
  const key = `moderation.draft ${form.dataset.page}`;
  const text = form.elements.comment;
  if (document.querySelector(".comment--mine")) keep(key, null);
  text.value ||= recall(key) ?? "";
  text.addEventListener("input", () => keep(key, text.value || null));
}

function sendOnce() {
  const button = form.querySelector("[type=submit]");
  const words = button.textContent;
  form.addEventListener("submit", () => {
    button.disabled = true;
    button.textContent = button.dataset.posting;
  });
  // Coming back to the page, the form may be sent again.
  addEventListener("pageshow", () => {
    button.disabled = false;
    button.textContent = words;
  });
}

function replyInPlace() {
  const respond = document.querySelector("#respond");
  const title = document.querySelector("#reply-title");
  const cancel = document.querySelector("#cancel-reply");
  const home = document.createComment("the form's own place");
  respond.before(home);

  // Where the form comes back with a fault, its address is the page's: that names the parent, too.
  function setParent(id) {
    form.elements.parent.value = id ?? "";
    const address = new URL(form.action);
    if (id) address.searchParams.set("replytocom", id);
    else address.searchParams.delete("replytocom");
    form.action = address;
  }

  function moveTo(link) {
    setParent(link?.dataset.replyTo);
    const name = link?.dataset.replyName ?? "";
    title.textContent = link ? title.dataset.leaveTo.replace("{name}", () => name) : title.dataset.leave;
    cancel.hidden = !link;
    if (link) link.closest("article").after(respond);
    else home.after(respond);
    form.elements.comment.focus();
  }

  for (const link of document.querySelectorAll("[data-reply-to]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      moveTo(link);
    });
  }
  cancel?.addEventListener("click", (event) => {
    event.preventDefault();
    moveTo(null);
  });
}

// The comment as it is now, without a reload: something may be half typed into the form already.
async function showAgain(article) {
  if (article.querySelector("details[open]")) return; // its author is editing it
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of [`#${article.id}`, "h1"]) {
    const now = page.querySelector(selector);
    if (now) document.querySelector(selector).replaceWith(document.adoptNode(now));
  }
  localTimes();
}

// A comment that waits for its check is looked at again, less and less often.
async function watchOwnComment(article) {
  for (let wait = 250; wait < 20_000; wait *= 1.6) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      const answer = await fetch(article.dataset.statusUrl, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).status !== "pending") return showAgain(article);
    } catch {
      // The network may come back before the last look.
    }
  }
}

function localTimes() {
  // With the digits that the rest of the page has.
  const language = `${document.documentElement.lang}-u-nu-latn`;
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  for (const time of document.querySelectorAll("time")) time.textContent = format.format(new Date(time.dateTime));
}

localTimes();
if (form) {
  rememberCommenter();
  keepDraft();
  sendOnce();
  replyInPlace();
}
const watched = document.querySelector("[data-status-url]");
if (watched) watchOwnComment(watched);
