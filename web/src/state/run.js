/**
 * The program under way, or the last one.
 */
import { howToAnswer } from "./program.js";

/**
 * @typedef {import("./interpreter.js").InterpreterPart} InterpreterPart
 * @typedef {import("./interpreter.js").InterpreterEvent} InterpreterEvent
 * @typedef {import("./program.js").ProgramPart} ProgramPart
 * @typedef {import("./program.js").ProgramEvent} ProgramEvent
 */

/**
 * @typedef {object} RunPart
 * @property {Run} run the program under way, or the last one
 *
 * @typedef {object} Run
 * @property {number} startedAt `performance.now()` when it began to compute
 * @property {number} milliseconds it took; 0 while it computes
 * @property {string} printed so far, for the result of one that is terminated
 * @property {string} streamed what of it was a model's words
 * @property {boolean} isLimited it is under the limit for links, and so are the lines after it
 * @property {boolean} isPlayed its model calls are answered by the recording
 * @property {string} code its program
 * @property {boolean} isOfEditor it is what stood in the editor
 * @property {"" | "running" | "whole" | "failed" | "stopped"} ending how it ended
 */

/**
 * @typedef {{type: "run-ended", ending: Run["ending"]}
 *   | {type: "printed", text: string, streamed: string}} RunEvent
 */

/** @type {RunPart} */
export const first = {
  run: {
    startedAt: 0,
    milliseconds: 0,
    printed: "",
    streamed: "",
    isLimited: false,
    isPlayed: false,
    code: "",
    isOfEditor: false,
    ending: "",
  },
};

/** @param {Run} run @param {boolean} was running @param {boolean} is running @param {number} now @returns {Run} */
function timed(run, was, is, now) {
  if (was === is) return run;
  return is ? { ...run, startedAt: now, milliseconds: 0 } : { ...run, milliseconds: now - run.startedAt };
}

/** @param {RunPart} state @returns {RunPart} of a program whose model calls no recording answers any more */
const unplayed = ({ run }) => ({ run: { ...run, isPlayed: false } });

/**
 * @type {import("./reducers.js").Reducers<
 *   RunEvent, InterpreterEvent | ProgramEvent, RunPart & InterpreterPart & ProgramPart, RunPart>}
 */
export const reducers = {
  "run-ended": ({ run }, { ending }) => ({ run: { ...run, ending } }),
  printed: ({ run }, { text, streamed }) => ({
    run: { ...run, printed: run.printed + text, streamed: run.streamed + streamed },
  }),

  "engine-changed": ({ phase: before, run }, { phase, now }) => ({
    run: timed(run, before === "running", phase === "running", now),
  }),
  "evaluation-began": ({ run }) => ({ run: { ...run, printed: "", streamed: "" } }),
  "run-began": ({ run, link, loaded }, { code, isEditor, isLinked = false }) => {
    const told = howToAnswer(loaded, code, isEditor);
    return {
      run: {
        ...run,
        isLimited: (link.isFromLink && isEditor) || isLinked,
        isPlayed: told !== null && told !== "live",
        code,
        isOfEditor: isEditor,
        ending: "running",
      },
    };
  },
  "program-replaced": unplayed,
  "program-restored": unplayed,
  "recording-loaded": unplayed,
  "recording-cleared": unplayed,
};
