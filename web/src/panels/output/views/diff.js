/** What is different between two texts: lines, and the words in lines that changed. */
import { diffLines, diffWordsWithSpace } from "diff";
import { element } from "../../../dom.js";

/** Unchanged lines that stand around a change. */
const AROUND = 3;
/** Words are compared in changes up to this length. */
const MOST_CHARACTERS = 4_000;
/** What takes longer is shown as the text that came along. */
const MOST_MILLISECONDS = 500;

const SIGNS = { same: " ", added: "+", removed: "−" };

/**
 * @typedef {"same" | "added" | "removed"} Kind
 * @typedef {import("../tools.js").Tools["text"]} Say
 * @typedef {{kind: Kind, pieces: {text: string, isChanged: boolean}[]}} Line
 */

/** @param {string} text @returns {string[]} */
const linesOf = (text) => text.replace(/\n$/, "").split("\n");

/** @param {Kind} kind @param {string} text @returns {Line[]} */
const plainLines = (kind, text) => linesOf(text).map((line) => ({ kind, pieces: [{ text: line, isChanged: false }] }));

/** @param {Kind} kind @param {{value: string, added: boolean, removed: boolean}[]} words @returns {Line[]} the lines of one side */
function wordLines(kind, words) {
  /** @type {Line[]} */
  const lines = [{ kind, pieces: [] }];
  for (const { value, added, removed } of words) {
    if (kind === "added" ? removed : added) continue;
    value.split("\n").forEach((text, at) => {
      if (at > 0) lines.push({ kind, pieces: [] });
      if (text) lines[lines.length - 1].pieces.push({ text, isChanged: added || removed });
    });
  }
  if (!lines[lines.length - 1].pieces.length) lines.pop();
  return lines;
}

/** @param {string} before @param {string} after @returns {Line[] | null} null if it takes too long */
function compare(before, after) {
  const parts = diffLines(before, after, { timeout: MOST_MILLISECONDS });
  if (!parts) return null;
  /** @type {Line[]} */
  const lines = [];
  for (let at = 0; at < parts.length; at++) {
    const { value, added, removed } = parts[at];
    const { value: next = "", added: isReplaced = false } = parts[at + 1] ?? {};
    if (removed && isReplaced && value.length + next.length <= MOST_CHARACTERS) {
      const words = diffWordsWithSpace(value, next);
      lines.push(...wordLines("removed", words), ...wordLines("added", words));
      at++;
    } else lines.push(...plainLines(added ? "added" : removed ? "removed" : "same", value));
  }
  return lines;
}

/** @param {Line} line @param {Say} text */
function buildLine({ kind, pieces }, text) {
  const words = pieces.map(({ text: piece, isChanged }) => (isChanged ? element("mark", {}, piece) : piece));
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[kind]);
  const label = kind === "added" ? text("Added:") : kind === "removed" ? text("Removed:") : "";
  const said = label ? element("span", { class: "hidden-label" }, `${label} `) : null;
  return element("div", { class: `diff-line ${kind}` }, sign, said, ...words);
}

/** @param {Line[]} lines @param {import("../tools.js").Tools} tools @returns {HTMLElement[]} with what is far from any change left out */
function buildLines(lines, { text, countText }) {
  const isNear = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== "same"));
  /** @type {HTMLElement[]} */
  const made = [];
  let left = 0;
  const tellLeft = () => {
    if (left) made.push(element("div", { class: "diff-line gap" }, countText("… 1 line is the same", "… {n} lines are the same", left)));
    left = 0;
  };
  lines.forEach((line, at) => {
    if (!isNear[at]) left++;
    else {
      tellLeft();
      made.push(buildLine(line, text));
    }
  });
  tellLeft();
  return made;
}

/** @param {{before: string, after: string, text: string}} view @param {import("../tools.js").Tools} tools */
export function buildDiff({ before, after, text }, tools) {
  const lines = before === after ? null : compare(before, after);
  if (!lines) return element("pre", { class: "view-text" }, text);
  return element("div", { class: "diff", tabIndex: 0, role: "group", "aria-label": tools.text("Difference") }, ...buildLines(lines, tools));
}
