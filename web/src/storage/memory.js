/**
 * What stands in for the database: tables in memory, of which the history is kept in the local storage,
 * as much as has room there.
 */
import * as v from "valibot";
import { readStored, removeStored, writeStored } from "../stored.js";
import { Program } from "./program-record.js";

const NAME = "lispcore.history";
/** Browsers give a site about five million characters, for everything. */
const MAX_CHARACTERS = 1_500_000;

const Kept = v.object({ programs: v.array(Program), texts: v.record(v.string(), v.string()) });

/**
 * @typedef {import("./transact.js").StoreName} StoreName
 * @typedef {import("./transact.js").Transact} Transact
 */

/** @param {Storage} storage */
export function createMemory(storage) {
  /** @type {Map<StoreName, Map<string, unknown>>} */
  const tables = new Map();
  const table = (/** @type {StoreName} */ name) => {
    const found = tables.get(name) ?? new Map();
    tables.set(name, found);
    return found;
  };
  let isLoaded = false;

  function load() {
    if (isLoaded) return;
    isLoaded = true;
    const kept = readStored(storage, NAME, Kept, "The history of programs");
    for (const program of kept?.programs ?? []) table("programs").set(program.id, program);
    for (const [key, text] of Object.entries(kept?.texts ?? {})) table("texts").set(key, text);
  }

  /** Keeps the newest programs of which there is room. */
  function save() {
    /** @type {import("./program-record.js").Program[]} */
    const all = [...table("programs").values()];
    const newest = all.sort((a, b) => b.changedAt - a.changedAt);
    /** @type {Record<string, string>} */
    const texts = {};
    const programs = [];
    let characters = 0;
    for (const program of newest) {
      const last = program.versions.slice(-1);
      const keys = last.flatMap(({ text, output }) => [text, output]).filter((key) => key && !(key in texts));
      characters += keys.reduce((sum, key) => sum + String(table("texts").get(key) ?? "").length, 500);
      if (characters > MAX_CHARACTERS) break;
      for (const key of keys) texts[key] = String(table("texts").get(key) ?? "");
      programs.push({ ...program, versions: last });
    }
    writeStored(storage, NAME, { programs, texts });
  }

  /** @type {Transact} */
  const transact = async (mode, stores, work) => {
    load();
    const before = new Map(stores.map((name) => [name, new Map(table(name))]));
    try {
      const result = await work({
        get: async (name, key) => structuredClone(table(name).get(key)),
        put: async (name, key, value) => table(name).set(key, structuredClone(value)),
        remove: async (name, key) => table(name).delete(key),
        keys: async (name) => [...table(name).keys()].sort(),
        values: async (name) => [...table(name)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => structuredClone(value)),
      });
      if (mode === "readwrite" && stores.includes("programs")) save();
      return result;
    } catch (error) {
      for (const [name, values] of before) tables.set(name, values);
      throw error;
    }
  };

  /** @type {Promise<unknown>} one after another, as a database does it */
  let turn = Promise.resolve();
  return {
    /** @type {Transact} */
    transact(mode, stores, work) {
      const done = turn.then(() => transact(mode, stores, work));
      turn = done.catch(() => {});
      return done;
    },

    /** @param {StoreName[]} names @returns {[StoreName, string, unknown][]} */
    contents(names) {
      load();
      return names.flatMap((name) => [...table(name)].map(([key, value]) => /** @type {any} */ ([name, key, value])));
    },

    /** It lies in the database by now. */
    forget: () => removeStored(storage, NAME),
  };
}
