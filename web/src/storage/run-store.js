/**
 * The last run of each tab. It lies in the database; what had no time to get there, since the page went,
 * in the tab's storage.
 */
import * as v from "valibot";
import { readText, removeStored, tab, writeText } from "../stored.js";
import { PARTS } from "./run-record.js";

const LAST_WORDS = "lispcore.run";
/** The runs of so many tabs are kept. */
const MAX_TABS = 20;
/** The tab's storage has room for five million characters, the program among them. */
const MAX_LAST_WORDS = 1_200_000;

/**
 * @typedef {import("./run-record.js").Part} Part
 * @typedef {{log?: import("./run-record.js").KeptLog, calls?: import("./run-record.js").KeptCalls,
 *   recorded?: import("./run-record.js").KeptRecorded}} KeptRun
 */

/** @param {Part} part @param {unknown} value @returns {any} undefined if it is not what it should be */
function readPart(part, value) {
  const read = v.safeParse(PARTS[part], value);
  return read.success ? read.output : undefined;
}

/** @returns {KeptRun} what the page wrote when it went */
function takeLastWords() {
  const text = readText(tab, LAST_WORDS);
  removeStored(tab, LAST_WORDS);
  try {
    const { log, calls } = JSON.parse(text ?? "{}");
    return { log: readPart("log", log), calls: readPart("calls", calls) };
  } catch {
    return {};
  }
}

/** @param {import("./vault.js").Vault} vault */
export function createRunStore(vault) {
  return {
    /** @param {string} id of the tab @param {KeptRun} run what has changed of it */
    save: (id, run) =>
      vault.transact("readwrite", ["runs"], async (transaction) => {
        for (const [part, value] of Object.entries(run)) await transaction.put("runs", `${id}/${part}`, value);
        removeStored(tab, LAST_WORDS);
      }),

    /** Writes what has changed, when the page goes. @param {string} id of the tab @param {KeptRun} run */
    saveAtEnd: (id, run) => vault.putNow("runs", Object.entries(run).map(([part, value]) => [`${id}/${part}`, value])),

    /** Keeps at once what can be kept at once. @param {KeptRun} run */
    saveLastWords({ log, calls }) {
      const words = JSON.stringify({ log, calls });
      if (words.length <= MAX_LAST_WORDS && writeText(tab, LAST_WORDS, words)) return;
      const alone = JSON.stringify({ log });
      if (alone.length <= MAX_LAST_WORDS) writeText(tab, LAST_WORDS, alone);
    },

    /** @param {string} id @returns {Promise<KeptRun>} */
    async load(id) {
      const last = takeLastWords();
      /** @type {KeptRun} */
      const kept = {};
      await vault.transact("readonly", ["runs"], async (transaction) => {
        for (const part of /** @type {Part[]} */ (Object.keys(PARTS))) {
          kept[part] = readPart(part, await transaction.get("runs", `${id}/${part}`));
        }
      }).catch(() => {});
      for (const part of /** @type {const} */ (["log", "calls"])) {
        const words = last[part];
        if (words && words.at >= (kept[part]?.at ?? 0)) kept[part] = /** @type {any} */ (words);
      }
      // What is of an earlier run does not belong to what was printed.
      for (const part of /** @type {const} */ (["calls", "recorded"])) {
        if (kept[part] && kept[part].run !== kept.log?.run) delete kept[part];
      }
      return kept;
    },

    /** Lets go of the runs of tabs that were closed long ago. @param {string} current */
    tidy: (current) =>
      vault.transact("readwrite", ["runs"], async (transaction) => {
        const keys = await transaction.keys("runs");
        const values = await transaction.values("runs");
        /** @type {Map<string, number>} */
        const ages = new Map();
        keys.forEach((key, index) => {
          const id = key.split("/")[0];
          ages.set(id, Math.max(ages.get(id) ?? 0, Number(values[index]?.at) || 0));
        });
        const old = [...ages].sort(([, a], [, b]) => b - a).slice(MAX_TABS).map(([id]) => id);
        const gone = new Set(old.filter((id) => id !== current));
        for (const key of keys) if (gone.has(key.split("/")[0])) await transaction.remove("runs", key);
      }),
  };
}

/** @typedef {ReturnType<typeof createRunStore>} RunStore */
