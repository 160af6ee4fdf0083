/** Finds words in the tour, the manual and the names of the language. */
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
      const text = `${textOf(body)} ${code} ${textOf(task)}`;
      return { place: `tour/${at}`, kind: "Tour", title, text };
    }),
    ...pages.map(({ name, title, body }) => ({ place: `manual/${name}`, kind: "Manual", title, text: textOf(body) })),
    ...entries.map(({ name, signature, text }) => ({ place: `name/${name}`, kind: "Name", title: name, text: `${signature} ${text}` })),
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
  const found = items.filter(({ title, text }) => {
    const all = `${title} ${text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const ranked = found.map((item) => ({ item, near: rank(item, words, wanted) }));
  return ranked.sort((a, b) => a.near - b.near).slice(0, MOST).map(({ item }) => item);
}

/** @param {string} text @param {string} typed @returns {string} the part of it in which the first word stands */
export function excerptOf(text, typed) {
  const [word = ""] = typed.trim().toLowerCase().split(/\s+/);
  const at = Math.max(0, text.toLowerCase().indexOf(word) - AROUND.before);
  const from = at ? text.indexOf(" ", at) + 1 || at : 0;
  const part = text.slice(from, from + AROUND.all).replace(/\s+/g, " ").trim();
  return `${from ? "… " : ""}${part}${from + AROUND.all < text.length ? " …" : ""}`;
}
