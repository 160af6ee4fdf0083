/**
 * What the program in the editor defines, for completion and help. A short program is read when it is
 * asked for; a long one when nobody types, a little at a time, and until then what was known before holds:
 * so a key costs the same in a program of any length.
 */
import { findDefinitions } from "./documentation.js";

/**
 * @typedef {import("../engine/protocol.js").Entry} Entry
 *
 * @typedef {object} Source a text of CodeMirror: it is another one after each change
 * @property {number} length
 * @property {() => string} toString
 */

/** So many characters are read at once. */
const AT_ONCE = 30_000;
/** Of a longer text so many definitions, then the visitor has their turn. */
const SLICE = 200;
const PAUSE_MILLISECONDS = 700;
/** A name of so many is looked up by its beginning. */
export const MANY = 300;
const MOST_OFFERED = 100;

/** What is known of one text, made ready for being asked. */
class Definitions {
  /** @param {Map<string, Entry>} entries */
  constructor(entries) {
    this.entries = entries;
    this.names = [...entries.keys()].sort();
  }

  /**
   * @param {string} beginning of a name
   * @returns {Entry[]} what it may become: all that there is, or of many those that begin so
   */
  offers(beginning) {
    if (this.names.length <= MANY) return [...this.entries.values()];
    const found = [];
    for (let at = this.#firstFrom(beginning); at < this.names.length && found.length < MOST_OFFERED; at++) {
      if (!this.names[at].startsWith(beginning)) break;
      found.push(/** @type {Entry} */ (this.entries.get(this.names[at])));
    }
    return found;
  }

  /** @param {string} name @returns {number} the place of the first name that is not before it */
  #firstFrom(name) {
    let [low, high] = [0, this.names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.names[middle] < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @typedef {InstanceType<typeof Definitions>} Known */

/**
 * @param {object} [means] for tests
 * @param {typeof findDefinitions} [means.find]
 * @param {(work: () => void, milliseconds: number) => unknown} [means.wait]
 */
export function createDefinitions({ find = findDefinitions, wait = (work, time) => setTimeout(work, time) } = {}) {
  let known = new Definitions(new Map());
  /** @type {Source | null} what was read, or will be */
  let read = null;
  /** Counts what was begun: only the last one goes on. */
  let turn = 0;

  /** @param {Generator<Entry | null, void>} found @param {Map<string, Entry>} entries @param {number} most @returns {boolean} whether that was all */
  function take(found, entries, most) {
    for (let left = most; left > 0; left--) {
      const { value, done } = found.next();
      if (done) return true;
      if (value) entries.set(value.name, value);
    }
    return false;
  }

  /** @param {Source} doc @param {number} mine */
  function readSlowly(doc, mine) {
    const found = find(doc.toString());
    /** @type {Map<string, Entry>} */
    const entries = new Map();
    const go = () => {
      if (mine !== turn) return;
      if (take(found, entries, SLICE)) known = new Definitions(entries);
      else wait(go, 0);
    };
    go();
  }

  return {
    /** @param {Source} doc @returns {Known} what it defines; of a long one what it did a moment ago */
    of(doc) {
      if (doc === read) return known;
      read = doc;
      const mine = ++turn;
      if (doc.length > AT_ONCE) {
        wait(() => mine === turn && readSlowly(doc, mine), PAUSE_MILLISECONDS);
        return known;
      }
      /** @type {Map<string, Entry>} */
      const entries = new Map();
      take(find(doc.toString()), entries, Infinity);
      known = new Definitions(entries);
      return known;
    },
  };
}
