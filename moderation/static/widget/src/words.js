// The words of one language. English is in the sources; any other is one file, loaded when needed.

// BCP 47 tags of the languages, but the two of Chinese.
const CATALOGUES = "en ar de es fr he hi it ja ko nl pl pt ru tr uk";
const loaded = {};

/** The catalogue's tag that `tag`, such as de-AT or zh-TW, asks for; nothing where there is none. */
function nearest(tag) {
  if (/^zh/i.test(tag)) return /^(?!.*hans).*(hant|tw|hk|mo)/i.test(tag) ? "zh-Hant" : "zh-Hans";
  return CATALOGUES.match(`\\b${/^\w+/.exec(tag)}\\b`, "i")?.[0];
}

/** The first of the wanted languages that there are words of, else English. */
export function choose(...wanted) {
  for (const tag of wanted) {
    const found = tag && nearest(tag);
    if (found) return found;
  }
  return "en";
}

/**
 * The words of a language: `t` says a sentence, `tn` one of its plural forms. Where they cannot be
 * loaded, English is better than nothing.
 */
export async function speak(lang, base) {
  if (lang !== "en") {
    loaded[lang] ??= fetch(`${base}/widget/${VERSION}/${lang}.json`).then((answer) => answer.json());
    try {
      return words(lang, await loaded[lang]);
    } catch {
      delete loaded[lang];
    }
  }
  return words("en", { words: {} });
}

/** What a message is known by in the files: a hash of its English, so that they need not repeat it. */
export function keyOf(text) {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash >>> 0).toString(36).slice(-4);
}

function words(lang, catalogue) {
  const rules = new Intl.PluralRules(lang);
  const find = (text) => catalogue.words[keyOf(text)];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  return {
    lang,
    dir: lang === "ar" || lang === "he" ? "rtl" : "ltr",
    t: (text, values) => fill(find(text) || text, values),
    // The forms stand in the order of the catalogue's CLDR categories; any other has the last.
    tn: (one, many, n) => fill(find(one)?.at(catalogue.plural.indexOf(rules.select(n))) || (n === 1 ? one : many), { n: n.toLocaleString(lang) }),
  };
}
