// Making elements, and letting the page breathe while there are many to make.

/**
 * An element. `name` may carry classes, as in `p.notice`; a class that is a name for the page's own
 * style sheet is its `part` too. Properties that begin with "on" are listeners, false ones are left
 * out.
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes[0]) {
    element.className = classes.join(" ");
    element.setAttribute("part", element.className);
  }
  for (const [key, value] of Object.entries(properties || {})) {
    if (key.startsWith("on")) element[key] = value;
    else if (value || value === 0 || value === "") element.setAttribute(key, value);
  }
  element.append(...children.flat(9).filter((child) => child || child === 0));
  return element;
}

const ALLOWED = "a,abbr,acronym,b,blockquote,br,cite,code,del,em,i,li,ol,p,pre,q,s,strike,strong,ul";
const ATTRIBUTES = ["href", "title", "cite", "datetime", "rel"];
let policy;
try {
  policy = trustedTypes.createPolicy("leave-a-reply", { createHTML: (html) => html });
} catch {
  // The browser has no trusted types, or the page allows this name to nobody.
}

/**
 * A comment's HTML as nodes. The server has sanitised it; that nothing in it can run holds here once
 * more, since this page is not the server's.
 */
export function safe(html) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(html) : html;
  for (const element of template.content.querySelectorAll("*")) {
    if (!element.matches(ALLOWED)) element.remove();
    for (const { name, value } of [...element.attributes]) {
      if (!ATTRIBUTES.includes(name) || (/href|cite/.test(name) && !/^https?:/i.test(value))) element.removeAttribute(name);
    }
  }
  return template.content;
}

let since = 0;

/** A moment for the page, where this task has gone on for as long as a frame may take. */
export async function breathe() {
  if (performance.now() - since < 8) return;
  await new Promise((resolve) => setTimeout(resolve));
  since = performance.now();
}

/** Bring an element into sight, and the keyboard with it. */
export function goTo(element, block = "center") {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block, behavior: still ? "instant" : "smooth" });
  element.focus({ preventScroll: true });
}
