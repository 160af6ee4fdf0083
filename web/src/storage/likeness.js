/** How much of a text is in the next one: whether a program went on or another one took its place. */

/** So much of the shorter text, or of the old one's lines, makes the new one a later version of it. */
const KEPT_SHARE = 0.3;

/**
 * @param {string} before
 * @param {string} after
 * @returns {{kept: number, removed: number}} characters of `before` that both begin and end with, and the rest
 */
export function compareEnds(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) {
    end++;
  }
  return { kept: start + end, removed: before.length - start - end };
}

/** @param {string} text @returns {string[]} lines that say something */
const tellingLines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.length > 2);

/** @param {string} before @param {string} after @returns {boolean} whether it is the same program, changed */
export function isContinued(before, after) {
  const { kept } = compareEnds(before, after);
  if (kept >= KEPT_SHARE * Math.min(before.length, after.length)) return true;
  const lines = tellingLines(before);
  const there = new Set(tellingLines(after));
  return lines.length > 0 && lines.filter((line) => there.has(line)).length >= KEPT_SHARE * lines.length;
}
