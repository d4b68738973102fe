// The queue by keyboard, and safe under a quick pointer. Every key presses a button or follows a link
// that is on the page, so that nothing can be done by keys alone and nothing needs them.
"use strict";

const page = document.querySelector(".queue__page");
const said = document.getElementById("main").dataset; // what the script may have to say
const ITEM = ".item[data-comment], .item[data-wave]"; // a comment, or a wave of many
const CLAIM_AGAIN = 20000; // ms; the server forgets a claim after 45 s
const SECOND_KEY = 1500; // ms to type the second of two keys
const SEEN = 400; // ms until a person has seen what came under the pointer
const SLOW = 15000; // ms after which what is not answered may be asked for again
const ABOVE = 100; // px kept free around an item that is gone to, as its margins for scrolling say
const SLIP = { mouse: 6, pen: 12, touch: 40 }; // px that a double click or a second tap may be off

const items = () => [...document.querySelectorAll(ITEM)];
const focused = () => document.activeElement?.closest?.(ITEM) ?? null;
let current = null; // the item that keys act on
let loadsMore = false; // whether the next page of the view is on its way
const decided = []; // what was decided on this page, the latest last
let waitingFor = null; // the first of two keys: "g" or "r"
let claimed = 0;

function mark(item) {
  if (!item) return;
  document.querySelector(".item--current")?.classList.remove("item--current");
  item.classList.add("item--current");
  current = item;
}

function goTo(item) {
  if (!item) return;
  mark(item);
  item.focus({ preventScroll: true });
  // One that is taller than the window is read from its head; "nearest" may show its end.
  item.scrollIntoView({ block: item.offsetHeight < window.innerHeight - ABOVE ? "nearest" : "start" });
  claim(item);
}

function step(by) {
  const all = items();
  const at = all.indexOf(current);
  if (by > 0 && at === all.length - 1) return loadMore(); // the last one, or none is left
  if (at < 0) return goTo(all[0]);
  goTo(all[Math.max(0, at + by)]);
}

function loadMore() {
  document.querySelector("[data-more]")?.click();
}

// To what follows an item that is done with: the next one, the next page, or else the one before.
function goOn(item) {
  const next = after(item);
  if (next) return goTo(next);
  item.focus();
  if (document.querySelector("[data-more]")) return loadMore();
  goTo(items().at(-1));
}

