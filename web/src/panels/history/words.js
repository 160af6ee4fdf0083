/** How the history speaks: of times, of sizes, of how a run ended. */

/** @typedef {import("../../storage/program-record.js").Version} Version */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hour12: false });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

/** @param {number} moment @returns {number} when its day begins */
const dayOf = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/** @param {number} moment @param {number} now @returns {string} such as "5 minutes ago" or "yesterday at 14:05" */
export function describeTime(moment, now) {
  const passed = now - moment;
  if (passed < MINUTE) return "just now";
  if (passed < HOUR) {
    const minutes = Math.floor(passed / MINUTE);
    return minutes === 1 ? "a minute ago" : `${minutes} minutes ago`;
  }
  const days = Math.round((dayOf(now) - dayOf(moment)) / (24 * HOUR));
  const clock = time.format(moment);
  if (days === 0) return `today at ${clock}`;
  if (days === 1) return `yesterday at ${clock}`;
  return `${date.format(moment)} at ${clock}`;
}

/** @param {number} count @param {string} what @returns {string} */
export const countOf = (count, what) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/** @param {Version["ending"]} ending @returns {string} what stands above what a run printed */
export function describeOutput(ending) {
  if (ending === "failed") return "What its last run printed; it ended with an error";
  if (ending === "stopped") return "What its last run printed until it was stopped";
  if (ending === "running") return "What its last run had printed so far";
  return "What its last run printed";
}
