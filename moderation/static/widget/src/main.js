// The script that a site embeds: defines the element, and fills the counts of a listing.

import { fillCounts } from "./counts.js";
import { LeaveAReply } from "./element.js";
import { give } from "./words.js";

give(WORDS);

// A page may hold the script twice.
if (!customElements.get("leave-a-reply")) {
  LeaveAReply.count = fillCounts;
  customElements.define("leave-a-reply", LeaveAReply);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", fillCounts);
  else fillCounts();
}
