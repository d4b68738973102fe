// The words of one language: those that came with the script, else a file of their own. None but two
// sentences are in the script itself.
//
// The sources give English to `t`, and to `tn` both its forms and the number that they are for. `make
// widget` puts one number in the texts' place: where the message stands in every language's file.

import { ask } from "./api.js";

const loaded = {};

/** What is said while there are no words, and where they cannot be loaded: that, and how to try again. */
export const wordless = words([]);

/** What came with the script: the words of the language that its address or the browser asked for, or 0. */
let given;

/** Take what came with the script. */
export function give(catalogue) {
  given = catalogue && words(catalogue);
}

/** A tag's language and how it is written, in seven letters: `de-Latn` of `de-AT`, `zh-Hant` of `zh-TW`. */
const kind = (tag) => `${new Intl.Locale(tag).maximize()}`.slice(0, 7);

/** The words that are nearest to a BCP 47 tag; without one, those that the browser asks for. */
export async function speak(base, tag) {
  try {
    if (kind(tag || given.lang) === kind(given.lang)) return given;
  } catch {
    // None came, or this is no tag: the server knows what is near to it.
  }
  return (loaded[tag] ??= ask({ base, words: wordless }, `/widget/${VERSION}/${tag || "auto"}.json`).then(words, () => {
    delete loaded[tag];
    throw { message: wordless.t() };
  }));
}

function words(catalogue) {
  const [lang, dir, categories] = catalogue;
  const rules = new Intl.PluralRules(lang);
  const fill = (text, values) => text.replace(/\{(\w+)}/g, (_, name) => values[name]);
  return {
    lang,
    dir,
    t: (number, values) => fill(catalogue[number] || (number === numberOf("Try again") ? "Try again" : "Comments could not be loaded."), values),
    // The forms stand in the order of CLDR's categories in the file; any other has the last.
    tn: (number, n) => fill(catalogue[number].at(categories.indexOf(rules.select(n))), { n: n.toLocaleString(lang) }),
  };
}
