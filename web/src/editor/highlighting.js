/** The colours of a program that stands outside the editor, such as in a model's reply. */
import { highlightCode, tagHighlighter } from "@lezer/highlight";
import { COLORS } from "./colors.js";
import { language } from "./lisp-mode.js";

const highlighter = tagHighlighter(COLORS);

/**
 * @param {string} code
 * @returns {{text: string, style: string}[]} it in pieces, each with the classes of its colour
 */
export function highlightLisp(code) {
  /** @type {{text: string, style: string}[]} */
  const pieces = [];
  const put = (/** @type {string} */ text, /** @type {string} */ style) => void pieces.push({ text, style });
  highlightCode(code, language.parser.parse(code), highlighter, put, () => put("\n", ""));
  return pieces;
}
