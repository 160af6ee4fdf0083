/**
 * The keys, each bound to one provider and one exact origin. They live here and in the settings
 * dialog's password field, nowhere else: no message, link, record or log carries one.
 */
import * as v from "valibot";
import { readStored, removeStored, writeStored } from "../stored.js";

const STORE = "lispcore.keys";

/** @param {string} url @returns {string} its origin, or "" if it is no http(s) address */
export function originOf(url) {
  try {
    const { origin, protocol } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? origin : "";
  } catch {
    return "";
  }
}

/**
 * @param {Storage} storage where remembered keys are kept
 * @param {() => void} [onChange] told that other keys are held now
 */
export function createKeys(storage, onChange = () => {}) {
  /** @type {Map<string, string>} "provider origin" to key */
  const keys = new Map();
  /** @type {Set<string>} names of the entries to remember */
  const remembered = new Set();

  const kept = readStored(storage, STORE, v.record(v.string(), v.string()), "What was kept of keys");
  for (const [name, key] of Object.entries(kept ?? {})) {
    keys.set(name, key);
    remembered.add(name);
  }

  function save() {
    const kept = [...keys].filter(([name]) => remembered.has(name));
    if (kept.length) writeStored(storage, STORE, Object.fromEntries(kept));
    else removeStored(storage, STORE);
  }

  /** @param {string} provider @param {string} url */
  const nameOf = (provider, url) => `${provider} ${originOf(url)}`;

  return {
    /**
     * @param {string} provider
     * @param {string} url any address of the origin that gets the key
     * @param {string} key "" forgets it
     * @param {boolean} remember keep it on this device
     */
    set(provider, url, key, remember) {
      const name = nameOf(provider, url);
      if (key && originOf(url)) keys.set(name, key);
      else keys.delete(name);
      if (key && remember) remembered.add(name);
      else remembered.delete(name);
      save();
      onChange();
    },

    /** @param {string} provider @param {string} url @returns {string | undefined} */
    find: (provider, url) => keys.get(nameOf(provider, url)),

    /** @param {string} provider @returns {string[]} the origins that have a key of this provider */
    originsOf: (provider) =>
      [...keys.keys()]
        .filter((name) => name.startsWith(`${provider} `))
        .map((name) => name.slice(provider.length + 1)),

    /** @returns {import("../state.js").Held[]} for whom there is a key: what the page may show of them */
    held: () =>
      [...keys.keys()].map((name) => {
        const [provider, origin] = name.split(" ");
        return { provider, origin, isRemembered: remembered.has(name) };
      }),

    /**
     * Removes every key from a text, however it got there (a server that sends keys back).
     * @param {string} text
     */
    redact(text) {
      for (const key of keys.values()) {
        if (key.length >= 4 && text.includes(key)) text = text.split(key).join("[key]");
      }
      return text;
    },
  };
}

/** @typedef {ReturnType<typeof createKeys>} Keys */
