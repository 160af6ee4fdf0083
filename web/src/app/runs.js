/** Runs programs, and lines after them, and shows what comes of it. */
import { placeInFile } from "../engine/protocol.js";
import { describeSettings } from "../models/settings.js";
import { text, textLater } from "../texts/texts.js";

const STOPPED_HARD = textLater("Stopped. Its definitions are gone; your files are kept.");
/** A text that was streamed is not shown whole again as a value. */
const ECHO = { shown: 60, short: 120, compared: 2000 };

/**
 * @typedef {import("../engine/protocol.js").Result} Result
 * @typedef {import("../state/program.js").Recording} Recording
 *
 * @typedef {object} Parts
 * @property {import("../state.js").Store} state
 * @property {import("../log.js").Log} log
 * @property {import("./interpreter.js").Interpreter} interpreter
 * @property {import("../sharing/recorder.js").Recorder} recorder
 * @property {import("./judging.js").Judge} judge
 * @property {Pick<import("./tabs.js").Tabs, "arrived">} tabs with the files that a program may load
 * @property {() => Promise<unknown>} settled when the files that it has changed are kept
 */

const ESCAPED = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

/** @param {string} literal as printed @returns {string} the text that it stands for */
const unquote = (literal) =>
  literal.slice(1, -1).replace(/\\(.)/gs, (_, letter) => ESCAPED.get(letter) ?? letter);

/**
 * A stream's value is the text that stands there already: its start is enough.
 * @param {string} value @param {string} streamed
 */
function shortenEcho(value, streamed) {
  if (!value.startsWith('"')) return value;
  const text = unquote(value);
  const isEcho = streamed.includes(text.slice(0, ECHO.compared));
  if (text.length < ECHO.short || !isEcho) return value;
  return `${value.slice(0, ECHO.shown)} …"  (the text above, ${text.length.toLocaleString()} characters)`;
}

/**
 * @param {boolean} isStopped
 * @param {string} printed
 * @returns {Result} of a program that has none
 */
function describeEnd(isStopped, printed) {
  const message = isStopped ? text("Stopped.") : text("The interpreter failed and was started again.");
  const lines = printed.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return {
    value: null,
    output: lines,
    error: { type: isStopped ? "stopped" : "fault", message, line: 0, column: 0, hint: null, stack: [] },
  };
}

/** @param {import("../engine/engine.js").Outcome} outcome @param {Result} result */
function endingOf(outcome, result) {
  if (!outcome.result) return outcome.stopped ? "stopped" : "failed";
  return result.error ? "failed" : "whole";
}

/** @param {Parts} parts */
export function createRuns({ state: { get, dispatch }, log, interpreter, recorder, judge, tabs, settled }) {
  /** The texts of the session: the program, then the lines that were entered after it. @type {string[]} */
  let inputs = [];

  /** @param {Result} result @param {import("../engine/protocol.js").View | null} view of the value */
  function show({ value, error }, view) {
    if (value !== null) {
      const text = shortenEcho(value, get().run.streamed);
      log.showValue(text, text === value ? view : null);
    }
    if (!error) return;
    const { line, column, message, input = 1 } = error;
    const { draft, run } = get();
    const isEditor = run.isOfEditor && inputs[0] === run.code;
    log.showError(error, inputs[input - 1] ?? "", isEditor);
    // A line below may fail within a function of the program.
    const isThere = isEditor && input === 1 && draft.text === run.code;
    const inFile = placeInFile(error);
    if (isThere) dispatch({ type: "problem-found", problem: { line, column, message, ...(inFile && { inFile }) } });
  }

  /**
   * @param {string} code
   * @param {{fresh: boolean, recording: Recording | null, debug?: import("../engine/protocol.js").Debug}} how
   * @returns {Promise<Result>}
   */
  async function evaluate(code, { fresh, recording, debug }) {
    inputs = fresh ? [code] : [...inputs, code];
    dispatch({ type: "evaluation-began" });
    const { run } = get().calls;
    await tabs.arrived();
    const outcome = await interpreter.run(code, { fresh, recording, debug });
    // One that was stopped by a second press of Run says nothing about the recording of that.
    if (run === get().calls.run) recorder.end(outcome.result !== null);
    const result = outcome.result ?? describeEnd(outcome.stopped, get().run.printed);
    if (outcome.lost) inputs = []; // the next line begins another session
    if (outcome.result) show(result, outcome.view ?? null);
    else log.showNote(outcome.stopped && outcome.lost ? text(STOPPED_HARD) : (result.error?.message ?? ""));
    if (fresh && run === get().calls.run) dispatch({ type: "run-ended", ending: endingOf(outcome, result) });
    await Promise.all([log.drain(), settled()]);
    return result;
  }

  /** @returns {Recording | null} what answers model calls now */
  const playing = () => (get().run.isPlayed ? (get().loaded?.recording ?? null) : null);

  return {
    /**
     * Runs a program in a new session.
     * @param {string} code
     * @param {() => import("../engine/protocol.js").Debug | null} [beginDebugging] says where it is to stop
     * @returns {Promise<Result>}
     */
    async run(code, beginDebugging) {
      // A second press of Run starts over.
      if (get().isBusy) interpreter.stop();
      const debug = beginDebugging?.();
      if (debug === null) return describeEnd(true, "");
      const isEditor = code === get().draft.text;
      const isLinked = judge.texts.isLinked(code);
      if (isLinked && isEditor) dispatch({ type: "link-opened" });
      dispatch({ type: "run-began", code, isEditor, isLinked }); // before the output changes, or the page is laid out twice
      log.clear();
      const recording = playing();
      if (!recording) recorder.begin(code, describeSettings(get()));
      else {
        recorder.adopt(code, recording);
        for (const [name, bytes] of recording.files) interpreter.bringFile(name, bytes);
      }
      await judge.consent.begin(code);
      return evaluate(code, { fresh: true, recording, debug });
    },

    /** Evaluates something in the session of the last run; shows nothing of it. @param {string} code */
    async tryOut(code) {
      inputs = [...inputs, code];
      const outcome = await interpreter.run(code, { fresh: false, recording: playing() });
      if (outcome.lost) inputs = [];
      return outcome.result ?? describeEnd(outcome.stopped, "");
    },

    /** Runs a line in the session of the last run. @param {string} code */
    runLine(code) {
      log.showEcho(code);
      return evaluate(code, { fresh: false, recording: playing() });
    },
  };
}
