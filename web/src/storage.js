/**
 * What is kept so that a reload loses nothing: the program in the tab's and the browser's storage,
 * files in IndexedDB. A browser that refuses to store (private windows) costs only that.
 */
import { createStore, del, entries, set } from "idb-keyval";

const DRAFT = "lispcore.draft";
const PREVIOUS = "lispcore.previous";
const SEEN_LINK = "lispcore.link";
const FROM_LINK = "lispcore.from-link";

/** @param {() => Storage} get @returns {Storage} one in memory where the browser allows none */
function openStorage(get) {
  try {
    const storage = get();
    storage.getItem(DRAFT);
    return storage;
  } catch {
    const values = new Map();
    return /** @type {any} */ ({
      getItem: (/** @type {string} */ name) => values.get(name) ?? null,
      setItem: (/** @type {string} */ name, /** @type {string} */ value) => values.set(name, value),
      removeItem: (/** @type {string} */ name) => values.delete(name),
    });
  }
}

export const device = openStorage(() => window.localStorage);
const tab = openStorage(() => window.sessionStorage);

/** @param {Storage} storage @param {string} name @param {string} value */
function keep(storage, name, value) {
  try {
    storage.setItem(name, value);
  } catch {
    // The storage is full: the program is still in the editor.
  }
}

export const drafts = {
  /** @returns {string | null} this tab's program, else the one last written in any tab */
  load: () => tab.getItem(DRAFT) ?? device.getItem(DRAFT),

  /** @param {string} text */
  save(text) {
    keep(tab, DRAFT, text);
    keep(device, DRAFT, text);
  },

  /** @returns {boolean} whether the program that `load` gives came with a link */
  isFromLink: () => (tab.getItem(FROM_LINK) ?? device.getItem(FROM_LINK)) === "yes",

  /** @param {boolean} isFromLink */
  markFromLink(isFromLink) {
    for (const storage of [tab, device]) keep(storage, FROM_LINK, isFromLink ? "yes" : "no");
  },

  /** @returns {string | null} the program that a link replaced */
  previous: () => tab.getItem(PREVIOUS) ?? device.getItem(PREVIOUS),

  /** @param {string | null} text */
  savePrevious(text) {
    for (const storage of [tab, device]) {
      if (text === null) storage.removeItem(PREVIOUS);
      else keep(storage, PREVIOUS, text);
    }
  },

  /** Whether this tab has opened this link already: a reload then keeps what was typed since. */
  hasSeen: (/** @type {string} */ hash) => tab.getItem(SEEN_LINK) === hash,

  /** @param {string} hash */
  markSeen: (hash) => keep(tab, SEEN_LINK, hash),
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
