/** Reads forms that a program asks the visitor to fill in: what it says of them is believed by nobody. */
import { count, flag, list, oneOf, own, record, text } from "./reading.js";

const KINDS = /** @type {const} */ (["ask", "confirm", "choose", "upload"]);
const LIMITS = { text: 1024 * 1024, choices: 1000, types: 100, word: 1000 };

/** @param {unknown} value @returns {import("./protocol.js").Form} */
export function readForm(value) {
  const given = record(value, "a form");
  return {
    kind: oneOf(own(given, "kind"), KINDS, "a kind of form"),
    question: text(own(given, "question"), LIMITS.text, "a question"),
    value: text(own(given, "value"), LIMITS.text, "a text"),
    lines: flag(own(given, "lines"), "lines"),
    choices: list(own(given, "choices"), LIMITS.choices, (each) => text(each, LIMITS.text, "a choice"), "choices"),
    multiple: flag(own(given, "multiple"), "multiple"),
    types: list(own(given, "types"), LIMITS.types, (each) => text(each, LIMITS.word, "a type"), "types"),
  };
}

/** @param {Record<string, unknown>} given @returns {{file: number, at: number}} which piece of a file that was handed over */
export const readPiece = (given) => ({ file: count(own(given, "file"), "a file"), at: count(own(given, "at"), "a place") });
