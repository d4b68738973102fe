// Requests to the service, and what is told when they fail.

import { setClock } from "./times.js";

/** A request that failed, in words for the reader. `errors` are a form's faults. */
const problem = (message, status, errors = []) => ({ message, status, errors });

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Ask the service, and again where the network or the service fails for a moment: `tries` times in
 * all. What changes something is safe to repeat by its own key.
 *
 * @throws what `problem` makes.
 */
export async function ask(widget, path, { json, headers, tries = 3, ...init } = {}) {
  for (let left = tries - 1; ; left--) {
    try {
      return await once(widget, path, {
        ...init,
        headers: { Accept: "application/json", "Accept-Language": widget.words.lang, ...(json && { "Content-Type": "application/json" }), ...headers },
        body: json && JSON.stringify(json),
      });
    } catch (problem) {
      if (left < 1 || widget.signal.aborted || (problem.status > 0 && problem.status < 500)) throw problem;
      await wait(500 * (tries - left) ** 2);
    }
  }
}

async function once(widget, path, init) {
  const { t } = widget.words;
  let answer;
  try {
    answer = await fetch(`${widget.base}/api/v1/${path}`, { credentials: "omit", signal: widget.signal, ...init });
  } catch (error) {
    throw problem(await whyNot(widget, error), 0);
  }
  setClock(answer);
  if (answer.status === 204) return {};
  let body;
  try {
    body = await answer.json();
  } catch {
    throw problem(t("The comment service gave an answer that cannot be read."), answer.ok ? 1 : answer.status);
  }
  if (!answer.ok) throw problem(body.detail || t("The comment service does not answer."), answer.status, body.errors);
  return body;
}

/** A browser does not tell a page that CORS refused; that the script's own file is there tells. */
async function whyNot({ base, words }, error) {
  const { t } = words;
  if (error.name === "AbortError") return "";
  if (!navigator.onLine) return t("You are offline.");
  try {
    await fetch(`${base}/widget.js`);
  } catch {
    return t("The comment service does not answer.");
  }
  return t("Comments are not allowed on {origin}. The site’s owner can add it to the site’s origins.", { origin: location.origin });
}
