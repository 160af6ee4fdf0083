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
/** Parameters, or a text, are looked for so far: somebody may be typing what closes them. */
const MAX_CHARACTERS = 4000;

/**
 * @param {string} source
 * @param {number} from just behind an opening bracket
 * @returns {number} the place of the bracket that closes it, or -1
 */
function findClosing(source, from) {
  let depth = 1;
  const end = Math.min(source.length, from + MAX_CHARACTERS);
  for (let at = from; at < end; at++) {
    if ("([{".includes(source[at])) depth++;
    else if (")]}".includes(source[at]) && --depth === 0) return at;
    else if (source[at] === '"') {
      for (at++; at < end && source[at] !== '"'; at++) if (source[at] === "\\") at++;
    }
  }
  return -1;
}

/** @param {string} source @param {number} at @returns {string | null} the text that stands there */
function textAt(source, at) {
  TEXT.lastIndex = 0;
  const found = TEXT.exec(source.slice(at, at + MAX_CHARACTERS));
  return found && found[1].replaceAll('\\"', '"').replaceAll("\\n", "\n");
}

/** @param {string} text */
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

/** A counter of lines that goes through a text once. @param {string} source */
function createLineCounter(source) {
  let [line, next] = [1, source.indexOf("\n")];
  /** @param {number} place not before the last one @returns {number} the line that it is in */
  return (place) => {
    for (; next >= 0 && next < place; next = source.indexOf("\n", next + 1)) line++;
    return line;
  };
}

/**
 * Reads a program from its beginning to its end, once.
 * @param {string} source
 * @returns {Generator<Entry | null, void>} what it defines, in order; null for what is not complete
 */
export function* findDefinitions(source) {
  const lineOf = createLineCounter(source);
  for (const match of source.matchAll(DEFINITION)) {
    const [all, form, inList, name] = match;
    let at = match.index + all.length;
    /** @type {string | null} null: a value, no function */
    let parameters = null;
    if (inList || form === "defun" || form === "defmacro") {
      const from = inList ? at : openingAt(source, at);
      const end = from < 0 ? -1 : findClosing(source, from);
      if (end < 0) {
        yield null;
        continue;
      }
      parameters = oneLine(source.slice(from, end));
      at = end + 1;
    }
    const isValue = form === "define" && !inList;
    const text = isValue ? "" : (textAt(source, at) ?? "");
    const kind = KINDS[form] ?? (isValue ? "value of this program" : "function of this program");
    const signature = parameters === null ? name : `(${[name, parameters].filter(Boolean).join(" ")})`;
    const chapter = `${kind}, line ${lineOf(match.index)}`;
    yield { name, signature, parameters: parameters ?? "", text, chapter, examples: [], aliases: [] };
  }
}

/** @param {string} source @param {number} at @returns {number} the place behind a bracket that opens there, or -1 */
function openingAt(source, at) {
  OPENING.lastIndex = at;
  return OPENING.test(source) ? OPENING.lastIndex : -1;
}
