/**
 * Makes what is typed part of the state. A short program is told with each key. To take a long one out of
 * the editor costs more than the key itself, so it is told when the visitor pauses, or when somebody asks.
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
  /** @type {(() => string) | null} gives what is not told yet */
  let read = null;

  function tell() {
    if (!read) return;
    const text = read();
    read = null;
    dispatch({ type: "program-edited", text });
  }
  tellBefore(tell);
  const soon = later(tell, TELL);

  return {
    /** @param {number} length @param {() => string} text what stands in the editor now */
    onChange(length, text) {
      read = text;
      if (length <= AT_ONCE) tell();
      else soon.soon();
    },
  };
}
