// Times as people say them, by the server's clock: the reader's may be wrong.

const UNITS = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
let skew = 0; // milliseconds that the server's clock is ahead

/** Learn the server's time from an answer, which says it to the second. */
export function setClock(answer) {
  skew = Date.parse(answer.headers.get("Date")) - Date.now() || 0;
}

/** The time on the server, in milliseconds. */
export const now = () => Date.now() + skew;

/** A `<time>`: how long ago, and exactly when on hover. */
export function timeElement(words, iso) {
  const element = document.createElement("time");
  element.dateTime = iso;
  element.title = new Date(iso).toLocaleString(words.lang, { dateStyle: "long", timeStyle: "short" });
  sayAge(words, element);
  return element;
}

/** Say anew how long ago the time of a `<time>` is. */
export function sayAge(words, element) {
  const seconds = Math.min(0, (Date.parse(element.dateTime) - now()) / 1000);
  const [unit, length] = UNITS.find((unit) => -seconds >= unit[1]) || ["second", Infinity];
  const text = new Intl.RelativeTimeFormat(words.lang, { numeric: "auto" }).format(Math.ceil(seconds / length) || 0, unit);
  if (element.textContent !== text) element.textContent = text;
}
