/**
 * What is kept so that a reload loses nothing: the program in the tab's and the browser's storage,
 * files in IndexedDB. A browser that refuses to store (private windows) costs only that.
 */
import { createStore, del, entries, set } from "idb-keyval";
import { device, readText, removeStored, tab, writeText } from "./stored.js";

const DRAFT = "lispcore.draft";
const PREVIOUS = "lispcore.previous";
const SEEN_LINK = "lispcore.link";
const FROM_LINK = "lispcore.from-link";

export const drafts = {
  /** @returns {string | null} this tab's program, else the one last written in any tab */
  load: () => readText(tab, DRAFT) ?? readText(device, DRAFT),

  /** @param {string} text */
  save(text) {
    writeText(tab, DRAFT, text);
    writeText(device, DRAFT, text);
  },

  /** @returns {boolean} whether the program that `load` gives came with a link */
  isFromLink: () => (readText(tab, FROM_LINK) ?? readText(device, FROM_LINK)) === "yes",

  /** @param {boolean} isFromLink */
  markFromLink(isFromLink) {
    for (const storage of [tab, device]) writeText(storage, FROM_LINK, isFromLink ? "yes" : "no");
  },

  /** @returns {string | null} the program that a link replaced */
  previous: () => readText(tab, PREVIOUS) ?? readText(device, PREVIOUS),

  /** @param {string | null} text */
  savePrevious(text) {
    for (const storage of [tab, device]) {
      if (text === null) removeStored(storage, PREVIOUS);
      else writeText(storage, PREVIOUS, text);
    }
  },

  /** Whether this tab has opened this link already: a reload then keeps what was typed since. */
  hasSeen: (/** @type {string} */ hash) => readText(tab, SEEN_LINK) === hash,

  /** @param {string} hash */
  markSeen: (hash) => void writeText(tab, SEEN_LINK, hash),
};

const files = (() => {
  try {
    return createStore("lispcore", "files");
  } catch {
    return undefined;
  }
})();

export const fileStore = {
  /** @returns {Promise<[string, Uint8Array<ArrayBuffer>][]>} */
  async load() {
    try {
      return /** @type {any} */ (await entries(files));
    } catch {
      return [];
    }
  },

  /** @param {string} name @param {Uint8Array} bytes */
  save: (name, bytes) => set(name, bytes, files).catch(() => {}),

  /** @param {string} name */
  remove: (name) => del(name, files).catch(() => {}),
};
