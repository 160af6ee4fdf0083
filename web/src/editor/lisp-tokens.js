/** Tokens of the dialect that a grammar cannot say, and what the names of forms are to the editor. */
import { ExternalTokenizer } from "@lezer/lr";
import { CLAUSES, DEFINITIONS, FORMS } from "./language-names.js";
import { BlockComment, Character, Clause, Constant, DefiningForm, Form, LongString, Regex, String } from "./lisp-parser.terms.js";

/** @typedef {import("@lezer/lr").InputStream} Input */

const [QUOTE, HASH, BACKSLASH, BAR] = ['"', "#", "\\", "|"].map((each) => each.charCodeAt(0));
const END = -1;
const CONSTANTS = new Set(["nil", "true", "false", "else"]);
const LETTER = /\p{L}/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Goes behind the quote that ends a text, or to the end of the program. @param {Input} input */
function skipText(input) {
  for (let escaped = false; input.next !== END; ) {
    const { next } = input;
    input.advance();
    if (!escaped && next === QUOTE) return;
    escaped = !escaped && next === BACKSLASH;
  }
}

/**
 * Goes behind the three quotes that end a text of several lines: the last three, where more stand
 * together.
 * @param {Input} input
 */
function skipLongText(input) {
  for (let escaped = false; input.next !== END; ) {
    const { next } = input;
    if (!escaped && next === QUOTE && input.peek(1) === QUOTE && input.peek(2) === QUOTE && input.peek(3) !== QUOTE) {
      input.advance(3);
      return;
    }
    escaped = !escaped && next === BACKSLASH;
    input.advance();
  }
}

/** Goes behind the end of a comment that may hold others. @param {Input} input */
function skipBlockComment(input) {
  for (let depth = 0; input.next !== END; ) {
    const edge = [input.next, input.peek(1)];
    if (edge[0] === HASH && edge[1] === BAR) depth++;
    else if (edge[0] === BAR && edge[1] === HASH) depth--;
    else {
      input.advance();
      continue;
    }
    input.advance(2);
    if (depth === 0) return;
  }
}

/** Goes behind a character, `#\a` or `#\space`. @param {Input} input */
function skipCharacter(input) {
  input.advance(2);
  /** @param {RegExp} kind */
  const isNext = (kind) => input.next !== END && kind.test(globalThis.String.fromCharCode(input.next));
  const isWord = isNext(LETTER);
  // Python counts characters where JavaScript counts UTF-16 units.
  const units = input.next >= 0xd800 && input.next < 0xdc00 ? 2 : 1;
  if (input.next !== END) input.advance(units);
  while (isWord && isNext(LETTER_OR_DIGIT)) input.advance();
}

export const literals = new ExternalTokenizer((input) => {
  if (input.next === QUOTE) {
    const isLong = input.peek(1) === QUOTE && input.peek(2) === QUOTE;
    input.advance(isLong ? 3 : 1);
    if (isLong) skipLongText(input);
    else skipText(input);
    input.acceptToken(isLong ? LongString : String);
  } else if (input.next === HASH) {
    const second = input.peek(1);
    if (second === QUOTE) {
      input.advance(2);
      skipText(input);
      input.acceptToken(Regex);
    } else if (second === BACKSLASH) {
      skipCharacter(input);
      input.acceptToken(Character);
    } else if (second === BAR) {
      skipBlockComment(input);
      input.acceptToken(BlockComment);
    }
  }
});

/** @param {string} name @returns {number} the kind of node that it is, -1 for a name like any other */
export function kindOfName(name) {
  if (CONSTANTS.has(name)) return Constant;
  if (DEFINITIONS.has(name)) return DefiningForm;
  if (FORMS.has(name)) return Form;
  return CLAUSES.has(name) ? Clause : -1;
}
