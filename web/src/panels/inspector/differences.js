/** Two replies as one text: what only the first has is struck out, what only the second has is marked. */
import { diffWordsWithSpace } from "diff";
import { element } from "../../dom.js";
import { text } from "../../texts/texts.js";

/** Longer texts would take a browser's time and nobody reads their differences word by word. */
const MOST = 50_000;

/** @param {string} before @param {string} after @returns {HTMLElement} */
export function showDifferences(before, after) {
  if (before === after) return element("p", { class: "fact" }, text("Both say the same."));
  const parts = diffWordsWithSpace(before.slice(0, MOST), after.slice(0, MOST), { timeout: 500 });
  if (!parts) return element("p", { class: "fact" }, text("They have too little in common to show it word by word."));
  const pieces = parts.map(({ value, added, removed }) => {
    if (added) return element("ins", {}, value);
    return removed ? element("del", {}, value) : value;
  });
  return element("pre", { class: "differences", "data-testid": "differences" }, ...pieces);
}
