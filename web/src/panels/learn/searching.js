/** Finds words in the tour, the manual and the names of the language. */
import { text } from "../../texts/texts.js";
import { textOf } from "./nodes.js";

/**
 * @typedef {import("./nodes.js").Learning} Learning
 * @typedef {{place: string, kind: string, title: string, text: string}} Item something that can be found
 */

const MOST = 40;
/** So much is shown around the first word that was found. */
const AROUND = { before: 40, all: 140 };

/** @param {Learning} learning @returns {Item[]} */
export function listItems({ tour, pages, entries }) {
  return [
    ...tour.map(({ title, body, code, task }, at) => {
      const words = `${textOf(body)} ${code} ${textOf(task)}`;
      return { place: `tour/${at}`, kind: text("Tour"), title, text: words };
    }),
    ...pages.map(({ name, title, body }) => ({ place: `manual/${name}`, kind: text("Manual"), title, text: textOf(body) })),
    ...entries.map(({ name, signature, text: words }) => ({ place: `name/${name}`, kind: text("Name"), title: name, text: `${signature} ${words}` })),
  ];
}

/** @param {Item} item @param {string[]} words @param {string} wanted @returns {number} how near it is, 0 the nearest */
function rank({ title }, words, wanted) {
  const name = title.toLowerCase();
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return words.every((word) => name.includes(word)) ? 2 : 3;
}

/** @param {Item[]} items @param {string} typed @returns {Item[]} those in which all words stand, the nearest first */
export function findItems(items, typed) {
  const wanted = typed.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = items.filter((item) => {
    const all = `${item.title} ${item.text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const ranked = found.map((item) => ({ item, near: rank(item, words, wanted) }));
  return ranked.sort((a, b) => a.near - b.near).slice(0, MOST).map(({ item }) => item);
}

/** @param {string} whole @param {string} typed @returns {string} the part of it in which the first word stands */
export function excerptOf(whole, typed) {
  const [word = ""] = typed.trim().toLowerCase().split(/\s+/);
  const at = Math.max(0, whole.toLowerCase().indexOf(word) - AROUND.before);
  const from = at ? whole.indexOf(" ", at) + 1 || at : 0;
  const part = whole.slice(from, from + AROUND.all).replace(/\s+/g, " ").trim();
  return `${from ? "… " : ""}${part}${from + AROUND.all < whole.length ? " …" : ""}`;
}
