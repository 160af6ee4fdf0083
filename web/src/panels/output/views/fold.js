/** A printed value whose nested parts fold. Its text stays whole: what is folded is only not shown. */
import { element } from "../../../dom.js";

/** Deeper parts fold together with what they are in. */
const MOST_DEPTH = 40;
/** A value of more lines begins with its deeper parts folded. */
const LONG_LINES = 24;
const OPEN_DEPTH = 2;
const CLOSING = /** @type {Record<string, string>} */ ({ "(": ")", "[": "]", "{": "}" });

/** @typedef {Pick<import("../tools.js").Tools, "text" | "countText">} Say the page's words */

/**
 * @typedef {{from: number, to: number, lines: number, items: number, parts: Group[]}} Group brackets that
 *   stand on several lines, with those in them
 */

/** @param {string} text @param {number} at where a quote stands @returns {number} behind the string */
function endOfString(text, at) {
  for (let each = at + 1; each < text.length; each++) {
    if (text[each] === "\\") each++;
    else if (text[each] === '"') return each + 1;
  }
  return text.length;
}

/** @param {string} text of a value, as printed @returns {Group[]} those that stand in no other one */
export function findGroups(text) {
  /** @type {Group} */
  const all = { from: 0, to: text.length, lines: 0, items: 0, parts: [] };
  const open = [all];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    const top = open[open.length - 1];
    if (letter === '"') at = endOfString(text, at) - 1;
    else if (letter === "#" && text[at + 1] === "\\") at += 2;
    else if (letter === "\n") top.lines++;
    else if (letter in CLOSING) open.push({ from: at, to: text.length, lines: 0, items: 0, parts: [] });
    else if (")]}".includes(letter) && open.length > 1) {
      open.pop();
      const around = open[open.length - 1];
      top.to = at + 1;
      around.lines += top.lines;
      if (top.lines > 0 && open.length <= MOST_DEPTH) around.parts.push(top);
    }
  }
  return all.parts;
}

/** @param {string} printed @param {Group} group @param {number} depth @param {boolean} isLong @param {Say} say */
function buildGroup(printed, group, depth, isLong, { text, countText }) {
  let isOpen = !isLong || depth < OPEN_DEPTH;
  const inside = element("span", {}, ...buildParts(printed, group.from + 1, group.to - 1, group.parts, depth + 1, isLong, { text, countText }));
  const lines = group.lines + 1;
  const told = element("span", { class: "folded" }, ` … ${countText("{n} line", "{n} lines", lines)} `);
  const button = element("button", { type: "button", class: "fold", onclick: turn });
  function show() {
    inside.hidden = !isOpen;
    told.hidden = isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-label", isOpen ? text("Fold this part") : countText("Unfold {n} line", "Unfold {n} lines", lines));
  }
  function turn() {
    isOpen = !isOpen;
    show();
  }
  show();
  return [button, printed[group.from], inside, told, printed[group.to - 1]];
}

/** @param {string} printed @param {number} from @param {number} to @param {Group[]} parts @param {number} depth @param {boolean} isLong @param {Say} say @returns {(Node | string)[]} */
function buildParts(printed, from, to, parts, depth, isLong, say) {
  /** @type {(Node | string)[]} */
  const made = [];
  let at = from;
  for (const group of parts) {
    made.push(printed.slice(at, group.from), ...buildGroup(printed, group, depth, isLong, say));
    at = group.to;
  }
  made.push(printed.slice(at, to));
  return made;
}

/** @param {string} printed a value @param {Say} say @returns {HTMLElement | null} null where nothing folds */
export function buildFolded(printed, say) {
  const groups = findGroups(printed);
  if (!groups.length) return null;
  const isLong = groups.reduce((sum, { lines }) => sum + lines, 0) > LONG_LINES;
  return element("span", { class: "folding" }, ...buildParts(printed, 0, printed.length, groups, 0, isLong, say));
}
