/** The language for the editor: colours, brackets, comments and indentation. */
import { LanguageSupport, StreamLanguage, indentService } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { CLAUSES, DEFINITIONS, FORMS } from "./language-names.js";

const CONSTANTS = new Set(["nil", "true", "false", "else", "#t", "#f", "#true", "#false"]);

const NUMBER = /^[+-]?(?:\d+(?:\/\d+|\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?=$|[\s()[\]{}"';,`])/;
const RADIX_NUMBER = /^#(?:x[\da-fA-F]+|b[01]+|o[0-7]+)(?=$|[\s()[\]{}"';])/;
const CHARACTER = /^#\\(?:[a-zA-Z]+|x[\da-fA-F]+|[^])/;
const SYMBOL = /^[^\s()[\]{}"';`,]+/;

/**
 * @typedef {object} State
 * @property {("string" | "long" | "fstring" | "regex" | {braces: number})[]} inside what the place is inside of
 * @property {number} comment depth of block comments
 * @property {boolean} head the next symbol stands first in its list
 * @property {boolean} defining the next symbol is being defined
 */

/** @param {import("@codemirror/language").StringStream} stream @param {State} state */
function readBlockComment(stream, state) {
  while (!stream.eol()) {
    if (stream.match("|#")) {
      if (--state.comment === 0) break;
    } else if (stream.match("#|")) state.comment++;
    else stream.next();
  }
  return "comment";
}

/** @param {import("@codemirror/language").StringStream} stream @param {State} state */
function readText(stream, state) {
  const kind = state.inside.at(-1);
  while (!stream.eol()) {
    if (kind === "fstring" && stream.match("${", false)) {
      if (stream.pos > stream.start) return "string";
      stream.match("${");
      state.inside.push({ braces: 0 });
      return "brace";
    }
    const next = stream.next();
    if (next === "\\") stream.next();
    else if (next === '"') {
      // A multi-line string ends with three quotes; one more before them belongs to the text.
      if (kind === "long" && !stream.match(/^""(?!")/)) continue;
      state.inside.pop();
      break;
    }
  }
  return kind === "regex" ? "regexp" : "string";
}

/** Openings of literals that go on to a closing quote. @type {[string, "string" | "long" | "fstring" | "regex"][]} */
const QUOTES = [
  ['f"', "fstring"],
  ['#"', "regex"],
  ['"""', "long"],
  ['"', "string"],
];

/** @param {import("@codemirror/language").StringStream} stream @param {State} state */
function readCode(stream, state) {
  if (stream.eatSpace()) return null;
  if (stream.match("#|")) {
    state.comment = 1;
    return readBlockComment(stream, state);
  }
  if (stream.peek() === ";") {
    stream.skipToEnd();
    return "lineComment";
  }
  if (stream.match("#;")) return "comment";
  for (const [opening, kind] of QUOTES) {
    if (!stream.match(opening)) continue;
    state.inside.push(kind);
    state.head = false;
    return readText(stream, state);
  }
  if (stream.match(CHARACTER)) return leaveHead(state, "character");
  if (stream.match(NUMBER) || stream.match(RADIX_NUMBER)) return leaveHead(state, "number");
  if (stream.match(/^#?u8?\(|^#\(/)) return enterList(state);
  return readBracketOrSymbol(stream, state);
}

/** @param {State} state @param {string} token */
function leaveHead(state, token) {
  state.head = false;
  return token;
}

/** @param {State} state */
function enterList(state) {
  state.head = true;
  return "paren";
}

/** @param {import("@codemirror/language").StringStream} stream @param {State} state */
function readBracketOrSymbol(stream, state) {
  const next = /** @type {string} */ (stream.next());
  const place = state.inside.at(-1);
  if (next === "(") return enterList(state);
  if (next === ")") return leaveHead(state, "paren");
  if (next === "[" || next === "]") return leaveHead(state, "squareBracket");
  if (next === "{" || next === "}") {
    if (typeof place === "object") {
      if (next === "{") place.braces++;
      else if (place.braces-- === 0) state.inside.pop();
    }
    return leaveHead(state, "brace");
  }
  if ("'`,".includes(next)) {
    stream.eat("@");
    return "meta";
  }
  stream.backUp(1);
  if (!stream.match(SYMBOL)) {
    stream.next();
    return null;
  }
  return nameSymbol(stream.current(), state);
}

/** @param {string} symbol @param {State} state */
function nameSymbol(symbol, state) {
  const { head, defining } = state;
  state.head = false;
  state.defining = false;
  if (symbol.startsWith(":") && symbol.length > 1) return "atom";
  if (CONSTANTS.has(symbol)) return "bool";
  if (head && DEFINITIONS.has(symbol)) state.defining = true;
  if (defining) return "definition";
  if (head && (FORMS.has(symbol) || CLAUSES.has(symbol))) return "keyword";
  return head ? "function" : "variableName";
}

const language = StreamLanguage.define(
  /** @type {import("@codemirror/language").StreamParser<State>} */ ({
    name: "lispcore",
    startState: () => ({ inside: [], comment: 0, head: false, defining: false }),
    copyState: (state) => ({
      ...state,
      inside: state.inside.map((each) => (typeof each === "object" ? { ...each } : each)),
    }),
    token(stream, state) {
      if (state.comment) return readBlockComment(stream, state);
      if (typeof state.inside.at(-1) === "string") return readText(stream, state);
      return readCode(stream, state);
    },
    tokenTable: {
      character: tags.character,
      definition: tags.definition(tags.variableName),
      function: tags.function(tags.variableName),
      lineComment: tags.lineComment,
    },
    languageData: {
      commentTokens: { line: ";", block: { open: "#|", close: "|#" } },
      closeBrackets: { brackets: ["(", "[", "{", '"'], before: ")]}:;>" },
      wordChars: "-!?*/<>=+.",
    },
  }),
);

/**
 * @param {string} text the program up to the line to be indented
 * @returns {number} its columns of indentation: two more than the list it is in, one more inside a
 *   vector, a map, or a list that starts with a list
 */
export function indentationAfter(text) {
  // Whatever starts in the first column starts a new top-level form.
  const start = Math.max(0, text.lastIndexOf("\n("));
  /** @type {number[]} */
  const columns = [];
  let column = 0;
  for (let at = start === 0 ? 0 : start + 1; at < text.length; at++, column++) {
    const character = text[at];
    if (character === "\n") column = -1;
    else if (character === ";") {
      const end = text.indexOf("\n", at);
      if (end < 0) break;
      at = end;
      column = -1;
    } else if (character === '"') {
      for (at++, column++; at < text.length && text[at] !== '"'; at++, column++) {
        if (text[at] === "\\") {
          at++;
          column++;
        }
        if (text[at] === "\n") column = -1;
      }
    } else if (character === "#" && text[at + 1] === "\\") {
      at += 2;
      column += 2;
    } else if (character === "(") {
      columns.push(column + (/[([{\s]/.test(text[at + 1] ?? "x") ? 1 : 2));
    } else if (character === "[" || character === "{") columns.push(column + 1);
    else if (")]}".includes(character)) columns.pop();
  }
  return columns.at(-1) ?? 0;
}

const indentation = indentService.of((context, position) => {
  const line = context.lineAt(position);
  return indentationAfter(context.state.doc.sliceString(0, line.from));
});

/** Returns the language with its indentation, as an extension of the editor. */
export function lisp() {
  return new LanguageSupport(language, [indentation]);
}
