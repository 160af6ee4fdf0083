/**
 * The program's files inside the worker: writes what the page sends, and tells the page of every
 * file that the program wrote, changed or deleted.
 */

import { fileName } from "../storage/file-names.js";

/** A larger file stays in the worker: it is not copied to the page. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 2000;

/**
 * @param {any} fs Pyodide's file system
 * @param {string} home folder of the program's files
 * @param {(message: import("./protocol.js").ToPage) => void} post
 */
export function createFileWatch(fs, home, post) {
  /** @type {Map<string, string>} name to the state in which the page knows it */
  const known = new Map();

  /** @param {any} stat @param {number} now */
  function state(stat, now) {
    const changed = stat.mtime.getTime();
    // A file written in the very moment of the look may be written again in the same millisecond.
    return `${stat.size}/${changed}${now - changed < 3 ? "/fresh" : ""}`;
  }

  /** @returns {Generator<[string, any]>} each file's name below home, with its properties */
  function* list() {
    const folders = [""];
    let count = 0;
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of fs.readdir(`${home}/${folder}`)) {
        if (entry === "." || entry === "..") continue;
        if (++count > MAX_FILES) return;
        const name = folder ? `${folder}/${entry}` : entry;
        const stat = fs.lstat(`${home}/${name}`);
        if (fs.isDir(stat.mode)) folders.push(name);
        else if (fs.isFile(stat.mode)) yield [name, stat];
      }
    }
  }

  return {
    /** @param {string} name @param {Uint8Array} bytes */
    write(name, bytes) {
      // Whoever brought it: a file lies below home, or nowhere.
      if (fileName(name) === null) return;
      const place = `${home}/${name}`;
      try {
        fs.mkdirTree(place.slice(0, place.lastIndexOf("/")));
        fs.writeFile(place, bytes);
      } catch {
        return; // a folder has its name, or a file that of its folder: one of the two is not seen here
      }
      known.set(name, state(fs.lstat(place), Infinity));
    },

    /** @param {string} name */
    remove(name) {
      known.delete(name);
      if (fileName(name) !== null && fs.analyzePath(`${home}/${name}`).exists) fs.unlink(`${home}/${name}`);
    },

    /** Tells the page of what changed since the last look. @param {number} [most] files; the others later */
    scan(most = Infinity) {
      const now = Date.now();
      let told = 0;
      const gone = new Set(known.keys());
      for (const [name, stat] of list()) {
        gone.delete(name);
        const current = state(stat, now);
        if (known.get(name) === current) continue;
        if (++told > most) return;
        known.set(name, current);
        if (stat.size > MAX_FILE_BYTES) continue;
        post({ type: "file", name, bytes: fs.readFile(`${home}/${name}`).slice() });
      }
      for (const name of gone) {
        known.delete(name);
        post({ type: "forget", name });
      }
    },
  };
}
