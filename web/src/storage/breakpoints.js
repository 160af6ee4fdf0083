/**
 * Breakpoints of the programs that were debugged last, for a reload of the page. A program is known by what
 * its text comes to as a number: its text itself is kept by others, once.
 */
import * as v from "valibot";
import { device, readStored, writeStored } from "../stored.js";

const STORE = "lispcore.breakpoints";
/** Of so many programs. */
const MOST_PROGRAMS = 50;
const MOST_LINES = 1000;

const Kept = v.pipe(
  v.array(v.tuple([v.pipe(v.string(), v.maxLength(40)), v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.maxLength(MOST_LINES))])),
  v.maxLength(MOST_PROGRAMS),
);

/**
 * FNV-1a, twice from different beginnings: two programs of one number are nothing to be afraid of.
 * @param {string} text @returns {string}
 */
function keyOf(text) {
  let [first, second] = [0x811c9dc5, 0x01234567];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x01000193);
  }
  return `${text.length}.${(first >>> 0).toString(36)}.${(second >>> 0).toString(36)}`;
}

/** @param {Storage} [storage] */
export function createBreakpointStore(storage = device) {
  /** The program that was changed last is at the end. @type {Map<string, readonly number[]>} */
  const known = new Map(readStored(storage, STORE, Kept, "The list of breakpoints") ?? []);
  return {
    /** @param {string} text of a program @returns {readonly number[]} its lines with a breakpoint */
    of: (text) => (known.size ? (known.get(keyOf(text)) ?? []) : []),

    /**
     * @param {string} text
     * @param {readonly number[]} lines
     * @param {string} [before] the program's text until now: it is the same program
     */
    set(text, lines, before) {
      if (before !== undefined && before !== text && known.size) known.delete(keyOf(before));
      if (!lines.length && !known.size) return;
      const key = keyOf(text);
      known.delete(key);
      if (lines.length) known.set(key, lines.slice(0, MOST_LINES));
      if (known.size > MOST_PROGRAMS) known.delete([...known.keys()][0]);
    },

    save: () => writeStored(storage, STORE, [...known]),
  };
}

/** @typedef {ReturnType<typeof createBreakpointStore>} BreakpointStore */
