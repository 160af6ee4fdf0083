/** Puts together what long jobs have told: a table for each evaluation, how far each job over rows is. */
import { readTold } from "./told.js";

/**
 * @typedef {import("./told.js").Told} Told
 *
 * @typedef {object} Evaluation
 * @property {string} name
 * @property {readonly string[]} cases
 * @property {readonly string[]} models
 * @property {number} repeat
 * @property {import("./told.js").Trial[][]} cells `cells[case * models.length + model]`
 * @property {import("./told.js").Ended | null} ended null while it runs
 */

/** What was read already, and what came of it. @type {WeakMap<object, Told | null>} */
const known = new WeakMap();

/** @param {object} given @returns {Told | null} */
function read(given) {
  const found = known.get(given);
  if (found !== undefined) return found;
  const told = readTold(given);
  known.set(given, told);
  return told;
}

/** @param {readonly object[]} jobs @returns {{evals: Evaluation[], rows: import("./told.js").Rows[]}} */
export function foldJobs(jobs) {
  /** @type {Map<string, Evaluation>} */
  const evals = new Map();
  /** @type {import("./told.js").Rows[]} */
  const rows = [];
  for (const each of jobs) {
    const told = read(each);
    if (told?.type === "rows") rows.push(told);
    if (told?.type === "eval-began") {
      const { name, cases, models, repeat } = told;
      const cells = Array.from({ length: cases.length * models.length }, () => []);
      evals.set(name, { name, cases, models, repeat, cells, ended: null });
    }
    if (told?.type === "eval-trial") {
      const found = evals.get(told.name);
      if (found && told.model < found.models.length)
        found.cells[told.case * found.models.length + told.model]?.push(told.trial);
    }
    if (told?.type === "eval-ended") {
      const { name } = told.table;
      // One that could not begin has an end alone.
      const found = evals.get(name);
      const begun = found && !found.ended ? found : { name, cases: [], models: [], repeat: 1, cells: [] };
      evals.set(name, { ...begun, ended: told.table });
    }
  }
  return { evals: [...evals.values()], rows };
}
