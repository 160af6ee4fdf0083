/**
 * Makes what is typed part of the state. A short program is told with each key. To take a long one out of
 * the editor costs more than the key itself, so it is told when the visitor pauses, or when somebody asks;
 * so is what is typed into a file, which goes to the interpreter, too.
 */
import { createLater } from "./later.js";

/** A program of so many characters is told at once. */
const AT_ONCE = 20_000;
const TELL = { pause: 300, most: 2000 };

/**
 * @param {Pick<import("../state.js").Store, "dispatch" | "tellBefore">} state
 * @param {typeof createLater} [later] for tests
 */
export function createEdits({ dispatch, tellBefore }, later = createLater) {
  /** What is not told yet: of which file, "" for the program. @type {{file: string, read: () => string} | null} */
  let untold = null;

  let writeFile = (/** @type {string} */ _file, /** @type {string} */ _text) => {};

  function tell() {
    if (!untold) return;
    const { file, read } = untold;
    const text = read();
    untold = null;
    if (file) writeFile(file, text);
    else dispatch({ type: "program-edited", text });
  }
  tellBefore(tell);
  const soon = later(tell, TELL);

  return {
    /** Says what writes a file. @param {typeof writeFile} write */
    writeTo: (write) => void (writeFile = write),

    /** @param {number} length @param {() => string} text what stands there now @param {string} [file] "" for the program */
    onChange(length, text, file = "") {
      if (untold && untold.file !== file) tell();
      untold = { file, read: text };
      if (!file && length <= AT_ONCE) tell();
      else soon.soon();
    },
  };
}