// The first item below one that may have been decided or taken off the page.
function after(item) {
  if (!item?.isConnected) return null;
  return items().find((other) => item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function token() {
  return document.querySelector("[name=csrf_token]").value;
}

// Colleagues see who is looking at what. It may fail: it is only a courtesy.
function claim(item) {
  if (!item.dataset.claim) return; // a wave is nobody's
  const now = Date.now();
  if (item.dataset.claimedAt && now - item.dataset.claimedAt < CLAIM_AGAIN) return;
  item.dataset.claimedAt = now;
  claimed = now;
  fetch(item.dataset.claim, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => {});
}

setInterval(() => {
  if (current?.isConnected && !document.hidden && Date.now() - claimed > CLAIM_AGAIN) claim(current);
}, 5000);

function press(key) {
  // Nothing is done to a comment that is not marked: the first key only marks one.
  if (!current?.isConnected) return goTo(items()[0]);
  current.querySelector(`[data-key="${key}"]`)?.click();
}

function reasons(item) {
  const select = item?.isConnected && item.querySelector("select[name=why]");
  if (!select) return press("r");
  item.querySelector(".reasons")?.remove();
  const list = document.createElement("ol");
  list.className = "reasons";
  [...select.options].slice(1, 10).forEach((option, index) => {
    const line = document.createElement("li");
    const key = document.createElement("kbd");
    key.textContent = index + 1;
    line.append(key, ` ${option.text}`);
    list.append(line);
  });
  const none = document.createElement("li");
  const key = document.createElement("kbd");
  key.textContent = "r";
  none.append(key, ` ${page.dataset.sayNone}`);
  list.append(none);
  list.setAttribute("role", "status");
  item.querySelector(".decide").append(list);
  list.scrollIntoView({ block: "nearest" });
  wait("r");
}

function wait(key) {
  waitingFor = key;
  clearTimeout(wait.timer);
  if (key === "g") wait.timer = setTimeout(forget, SECOND_KEY);
}

function forget() {
  waitingFor = null;
  document.querySelectorAll(".reasons").forEach((list) => list.remove());
}

function secondKey(key) {
  const first = waitingFor;
  const item = current;
  forget();
  if (first === "g") {
    const tab = { h: "held", s: "spam", p: "published", r: "rejected", a: "all" }[key];
    if (tab) document.querySelector(`[data-tab="${tab}"]`)?.click();
    return;
  }
  const select = item?.querySelector("select[name=why]");
  if (key === "r" || key === "Enter") {
    if (select) select.selectedIndex = 0;
  } else if (/^[1-9]$/.test(key) && select && Number(key) < select.options.length) {
    select.selectedIndex = Number(key);
  } else {
    return;
  }
  press("r");
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => {
    const box = current?.querySelector("input[name=ids]");
    if (box) box.click();
  },
  r: () => reasons(current),
  u: takeBack,
  n: () => document.querySelector("[data-news]")?.click(),
  "/": () => document.getElementById("q")?.focus(),
  "?": () => document.querySelector("[data-help]")?.click(),
  g: () => wait("g"),
};
for (const key of "asbepo") KEYS[key] = () => press(key);

function newestUndo() {
  const latest = decided.findLast((item) => item.isConnected) ?? document.querySelector(".recent");
  return latest?.querySelector("form [data-undo]");
}

// What is folded away is unfolded first, since nobody sees what it is; the next key takes it back.
function takeBack() {
  const undo = newestUndo();
  const fold = undo?.closest("details:not([open])");
  if (!fold) return undo?.click();
  fold.open = true;
  undo.focus();
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return; // whatever is laid over the page has the keys
  const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (event.key === "Escape") {
    forget();
    event.target.closest("[data-write]")?.querySelector("[data-close]")?.click();
    if (typing) event.target.blur();
    return;
  }
  if (!page || page.dataset.keys !== "on" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // A key held too long would do to the next comment what was meant for this one.
  if (event.repeat && KEYS[event.key] && event.key !== "j" && event.key !== "k") return event.preventDefault();
  if (waitingFor) {
    event.preventDefault();
    return secondKey(event.key);
  }
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.(ITEM);
  if (item && item !== current) {
    mark(item);
    claim(item);
  }
});

// Where a decision takes a card away, another comes under the pointer, and the second click of a
// double click would decide on that. So a click counts only on what its person can have meant: not
// where it follows another at once, nor where the pointer stands still and what is under it changed
// just now.
const pointer = { x: -1, y: -1, over: null, came: null, clicked: null };

const itemAtPointer = () => document.elementFromPoint(pointer.x, pointer.y)?.closest(".item") ?? null;

function follow(event) {
  pointer.x = event.clientX;
  pointer.y = event.clientY;
  const { came } = pointer;
  const slip = SLIP[event.pointerType] ?? SLIP.mouse;
  if (came && Math.hypot(pointer.x - came.x, pointer.y - came.y) > slip) pointer.came = null;
}

// Without a look at what the pointer is over before, the person's own scrolling would count, too.
function beforeMoving() {
  pointer.over = itemAtPointer();
}

function afterMoving() {
  const over = itemAtPointer();
  if (over === pointer.over) return;
  pointer.over = over;
  pointer.came = { x: pointer.x, y: pointer.y, at: performance.now() };
}

const justNow = (what) => what !== null && performance.now() - what.at < SEEN;

// The second click of a double click is told by `detail`, however slow the system lets it be. But
// that counts on through all that come steadily on one spot, and of those the later ones are meant.
function isMeant(event) {
  if (justNow(pointer.came)) return false;
  return event.detail < 2 || (event.detail > 2 && !justNow(pointer.clicked));
}

for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, follow, { passive: true });
document.addEventListener("htmx:beforeSwap", beforeMoving);
document.addEventListener("htmx:afterSwap", afterMoving);
document.addEventListener("htmx:oobAfterSwap", afterMoving);

// Keys click without a pointer: their `detail` is 0. First of all listeners, htmx's too.
document.addEventListener(
  "click",
  (event) => {
    if (!event.detail) return;
    const meant = isMeant(event);
    pointer.clicked = { at: performance.now() };
    if (meant || !event.target.closest?.(".item :is(a, button)")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  const item = close?.closest(ITEM);
  if (close && item) {
    event.preventDefault();
    item.querySelector(".item__form").replaceChildren();
    goTo(item);
  }
});

// How many are selected is said where they are decided on.
document.addEventListener("change", (event) => {
  if (event.target.name === "which") countSelected();
  if (event.target.name !== "ids" || !document.getElementById("bulk")) return;
  event.target.closest(".item").classList.toggle("item--selected", event.target.checked);
  if (document.querySelector("[name=ids]:checked")) {
    document.querySelector(".bulk__all").open = true;
    document.querySelector("[name=which][value=ids]").checked = true;
  }
  countSelected();
});

function countSelected() {
  const count = document.querySelectorAll("[name=ids]:checked").length;
  const line = document.querySelector("[data-selected]");
  if (!line) return; // the page of one comment has no list
  line.textContent = count ? page.dataset.saySelected.replace("{n}", count) : "";
  document.getElementById("bulk").classList.toggle("bulk--some", count > 0);
  // Nothing can be done to none.
  const none = count === 0 && document.querySelector("[name=which][value=ids]")?.checked;
  for (const button of document.querySelectorAll("#bulk .bulk__buttons .button")) button.disabled = none;
}

window.addEventListener("pageshow", countSelected); // a browser that went back keeps what was ticked

// Where the last of a view is done with, the page says so as it does when it is loaded.
function tellWhatIsLeft() {
  const nothing = document.getElementById("nothing-left");
  if (!nothing) return; // the page of one comment has no list
  const counted = Number(document.getElementById("in-view")?.dataset.left ?? 0);
  const left = counted > 0 || items().length > 0 || document.querySelector("[data-more]") !== null;
  nothing.hidden = left;
  document.getElementById("bulk").hidden = !left;
}

for (const kind of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(kind, tellWhatIsLeft);

// Where the tabs are wider than the window, the one that is open is seen all the same.
function showTab() {
  const tabs = document.getElementById("tabs");
  const open = tabs?.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!open) return;
  const seen = tabs.getBoundingClientRect();
  if (open.left < seen.left) tabs.scrollLeft += open.left - seen.left;
  else if (open.right > seen.right) tabs.scrollLeft += open.right - seen.right;
}

showTab();
document.addEventListener("htmx:oobAfterSwap", showTab);

document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target.id === "news") showClaims(target);
  if (target.id === "help" && !target.open) target.showModal();
});

