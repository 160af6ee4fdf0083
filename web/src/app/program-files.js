/**
 * Files that programs write, on their way into the state: within bounds, and several at once, since a
 * program writes faster than a page shows.
 */
import { fileName } from "../storage/file-names.js";
import { text, textLater } from "../texts/texts.js";

/** A program's files are kept as long as all files are no more than this. */
const MOST_FILES = 2000;
const MOST_BYTES = 512 * 1024 * 1024;
/** How long changes are gathered, and how much longer for each file that is shown. */
const TELL_MILLISECONDS = 50;
const TELL_MILLISECONDS_A_FILE = 0.5;
const NOT_KEPT = textLater("Not all files of the program were kept: some have names that cannot be, or they are too many or too large.");

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * @param {import("../state.js").Store} state
 * @param {import("./owners.js").Owners} owners
 * @param {import("../log.js").Log} log
 */
export function createProgramFiles({ get, dispatch }, owners, log) {
  /** @type {Map<string, Bytes | null>} what the state does not know yet; null for a file that is gone */
  const untold = new Map();
  let timer = 0;
  let hasComplained = false;

  function tell() {
    clearTimeout(timer);
    timer = 0;
    if (!untold.size) return;
    const changes = [...untold];
    untold.clear();
    dispatch({ type: "files-changed", changes });
  }

  /** @param {string} place @param {Bytes | null} bytes */
  function note(place, bytes) {
    untold.set(place, bytes);
    timer ||= window.setTimeout(tell, TELL_MILLISECONDS + get().files.size * TELL_MILLISECONDS_A_FILE);
  }

  /** @returns {ReadonlyMap<string, Bytes>} all files, with what the state does not know yet */
  function now() {
    if (!untold.size) return get().files;
    const files = new Map(get().files);
    for (const [name, bytes] of untold) {
      if (bytes) files.set(name, bytes);
      else files.delete(name);
    }
    return files;
  }

  /** @param {string} place @param {Bytes} bytes @returns {boolean} whether there is room for it */
  function hasRoom(place, bytes) {
    const files = now();
    if (files.size >= MOST_FILES && !files.has(place)) return false;
    let sum = bytes.length - (files.get(place)?.length ?? 0);
    for (const each of files.values()) sum += each.length;
    return sum <= MOST_BYTES;
  }

  return {
    now,
    /** Tells the state now. */
    tell,
    /** What the visitor does to a file comes after it. @param {string} name */
    drop: (name) => void untold.delete(name),

    /** @param {string} name @param {Bytes} bytes @param {string} owner whose program wrote it */
    put(name, bytes, owner) {
      const place = fileName(name) && owners.placeFor(owner, name, bytes);
      if (place && hasRoom(place, bytes)) {
        note(place, bytes);
      } else if (!hasComplained) {
        hasComplained = true;
        log.showNote(text(NOT_KEPT));
      }
    },

    /** @param {string} name @param {string} owner whose program deleted it */
    forget(name, owner) {
      const place = owners.forget(owner, name);
      if (place !== null) note(place, null);
    },
  };
}

/** @typedef {ReturnType<typeof createProgramFiles>} ProgramFiles */
