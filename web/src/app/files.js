/** The visitor's files: the page's copy is the one that counts, since it outlives the interpreter. */
import { isSameBytes } from "../storage/file-store.js";
import { textOfFile } from "../storage/file-text.js";
import { cleanName, freeName, readableName } from "../storage/file-names.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @param {import("../state.js").State} state @returns {string[]} the visitor's files that a program has deleted */
const lostOf = ({ files, earlier }) => [...earlier.keys()].filter((name) => !files.has(name));

/**
 * @param {import("../state.js").Store} state
 * @param {import("./interpreter.js").Interpreter} interpreter that has a copy
 * @param {import("./undo.js").Undo} undo
 */
export function createFiles({ get, dispatch, subscribe }, interpreter, undo) {
  /** @type {string[]} the visitor's files that programs have deleted */
  let lost = [];

  /** @param {string} name @param {Bytes} bytes @param {boolean} [isGiven] to the program in the editor */
  function put(name, bytes, isGiven = true) {
    dispatch({ type: "file-put", name, bytes });
    interpreter.writeFile(name, bytes, isGiven);
  }

  /** Brings a file back, beside one that has its name by now. @param {string} name @param {Bytes} bytes */
  const putBack = (name, bytes) => put(freeName(name, get().files.keys()), bytes);

  const files = {
    /** @param {string} name @param {Bytes} bytes @returns {string} its name among the files */
    write(name, bytes) {
      const clean = cleanName(name);
      put(clean, bytes.slice());
      return clean;
    },

    /** Adds a file that the visitor gives: never over another one. @param {string} name @param {Bytes} bytes */
    add(name, bytes) {
      const free = freeName(readableName(name), get().files.keys());
      put(free, bytes);
      return free;
    },

    /**
     * Writes what the visitor has typed into a file that is open.
     * @param {string} name @param {string} text whose lines end in line feeds; the file's own ends stay
     */
    edit(name, text) {
      const before = get().files.get(name);
      if (!before) return; // it was deleted meanwhile
      const ends = (textOfFile(before) ?? "").includes("\r\n") ? "\r\n" : "\n";
      const bytes = new TextEncoder().encode(text.replaceAll("\n", ends));
      if (isSameBytes(before, bytes)) return;
      dispatch({ type: "file-put", name, bytes });
      interpreter.editFile(name, bytes);
    },

    /**
     * Calls a file otherwise: never as another one is called.
     * @param {string} name @param {string} wanted
     * @returns {string} what it is called now
     */
    rename(name, wanted) {
      const bytes = get().files.get(name);
      const clean = readableName(wanted);
      if (!bytes || clean === name || !wanted.trim()) return name;
      const free = freeName(clean, [...get().files.keys()].filter((each) => each !== name));
      const isSeen = interpreter.nameSeen(name) !== null;
      dispatch({ type: "file-removed", name });
      interpreter.removeFile(name);
      put(free, bytes, isSeen);
      return free;
    },

    /** Deletes a file; for some seconds that can be taken back. @param {string} name */
    remove(name) {
      const bytes = get().files.get(name);
      dispatch({ type: "file-removed", name });
      interpreter.removeFile(name);
      if (bytes) undo.offer(name, "deleted", () => putBack(name, bytes));
    },

    /** Brings back what a program has changed or deleted. @param {string} name */
    bringBack(name) {
      const bytes = get().earlier.get(name);
      if (bytes) put(name, bytes, false);
    },

    /** Has files written into the browser's storage once more, which had no room for them. @param {string[]} names */
    keepAgain: (names) => dispatch({ type: "files-kept-again", names }),

    /** @param {[string, Bytes][]} kept files of an earlier visit */
    restore(kept) {
      const missing = kept.filter(([name]) => !get().files.has(name));
      dispatch({ type: "files-restored", files: missing });
      for (const [name, bytes] of missing) interpreter.writeFile(name, bytes, false);
    },

    /** Takes over what another tab has changed. @param {[string, Bytes | null][]} changes */
    adopt(changes) {
      for (const [name, bytes] of changes) {
        if (bytes) {
          put(name, bytes, false);
          continue;
        }
        dispatch({ type: "file-removed", name });
        interpreter.removeFile(name);
      }
    },

    /** @param {string} name */
    read: (name) => get().files.get(cleanName(name)),
  };
  // A program that deletes what the visitor gave it may be wrong.
  subscribe(lostOf, (names) => {
    for (const name of names.filter((each) => !lost.includes(each))) {
      undo.offer(name, "deleted by the program", () => files.bringBack(name));
    }
    lost = names;
  });
  return files;
}

/** @typedef {ReturnType<typeof createFiles>} Files */
