/** How the history speaks: of times, of sizes, of how a run ended. */
import { countText, spoken, text } from "../../texts/texts.js";

/** @typedef {import("../../storage/program-record.js").Version} Version */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @param {Intl.DateTimeFormatOptions} options @returns {Intl.DateTimeFormat} in the language of the page */
const writer = (options) => new Intl.DateTimeFormat(spoken(), options);

/** @param {number} moment @returns {number} when its day begins */
const dayOf = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/** @param {number} moment @param {number} now @returns {string} such as "5 minutes ago" or "yesterday at 14:05" */
export function describeTime(moment, now) {
  const passed = now - moment;
  if (passed < MINUTE) return text("just now");
  if (passed < HOUR) return countText("a minute ago", "{n} minutes ago", Math.floor(passed / MINUTE));
  const days = Math.round((dayOf(now) - dayOf(moment)) / (24 * HOUR));
  const time = writer({ hour: "2-digit", minute: "2-digit", hour12: false }).format(moment);
  if (days === 0) return text("today at {time}", { time });
  if (days === 1) return text("yesterday at {time}", { time });
  const date = writer({ day: "numeric", month: "short", year: "numeric" }).format(moment);
  return text("{date} at {time}", { date, time });
}

/** @param {number} count @returns {string} */
export const programsOf = (count) => countText("{n} program", "{n} programs", count);

/** @param {Version["ending"]} ending @returns {string} what stands above what a run printed */
export function describeOutput(ending) {
  if (ending === "failed") return text("What its last run printed; it ended with an error");
  if (ending === "stopped") return text("What its last run printed until it was stopped");
  if (ending === "running") return text("What its last run had printed so far");
  return text("What its last run printed");
}
