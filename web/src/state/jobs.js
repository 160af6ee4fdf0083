/**
 * What long jobs of the last run have told: evaluations of prompts, and functions over rows, as it came.
 * The panel that shows it reads it (panels/jobs/told.js), which is loaded with the first job.
 */

/** @typedef {{type: string, out?: unknown}} Told `out` is the file of results of a job over rows */

/**
 * @typedef {object} JobsPart
 * @property {readonly Told[]} jobs in order; of each job over rows the last alone
 */

/** @typedef {{type: "job-told", told: Told}} JobEvent */

/** More is not kept of one run. */
const MAX_TOLD = 20_000;

/** @type {JobsPart} */
export const first = { jobs: [] };

/** @type {import("./reducers.js").Reducers<JobEvent, import("./program.js").ProgramEvent, JobsPart, JobsPart>} */
export const reducers = {
  "job-told": ({ jobs }, { told }) => {
    const others = told.out === undefined ? jobs : jobs.filter(({ out }) => out !== told.out);
    return others.length < MAX_TOLD ? { jobs: [...others, told] } : {};
  },
  "run-began": () => first,
};
