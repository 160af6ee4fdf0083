/**
 * The keys, each bound to one provider and one base address: origin and path, since a gateway may serve
 * many. They live here and in the settings dialog's password field, nowhere else: no message, link,
 * record or log carries one. What of them is remembered is in key-store.js.
 */
import { baseOf, originOf } from "./addresses.js";
import { canonicalName, findEndpoint, isSameBase } from "./credentials.js";
import { createScrubber } from "./scrubber.js";

/** @typedef {import("./key-store.js").Entry} Entry */

/**
 * @param {import("./key-store.js").KeyStore} store where remembered keys are kept
 * @param {object} [options]
 * @param {() => void} [options.onChange] told that other keys are held now
 * @param {(problem: string) => void} [options.onProblem] told what the visitor should know of the store
 */
export function createKeys(store, { onChange = () => {}, onProblem = () => {} } = {}) {
  /** @type {(Entry & {isRemembered: boolean})[]} */
  let held = [];
  let scrubber = createScrubber([]);

  /** @param {typeof held} entries */
  function hold(entries) {
    held = entries;
    scrubber = createScrubber(held.map(({ key }) => key));
    onChange();
  }

  /** @returns {Promise<void>} */
  async function save() {
    const kept = held.filter(({ isRemembered }) => isRemembered);
    const problem = await store.save(kept.map(({ provider, base, key }) => ({ provider, base, key })));
    if (problem) onProblem(problem);
  }

  async function load() {
    const { entries, problem } = await store.load();
    // What was entered meanwhile is newer than what was kept.
    const known = entries.filter((entry) => !held.some((each) => isSame(each, entry.provider, entry.base)));
    if (known.length) hold([...known.map((entry) => ({ ...entry, isRemembered: true })), ...held]);
    if (problem) onProblem(problem);
  }

  /** @param {Entry} entry @param {string} provider @param {string} url */
  const isSame = (entry, provider, url) =>
    entry.provider === canonicalName(provider) && isSameBase(provider, entry.base, url);

  return {
    /** Resolves once the remembered keys are there, or it is known that they are not. @type {Promise<void>} */
    ready: load().catch(() => {}),

    canRemember: store.canRemember,

    /**
     * @param {string} provider
     * @param {string} url the base address that gets the key
     * @param {string} key "" forgets it
     * @param {boolean} remember keep it on this device
     * @returns {Promise<void>} once it is kept; it is held at once
     */
    async set(provider, url, key, remember) {
      const others = held.filter((entry) => !isSame(entry, provider, url));
      const base = baseOf(url);
      const entry = { provider: canonicalName(provider), base, key, isRemembered: remember };
      const wasRemembered = held.some((each) => each.isRemembered && !others.includes(each));
      hold(key && base ? [...others, entry] : others);
      if (remember || wasRemembered) await save();
    },

    /** @param {string} provider @param {string} url a base address @returns {string | undefined} */
    find: (provider, url) => held.find((entry) => isSame(entry, provider, url))?.key,

    /**
     * @param {string} provider
     * @param {string} url that is to be asked
     * @param {string} method
     * @returns {{key: string, endpoint: import("./wires.js").Endpoint} | undefined} the key that goes exactly there
     */
    findFor(provider, url, method) {
      for (const entry of held) {
        if (entry.provider !== canonicalName(provider)) continue;
        const endpoint = findEndpoint(entry.provider, entry.base, url, method);
        if (endpoint) return { key: entry.key, endpoint };
      }
      return undefined;
    },

    /** @param {string} provider @returns {string[]} the addresses that have a key of this provider */
    basesOf: (provider) =>
      held.filter((entry) => entry.provider === canonicalName(provider)).map(({ base }) => base),

    /** @returns {import("../state/settings.js").Held[]} for whom there is a key: what the page may show of them */
    held: () =>
      held.map(({ provider, base, isRemembered }) => ({ provider, base, origin: originOf(base), isRemembered })),

    /** Forgets every key, here and on this device. @returns {Promise<void>} */
    async forgetAll() {
      hold([]);
      await store.clear();
    },

    /**
     * Another tab has changed what is remembered.
     * @param {string | null} name of the value in the storage
     */
    async noticeChange(name) {
      if (!store.isStore(name)) return;
      held = held.filter(({ isRemembered }) => !isRemembered);
      hold(held);
      await load();
    },

    /**
     * Removes every key from a text, however it got there (a server that sends keys back).
     * @param {string} text
     */
    redact: (text) => scrubber.text(text),

    /** @param {Uint8Array} bytes @returns {boolean} whether a key is in them, in whatever spelling */
    isIn: (bytes) => scrubber.isIn(bytes),

    /** Begins to remove every key from a stream of bytes. */
    scrubStream: () => scrubber.stream(),

    /**
     * @param {string} text
     * @returns {{provider: string, at: number}[]} whose keys stand in a text, and where the first one does
     */
    findIn: (text) =>
      held.flatMap(({ provider, key }) => {
        const at = createScrubber([key]).find(text);
        return at < 0 ? [] : [{ provider, at }];
      }),
  };
}

/** @typedef {ReturnType<typeof createKeys>} Keys */
