/** The last runs with their programs and what they printed, the newest first: for looking back and comparing. */
import * as v from "valibot";
import { shortenOutput } from "./history.js";

/** So many are kept. */
export const MOST_RUNS = 20;
/** A longer program is in the history of programs only. */
const MOST_CHARACTERS = 200_000;
const KEY = "past/runs";

const Run = v.object({
  at: v.pipe(v.number(), v.finite()),
  code: v.string(),
  output: v.string(),
  ending: v.picklist(["whole", "failed", "stopped"]),
  milliseconds: v.pipe(v.number(), v.finite()),
  isFromLink: v.boolean(),
});
const Kept = v.object({ at: v.number(), runs: v.array(Run) });

/** @typedef {v.InferOutput<typeof Run>} PastRun */

/** @param {import("./vault.js").Vault} vault */
export function createPastRuns(vault) {
  /** @param {import("./transact.js").Transaction} transaction @returns {Promise<PastRun[]>} */
  async function read(transaction) {
    const found = v.safeParse(Kept, await transaction.get("runs", KEY));
    return found.success ? found.output.runs : [];
  }

  return {
    /** @param {PastRun} run */
    add: (run) =>
      vault.transact("readwrite", ["runs"], async (transaction) => {
        if (run.code.length > MOST_CHARACTERS) return;
        const runs = [{ ...run, output: shortenOutput(run.output) }, ...(await read(transaction))].slice(0, MOST_RUNS);
        await transaction.put("runs", KEY, { at: run.at, runs });
      }),

    /** @returns {Promise<PastRun[]>} */
    list: () => vault.transact("readonly", ["runs"], read),

    /** Forgets all of them. */
    clear: () => vault.transact("readwrite", ["runs"], (transaction) => transaction.remove("runs", KEY)),
  };
}

/** @typedef {ReturnType<typeof createPastRuns>} PastRuns */
