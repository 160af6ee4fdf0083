/** The visitor's files: the page's copy is the one that counts, since it outlives the interpreter. */

/** @param {string} name @returns {string} the name as a path below the program's folder */
export function cleanName(name) {
  const parts = name.replaceAll("\\", "/").split("/");
  const kept = parts.filter((part) => part && part !== "." && part !== "..");
  return kept.join("/") || "file";
}

/**
 * @param {import("../state.js").Store} state
 * @param {import("./interpreter.js").Interpreter} interpreter that has a copy
 */
export function createFiles({ get, dispatch }, interpreter) {
  return {
    /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes @returns {string} its name among the files */
    write(name, bytes) {
      const clean = cleanName(name);
      const copy = bytes.slice();
      dispatch({ type: "file-put", name: clean, bytes: copy });
      interpreter.writeFile(clean, copy);
      return clean;
    },

    /** @param {string} name */
    remove(name) {
      dispatch({ type: "file-removed", name });
      interpreter.removeFile(name);
    },

    /** @param {[string, Uint8Array<ArrayBuffer>][]} kept files of an earlier visit */
    restore(kept) {
      const missing = kept.filter(([name]) => !get().files.has(name));
      dispatch({ type: "files-restored", files: missing });
      for (const [name, bytes] of missing) interpreter.writeFile(name, bytes);
    },

    /** @param {string} name */
    read: (name) => get().files.get(cleanName(name)),
  };
}

/** @typedef {ReturnType<typeof createFiles>} Files */
