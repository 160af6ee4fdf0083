/**
 * The page's database (IndexedDB): files, the history of programs, the last runs. Where a browser has
 * none, or one that does not answer, what would lie there is held in memory, and the history besides in
 * the local storage. Nobody waits longer than `PATIENCE_MILLISECONDS` for it; if it comes after all, what
 * was held meanwhile is moved there.
 */
import { openDB } from "idb";
import { device } from "../stored.js";
import { createMemory } from "./memory.js";
import { STORES } from "./transact.js";

const NAME = "lispcore";
const VERSION = 2;
/** A machine that has much else to do may take seconds to open it; one that hangs never does. */
const PATIENCE_MILLISECONDS = 5000;

/** Those whose entries have names of their own: they can be moved without a conflict. @type {StoreName[]} */
const MOVED = ["texts", "programs", "runs"];

/**
 * @typedef {import("./transact.js").StoreName} StoreName
 * @typedef {import("./transact.js").Transact} Transact
 * @typedef {(store: StoreName, entries: [string, unknown][]) => Promise<unknown>} PutNow
 * @typedef {{transact: Transact, putNow: PutNow}} Ways in
 * @typedef {"database" | "late" | "blocked" | "missing"} Kind where things lie; why there is no database
 */

/**
 * @param {(onBlocked: () => void, onClosed: () => void) => Promise<import("idb").IDBPDatabase>} open
 * @returns {{ready: Promise<Ways>, isBlocked: () => boolean}}
 */
function connect(open) {
  let isBlocked = false;
  const start = () =>
    open(
      () => {
        isBlocked = true;
      },
      () => {
        opened = start();
        opened.catch(() => {});
      },
    );
  let opened = start();

  /** @type {Transact} */
  const transact = async (mode, stores, work) => {
    const database = await opened;
    const transaction = database.transaction(stores, mode);
    const store = (/** @type {StoreName} */ name) => /** @type {any} */ (transaction.objectStore(name));
    const done = transaction.done;
    done.catch(() => {}); // who waits for it below hears of it
    try {
      const result = await work({
        get: (name, key) => store(name).get(key),
        put: (name, key, value) => store(name).put(value, key),
        remove: (name, key) => store(name).delete(key),
        keys: (name) => store(name).getAllKeys(),
        values: (name) => store(name).getAll(),
      });
      transaction.commit?.(); // at once: the page may be about to go
      await done;
      return result;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has ended by itself.
      }
      throw error;
    }
  };
  /** @type {PutNow} */
  const putNow = async (store, entries) => {
    const transaction = (await opened).transaction(store, "readwrite");
    transaction.done.catch(() => {});
    for (const [key, value] of entries) void transaction.objectStore(store).put?.(value, key).catch(() => {});
    transaction.commit();
  };
  return { ready: opened.then(() => ({ transact, putNow })), isBlocked: () => isBlocked };
}

/**
 * @param {() => void} onBlocked an older page is open in another tab
 * @param {() => void} onClosed the browser has closed it
 * @returns {Promise<import("idb").IDBPDatabase>}
 */
async function openDatabase(onBlocked, onClosed) {
  const database = await openDB(NAME, VERSION, {
    upgrade(made) {
      for (const name of STORES) if (!made.objectStoreNames.contains(name)) made.createObjectStore(name);
    },
    blocked: onBlocked,
    // A newer page wants to change it: this one goes on with what it can reopen.
    blocking() {
      database.close();
      onClosed();
    },
    terminated: onClosed,
  });
  return database;
}

/**
 * @param {object} [options]
 * @param {typeof openDatabase} [options.open]
 * @param {number} [options.patience] milliseconds
 * @param {Storage} [options.storage] holds the history where there is no database
 */
export function createVault({ open = openDatabase, patience = PATIENCE_MILLISECONDS, storage = device } = {}) {
  const { ready, isBlocked } = connect(async (...listeners) => open(...listeners));
  const memory = createMemory(storage);
  /** @type {(() => void)[]} */
  const onArrival = [];

  /** @type {PutNow} */
  const putInMemory = (store, entries) =>
    memory.transact("readwrite", [store], async ({ put }) => {
      for (const [key, value] of entries) await put(store, key, value);
    });
  const held = { transact: memory.transact, putNow: putInMemory };

  /** @type {Promise<{kind: Kind} & Ways>} */
  let place = Promise.race([
    ready.then(
      (ways) => ({ kind: /** @type {Kind} */ ("database"), ...ways }),
      () => ({ kind: /** @type {Kind} */ ("missing"), ...held }),
    ),
    new Promise((/** @type {(place: {kind: Kind} & Ways) => void} */ resolve) => {
      setTimeout(() => resolve({ kind: isBlocked() ? "blocked" : "late", ...held }), patience);
    }),
  ]);

  /** Moves what was held in memory, now or on an earlier visit, to the database. */
  async function moveIn() {
    const { kind } = await place;
    const ways = await ready;
    const contents = memory.contents(MOVED);
    if (contents.length) {
      await ways.transact("readwrite", MOVED, async (transaction) => {
        for (const [store, key, value] of contents) await transaction.put(store, key, value);
      });
      memory.forget();
    }
    if (kind === "database") return;
    place = Promise.resolve({ kind: "database", ...ways });
    for (const listener of onArrival.splice(0)) listener();
  }
  moveIn().catch(() => {}); // there is none, or it never came

  return {
    /** @returns {Promise<Kind>} after a moment at most */
    kind: async () => (await place).kind,

    /** @param {() => void} listener is told when a database comes that had been given up */
    onLateArrival: (listener) => void onArrival.push(listener),

    /** @type {Transact} */
    transact: async (mode, stores, work) => (await place).transact(mode, stores, work),

    /** Writes without looking: that is all a page that goes has the time for. @type {PutNow} */
    putNow: async (store, entries) => (await place).putNow(store, entries),
  };
}

/** @typedef {ReturnType<typeof createVault>} Vault */
