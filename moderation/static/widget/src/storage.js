// What the browser keeps for a reader: drafts, their name, the links to their own comments. It may
// be switched off or full; then nothing is kept, and nothing breaks.

const PREFIX = "leave-a-reply:";

export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

/** Keep a value, or forget it where there is none. */
export function keep(key, value) {
  try {
    if (value) localStorage.setItem(PREFIX + key, JSON.stringify(value));
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // See above.
  }
}
