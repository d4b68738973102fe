// Making elements, and letting the page breathe while there are many to make.

import { wait } from "./api.js";

/**
 * An element. `name` may carry classes, as in `p.notice`; a class that is a name for the page's own
 * style sheet is its `part` too. Properties that begin with "on" are listeners, false ones are left
 * out.
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes[0]) element.setAttribute("part", (element.className = classes.join(" ")));
  for (const key in properties) {
    const value = properties[key];
    if (/^on/.test(key)) element[key] = value;
    else if (value) element.setAttribute(key, value);
  }
  element.append(...children.flat(3).filter(Boolean));
  return element;
}

/** A button that sends nothing by itself. */
export const button = (name, onclick, properties, text) => h(`button.${name}`, { type: "button", onclick, ...properties }, text);

/** Words that say what went wrong, at once to those who hear the page, too. */
export const fault = (...words) => h("p.notice.fault", { role: "alert" }, words);

let policy;

/**
 * A comment's HTML as nodes. The server has sanitised it; that nothing in it can run holds here once
 * more, since this page is not the server's.
 */
export function safe(html) {
  const template = document.createElement("template");
  try {
    policy ??= window.trustedTypes?.createPolicy("leave-a-reply", { createHTML: (html) => html });
    template.innerHTML = policy ? policy.createHTML(html) : html;
  } catch {
    // The page trusts types, but not this name: then the words without their markup.
    template.content.append(html.replace(/<[^>]*>/g, ""));
  }
  for (const element of template.content.querySelectorAll("*")) {
    if (/script|style|link/i.test(element.tagName)) element.remove();
    for (const { name, value } of [...element.attributes]) {
      if (!/^(title|rel|datetime)$/.test(name) && !/^(href|cite)https?:/i.test(name + value)) element.removeAttribute(name);
    }
  }
  return template.content;
}

let since = 0;

/** A moment for the page, where this task has gone on for as long as a frame may take. */
export async function breathe() {
  if (Date.now() - since < 8) return;
  await wait();
  since = Date.now();
}

/** Bring an element into sight, and the keyboard with it. */
export function goTo(element, block = "center") {
  element.scrollIntoView({ block });
  element.focus({ preventScroll: true });
}
