/**
 * Keys at rest: those that the visitor wants remembered, encrypted in the local storage. What opens them
 * is a key of the browser's (AES-GCM) that lies in IndexedDB and that no script can take out: it can be
 * used on this page only.
 *
 * That protects the keys from whoever gets at a copy of the browser's files or reads the local storage.
 * It does not protect them from somebody who can open this page on this device, nor from an extension of
 * the browser.
 *
 * Nothing here stops the page: a store that cannot be read is put aside and said.
 */
import { openDB } from "idb";
import * as v from "valibot";
import { forgetStored, putAside, readStored, readText, removeStored } from "../stored.js";
import { baseOf } from "./addresses.js";
import { canonicalName, wireOf } from "./credentials.js";
import { text, textLater } from "../texts/texts.js";

const STORE = "lispcore.keys";
const WHAT = "What was remembered of your keys";
const LOCKS = "locks";
const LOCK = "lock";
/** A database that has not answered by then never will. */
const PATIENCE_MILLISECONDS = 3000;

/**
 * @typedef {{provider: string, base: string, key: string}} Entry
 *
 * @typedef {object} Lock that nobody can take away
 * @property {() => Promise<CryptoKey | undefined>} find
 * @property {(lock: CryptoKey) => Promise<void>} keep
 * @property {() => Promise<void>} forget
 *
 * @typedef {{entries: Entry[], problem: string}} Found `problem`: what to tell the visitor, "" if all is well
 */

/** What is kept. Keys of earlier versions are readable: "provider origin" to key. */
const Sealed = v.object({ version: v.literal(2), iv: v.string(), data: v.string() });
const Plain = v.pipe(
  v.unknown(),
  v.check((kept) => !Array.isArray(kept)),
  v.record(v.string(), v.string()),
);
const Kept = v.union([Sealed, Plain]);
const Entries = v.array(
  v.object({
    provider: v.string(),
    base: v.pipe(
      v.string(),
      v.check((base) => base !== "" && baseOf(base) === base),
    ),
    key: v.pipe(v.string(), v.nonEmpty()),
  }),
);

const PROBLEMS = {
  locked: textLater("The remembered keys cannot be opened just now, because the browser does not give this page its database. Enter a key again in Settings for this visit."),
  unsafe: textLater("Remembered keys are encrypted now, which this browser allows on https:// pages only. They are held for this visit and no longer remembered."),
  unkept: textLater("The key could not be remembered, because the browser does not let this page store it. It is held for this visit."),
};

/** @type {Found} */
const NOTHING = { entries: [], problem: "" };

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>} which fails if it takes too long
 */
function soon(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), PATIENCE_MILLISECONDS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @returns {Lock} in the browser's database */
export function databaseLock() {
  const database = () => openDB("lispcore-keys", 1, { upgrade: (opened) => void opened.createObjectStore(LOCKS) });

  /** @template T @param {(opened: import("idb").IDBPDatabase) => Promise<T>} act @returns {Promise<T>} */
  async function use(act) {
    const opened = await database();
    return act(opened).finally(() => opened.close());
  }

  return {
    find: async () => soon(use((opened) => opened.get(LOCKS, LOCK))),
    keep: async (lock) => void (await soon(use((opened) => opened.put(LOCKS, lock, LOCK)))),
    forget: async () => soon(use((opened) => opened.delete(LOCKS, LOCK))),
  };
}

/** @param {Uint8Array} bytes */
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * @param {Record<string, string>} kept by earlier versions: "provider origin" to key
 * @param {(provider: string) => string} baseFor where the visitor's settings have that provider
 * @returns {Entry[]}
 */
function readPlain(kept, baseFor) {
  return Object.entries(kept).flatMap(([name, key]) => {
    const [provider, origin = ""] = name.split(" ");
    const listed = [baseFor(provider), wireOf(provider).baseUrl].map(baseOf);
    const base = listed.find((each) => each && new URL(each).origin === origin) ?? baseOf(origin);
    return base && key ? [{ provider: canonicalName(provider), base, key }] : [];
  });
}

/**
 * @param {Storage} storage
 * @param {object} options
 * @param {Lock} options.lock
 * @param {(provider: string) => string} options.baseFor
 * @param {SubtleCrypto | null} [options.subtle]
 */
export function createKeyStore(storage, { lock, baseFor, subtle = globalThis.crypto?.subtle ?? null }) {
  /** Writes follow one another. @type {Promise<unknown>} */
  let writing = Promise.resolve();

  /** @param {Entry[]} entries @returns {Promise<void>} */
  async function write(entries) {
    if (!entries.length) {
      storage.removeItem(STORE);
      return;
    }
    if (!subtle) throw new Error("no encryption");
    let key = await lock.find();
    if (!key) {
      key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      await lock.keep(key);
    }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(entries));
    const data = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, text));
    storage.setItem(STORE, JSON.stringify({ version: 2, iv: toBase64(iv), data: toBase64(data) }));
  }

  /** @param {Entry[]} entries @returns {Promise<string>} the problem, "" if they are kept */
  function save(entries) {
    const written = writing.then(() => write(entries)).then(
      () => "",
      () => text(PROBLEMS.unkept),
    );
    writing = written;
    return written;
  }

  /** @param {{iv: string, data: string}} kept @returns {Promise<Found>} */
  async function open({ iv, data }) {
    let key;
    try {
      key = await lock.find();
    } catch {
      return { entries: [], problem: text(PROBLEMS.locked) };
    }
    if (!subtle) return { entries: [], problem: text(PROBLEMS.locked) };
    try {
      if (!key) throw new Error("no lock");
      const plain = await subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(data));
      return { entries: v.parse(Entries, JSON.parse(new TextDecoder().decode(plain))), problem: "" };
    } catch {
      putAside(storage, STORE, readText(storage, STORE) ?? "", WHAT);
      return NOTHING;
    }
  }

  /** @param {Record<string, string>} kept @returns {Promise<Found>} keys of an earlier version, encrypted now */
  async function migrate(kept) {
    const entries = readPlain(kept, baseFor);
    if (!(await save(entries))) return { entries, problem: "" };
    // Better gone from the disk than readable there.
    removeStored(storage, STORE);
    return { entries, problem: text(PROBLEMS.unsafe) };
  }

  return {
    /** @returns {boolean} whether keys can be remembered here at all */
    canRemember: () => Boolean(subtle),

    /** @returns {Promise<Found>} the remembered keys */
    async load() {
      const kept = readStored(storage, STORE, Kept, WHAT);
      if (!kept) return NOTHING;
      return v.is(Sealed, kept) ? open(kept) : migrate(/** @type {Record<string, string>} */ (kept));
    },

    save,

    /** Leaves nothing of any key on this device. @returns {Promise<void>} */
    async clear() {
      forgetStored(storage, STORE);
      await lock.forget().catch(() => {});
    },

    /** @param {string | null} name of a value that another tab has changed */
    isStore: (name) => name === STORE || name === null,
  };
}

/** @typedef {ReturnType<typeof createKeyStore>} KeyStore */
