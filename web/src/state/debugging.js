/**
 * The step debugger: where the program stops, and where it stands.
 */

/**
 * @typedef {object} DebuggingPart
 * @property {Debugging} debugging
 *
 * @typedef {object} Debugging
 * @property {readonly number[]} breakpoints lines of the program
 * @property {Pause | null} pause where it stands; null while it runs
 * @property {boolean} isOn the program under way can be stopped
 * @property {Switches} switches
 *
 * @typedef {object} Switches
 * @property {boolean} first it stops at its first form
 * @property {boolean} errors it stops where an error is thrown
 * @property {boolean} calls it stops before and after each model call
 *
 * @typedef {object} Pause
 * @property {"step" | "breakpoint" | "pause" | "error" | "before-call" | "after-call"} why
 * @property {string} message of the error
 * @property {number} line
 * @property {number} column
 * @property {number} endLine
 * @property {number} endColumn
 * @property {[string, number, number][]} stack the functions under way, innermost first: name, line, column
 * @property {number} frame whose local variables are told
 * @property {[string, string][]} locals
 * @property {string | null} result of what was evaluated
 * @property {Record<string, string> | null} call the model call that it stops at
 */

/**
 * @typedef {{type: "breakpoints-changed", lines: number[]}
 *   | {type: "debug-began"}
 *   | {type: "debug-stopped", pause: Pause}
 *   | {type: "debug-went-on"}
 *   | {type: "debug-ended"}
 *   | {type: "debug-switched", switches: Partial<Switches>}} DebuggingEvent
 */

/** @type {DebuggingPart} */
export const first = {
  debugging: {
    breakpoints: [],
    pause: null,
    isOn: false,
    switches: { first: true, errors: true, calls: false },
  },
};

/** @type {import("./reducers.js").Reducers<DebuggingEvent, never, DebuggingPart, DebuggingPart>} */
export const reducers = {
  "breakpoints-changed": ({ debugging }, { lines }) => ({ debugging: { ...debugging, breakpoints: lines } }),
  "debug-began": ({ debugging }) => ({ debugging: { ...debugging, isOn: true, pause: null } }),
  "debug-stopped": ({ debugging }, { pause }) => ({ debugging: { ...debugging, pause } }),
  "debug-went-on": ({ debugging }) => ({ debugging: { ...debugging, pause: null } }),
  "debug-ended": ({ debugging }) => ({ debugging: { ...debugging, isOn: false, pause: null } }),
  "debug-switched": ({ debugging }, { switches }) => ({
    debugging: { ...debugging, switches: { ...debugging.switches, ...switches } },
  }),
};
