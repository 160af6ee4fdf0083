/** Finds names of the language by their names and their words, for agents. */

const MOST = 20;

/** @typedef {import("../engine/protocol.js").Entry} Entry */

/** @param {Entry[]} entries @param {string} text @returns {Entry[]} the one of this name, else those that hold the text */
export function findEntries(entries, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const exact = entries.filter(({ name, aliases }) => name === wanted || aliases.includes(wanted));
  if (exact.length) return exact;
  const named = entries.filter(({ name }) => name.toLowerCase().includes(wanted));
  const said = entries.filter((each) => !named.includes(each) && each.text.toLowerCase().includes(wanted));
  return [...named, ...said].slice(0, MOST);
}
