/**
 * Characters that nobody sees and that change what is seen: bidirectional controls, which let a text read
 * otherwise than it runs ("Trojan Source"), zero-width and other format characters, and control codes.
 * The page marks them wherever a text of a program, a model or a file name is shown. The character itself
 * stays in the text, so what is copied is what was there.
 *
 * Not among them: the joiners U+200C and U+200D and the variation selectors, which words and emoji need,
 * and the tag characters that make a flag.
 */

const CHARACTERS =
  "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5" +
  "\\u180b-\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb" +
  "\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e001f}]|(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007f}]*)[\\u{e0020}-\\u{e007f}]";

/** Matches one of them. */
export const INVISIBLE = new RegExp(CHARACTERS, "u");
const PIECES = new RegExp(`((?:${CHARACTERS})+)`, "u");
const EACH = new RegExp(CHARACTERS, "gu");
/** More of them in a row are counted, not named. */
const MOST_NAMED = 3;

/** @param {string} character @returns {string} its code, as U+202E */
export const codeOf = (character) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** @param {string} characters that stand in a row @returns {string} what the mark says */
export function describeInvisible(characters) {
  const codes = [...characters].map(codeOf);
  const more = codes.length - MOST_NAMED;
  return more > 0 ? `${codes.slice(0, MOST_NAMED).join(" ")} +${more}` : codes.join(" ");
}

/**
 * @param {string} text
 * @returns {{text: string, isInvisible: boolean}[]} its pieces, those that are seen and those that are not
 */
export function splitInvisible(text) {
  if (!INVISIBLE.test(text)) return [{ text, isInvisible: false }];
  const pieces = text.split(PIECES).map((piece, index) => ({ text: piece, isInvisible: index % 2 === 1 }));
  return pieces.filter((piece) => piece.text !== "");
}

/** @param {string} text @returns {string} with a visible name for each of them, where no mark can stand */
export const nameInvisible = (text) => text.replace(EACH, (character) => `⟨${codeOf(character)}⟩`);

/** @param {string} text @returns {string} without them */
export const withoutInvisible = (text) => text.replace(EACH, "");
