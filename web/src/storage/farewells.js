/**
 * What a page has no time to put into the history, since it goes: the database may not take it any more,
 * the local storage takes it at once. A page that is opened later, or is open, puts it into the history.
 */
import * as v from "valibot";
import { readStored, removeStored, writeStored } from "../stored.js";

const NAME = "lispcore.farewell.";
/** Browsers give a site about five million characters, for everything. */
const MAX_CHARACTERS = 1_500_000;
/** Nobody leaves more: who writes thousands of them into the storage does not stop the page. */
const MOST = 40;

const Farewell = v.object({
  at: v.pipe(v.number(), v.finite()),
  text: v.string(),
  from: v.picklist(["own", "link"]),
  place: v.nullable(v.object({ program: v.string(), text: v.string() })),
  /** What its run printed, null if that is known already. */
  output: v.nullable(v.string()),
  ending: v.picklist(["", "running", "whole", "failed", "stopped"]),
});

/** @typedef {v.InferOutput<typeof Farewell>} Farewell */

/** @param {Storage} storage @returns {string[]} the names of those that are there */
function namesIn(storage) {
  const names = [];
  try {
    for (let at = 0; at < storage.length; at++) {
      const name = storage.key(at);
      if (name?.startsWith(NAME)) names.push(name);
    }
  } catch {
    // Closed: there is nothing.
  }
  return names.sort().slice(0, MOST);
}

/** @param {Storage} storage */
export function createFarewells(storage) {
  let count = 0;
  const own = `${NAME}${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

  return {
    /** @param {Omit<Farewell, "at">} words @returns {string | null} the name under which they lie, if there was room */
    say(words) {
      const name = `${own}.${++count}`;
      if (words.text.length + (words.output?.length ?? 0) > MAX_CHARACTERS) return null;
      return writeStored(storage, name, { at: Date.now(), ...words }) ? name : null;
    },

    /** @returns {[string, Farewell][]} all that were said: what runs printed, then what was typed since */
    list() {
      /** @type {[string, Farewell][]} */
      const found = [];
      for (const name of namesIn(storage)) {
        const words = readStored(storage, name, Farewell, "What was left for the history");
        if (words) found.push([name, words]);
      }
      return found.sort(([, a], [, b]) => Number(a.output === null) - Number(b.output === null) || a.at - b.at);
    },

    /** @param {string} name of one that is in the history now, or need not go there any more */
    forget: (name) => removeStored(storage, name),
  };
}
