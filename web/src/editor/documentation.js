/**
 * What is known of a name: the interpreter's own documentation (lispcore/library/language/help.py), and what
 * the program in the editor defines.
 */

/** @typedef {import("../engine/protocol.js").Entry} Entry */

const NAME = String.raw`[^\s()[\]{}"';\x60,]+`;
/** Forms that give a name a meaning; the name may stand in a list with its parameters. */
const DEFINITION = new RegExp(
  String.raw`\((define|defun|defmacro|deftool|defagent|defmulti|define-record-type|defworkflow)\s+(\()?(${NAME})`,
  "g",
);
const KINDS = /** @type {Record<string, string>} */ ({
  defmacro: "macro of this program",
  deftool: "tool of this program",
  defagent: "agent of this program",
  "define-record-type": "record type of this program",
  defworkflow: "workflow of this program",
});
/** A form that follows: white space and comments, then a row in brackets, or a text. */
const GAP = String.raw`(?:\s|;[^\n]*\n)*`;
const TEXT = new RegExp(`${GAP}"((?:[^"\\\\]|\\\\.)*)"`, "y");
const OPENING = new RegExp(String.raw`${GAP}[([]`, "y");

/**
 * @param {string} source
 * @param {number} from just behind an opening bracket
 * @returns {number} the place of the bracket that closes it, or -1
 */
function findClosing(source, from) {
  let depth = 1;
  for (let at = from; at < source.length; at++) {
    if ("([{".includes(source[at])) depth++;
    else if (")]}".includes(source[at]) && --depth === 0) return at;
    else if (source[at] === '"') {
      for (at++; at < source.length && source[at] !== '"'; at++) if (source[at] === "\\") at++;
    }
  }
  return -1;
}

/** @param {string} source @param {number} at @returns {string | null} the text that stands there */
function textAt(source, at) {
  TEXT.lastIndex = at;
  const found = TEXT.exec(source);
  return found && found[1].replaceAll('\\"', '"').replaceAll("\\n", "\n");
}

/** @param {string} text */
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

/** @param {string} source a program @returns {Map<string, Entry>} what it defines, by name */
export function readDefinitions(source) {
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const match of source.matchAll(DEFINITION)) {
    const [all, form, inList, name] = match;
    const line = source.slice(0, match.index).split("\n").length;
    let at = match.index + all.length;
    /** @type {string | null} null: a value, no function */
    let parameters = null;
    if (inList) {
      const end = findClosing(source, at);
      if (end < 0) continue;
      parameters = oneLine(source.slice(at, end));
      at = end + 1;
    } else if (form === "defun" || form === "defmacro") {
      OPENING.lastIndex = at;
      const opening = OPENING.exec(source);
      const end = opening ? findClosing(source, OPENING.lastIndex) : -1;
      if (!opening || end < 0) continue;
      parameters = oneLine(source.slice(at + opening[0].length, end));
      at = end + 1;
    }
    const isValue = form === "define" && !inList;
    const text = isValue ? "" : (textAt(source, at) ?? "");
    const kind = KINDS[form] ?? (isValue ? "value of this program" : "function of this program");
    const signature = parameters === null ? name : `(${[name, parameters].filter(Boolean).join(" ")})`;
    const chapter = `${kind}, line ${line}`;
    found.set(name, { name, signature, parameters: parameters ?? "", text, chapter, examples: [], aliases: [] });
  }
  return found;
}
