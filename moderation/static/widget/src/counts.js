// <span data-comment-count="url or nothing">: how many comments a page has, one request for all.

import { ask } from "./api.js";
import { base, language, pageUrl, site } from "./element.js";
import { speak, wordless } from "./words.js";

const MOST = 100; // addresses a request

/** Fill the counts of the page, those that were added since, too. */
export async function fillCounts() {
  const places = [...document.querySelectorAll("[data-comment-count]")];
  const urls = new Map(places.map((place) => [place, new URL(place.dataset.commentCount || pageUrl(), location).href]));
  const all = [...new Set(urls.values())];
  for (let start = 0; start < all.length; start += MOST) {
    try {
      const query = new URLSearchParams(all.slice(start, start + MOST).map((url) => ["url", url]));
      const [{ tn }, { counts }] = await Promise.all([speak(base, language || document.documentElement.lang), ask({ base, words: wordless }, `sites/${site}/counts?${query}`)]);
      for (const [place, url] of urls) if (url in counts) place.textContent = tn("{n} comment", "{n} comments", counts[url]);
    } catch {
      // A listing without counts is whole: the page's own words stay.
    }
  }
}