// Not before it is loaded: until then htmx knows nothing of it, and Enter would leave the page.
document.addEventListener("htmx:load", (event) => {
  const item = event.detail.elt;
  if (item.matches?.("[data-write]")) item.querySelector("textarea").focus();
  if (!item.matches?.("article.item")) return;
  // Where a decision has taken an item's place, the next one is looked at.
  countSelected();
  const before = decided.findIndex((one) => one.id === item.id && !one.isConnected);
  if (before >= 0) decided.splice(before, 1);
  if (item.querySelector("[data-undo]")) decided.push(item);
  if (item.matches(".item--decided, .item--stale")) {
    goOn(item);
  } else if (loadsMore || before >= 0 || (current?.id === item.id && !current.isConnected)) {
    loadsMore = false;
    goTo(item); // the first of the next page, or one that was taken back or edited
  }
  afterMoving();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[data-more]")) loadsMore = true;
});

// What takes seconds looks like it, and is not asked for twice meanwhile.
document.addEventListener("submit", ({ target, submitter }) => {
  if (!submitter || !target.matches("[data-slow]")) return;
  setTimeout(() => (submitter.disabled = true)); // once it is sent: one that is disabled sends nothing
  setTimeout(() => (submitter.disabled = false), SLOW);
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-slow] button")) button.disabled = false;
});

// An answer that is no success still tells what is wrong.
document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || event.detail.xhr.responseURL.includes("/sign-in")) {
    event.detail.shouldSwap = false;
    location.assign(location.href); // the sign-in page, and back here after it
  } else if (status >= 400) {
    event.detail.shouldSwap = false;
    const problem = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    complain(problem.querySelector("main p")?.textContent ?? said.sayFailed);
  }
});
document.addEventListener("htmx:sendError", () => {
  complain(said.saySilent);
});

function complain(words) {
  let line = document.getElementById("complaint");
  if (!line) {
    line = document.createElement("p");
    line.id = "complaint";
    line.className = "notice notice--fault complaint";
    line.setAttribute("role", "alert");
    document.body.append(line);
  }
  line.textContent = words;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => line.remove(), 8000);
}

function showClaims(news) {
  const names = new Map(
    [...news.querySelectorAll("[data-claims] li")].map((line) => [line.dataset.comment, line.textContent]),
  );
  for (const item of items()) {
    const line = item.querySelector("[data-claimed]");
    if (!line) continue;
    const name = names.get(item.dataset.comment);
    line.hidden = !name;
    if (name) line.textContent = page.dataset.sayClaimed.replace("{name}", () => name);
  }
}
