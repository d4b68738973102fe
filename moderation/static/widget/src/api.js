// Requests to the service, and what is told when they fail.

import { setClock } from "./times.js";

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Ask the service's API, or for one of its files, and again where the network or the service fails for a moment: `tries` times in
 * all. What changes something is safe to repeat by its own key.
 *
 * @throws what went wrong, in words for the reader: `message`, and with it `errors`, the faults of a
 * form's fields, and `status`, none where there was no answer.
 */
export async function ask(asker, path, { json, headers, tries = 3, ...init } = {}) {
  const { base, words, signal } = asker;
  for (let turn = 1; ; turn++) {
    let answer, body, message;
    try {
      answer = await fetch(new URL(path, `${base}/api/v1/`), {
        signal,
        headers: { ...(words.lang && { "Accept-Language": words.lang }), ...(json && { "Content-Type": "application/json" }), ...headers },
        body: JSON.stringify(json),
        ...init,
      });
      // A file may be from the browser's own cache.
      if (path[0] !== "/") setClock(answer);
      body = answer.status === 204 ? {} : await answer.json();
      if (answer.ok) return body;
      message = body.detail;
    } catch {
      // By then there may be words.
      const { t } = asker.words;
      message = answer ? t("The answer of the comment service cannot be read.") : await whyNot(base, t);
    }
    const { status } = answer || {};
    if (turn === tries || signal?.aborted || (status < 500 && body)) throw { message, status, errors: body?.errors };
    await wait(500 * turn ** 2);
  }
}

/** A browser does not tell a page that CORS refused; that the script's own file is there tells. */
async function whyNot(base, t) {
  if (!navigator.onLine) return t("You are offline.");
  try {
    await fetch(`${base}/widget.js`, { cache: "no-store" });
  } catch {
    return t("The comment service does not answer.");
  }
  return t("Comments are not allowed on {origin}. The site’s owner can add it to its origins.", { origin: location.origin });
}
