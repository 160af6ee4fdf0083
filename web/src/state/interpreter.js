/**
 * What is known of the interpreter: how far its start is, and whether it is at work.
 */
import { textLater } from "../texts/texts.js";

/**
 * @typedef {object} InterpreterPart
 * @property {"loading" | "ready" | "running"} phase of the interpreter; `data-state` of the status
 * @property {boolean} isBusy a program runs or waits for its turn
 * @property {{text: string, done: number | null, failure: string}} start what is said while the
 *   interpreter starts; how far it is, from 0 to 1, or null once it has started; why it never will
 * @property {number | null} compiling how far the compiling of a long program is, from 0 to 1
 * @property {Transfer | null} transfer a model that is being loaded
 * @property {import("../engine/protocol.js").Entry[]} library the documentation of the language
 *
 * @typedef {{what: string, done: number}} Transfer `done` from 0 to 1, or not a number
 */

/**
 * @typedef {{type: "engine-changed", phase: InterpreterPart["phase"], isBusy: boolean, now: number}
 *   | {type: "start-went-on", text: string, done: number}
 *   | {type: "start-failed", message: string}
 *   | {type: "started"}
 *   | {type: "library-arrived", entries: InterpreterPart["library"]}
 *   | {type: "evaluation-began"}
 *   | {type: "compiling-went-on", done: number | null}
 *   | {type: "transfer-changed", transfer: Transfer | null}} InterpreterEvent
 */

const STARTING = textLater("Loading …");

/** @type {InterpreterPart} */
export const first = {
  phase: "loading",
  isBusy: false,
  start: { text: STARTING, done: 0.03, failure: "" },
  compiling: null,
  transfer: null,
  library: [],
};

/** @type {import("./reducers.js").Reducers<InterpreterEvent, never, InterpreterPart, InterpreterPart>} */
export const reducers = {
  "engine-changed": ({ phase: before, start }, { phase, isBusy }) => ({
    phase,
    isBusy,
    ...(phase !== "running" && { compiling: null }),
    start: phase === "loading" && before !== "loading" ? { ...start, text: STARTING } : start,
  }),
  "start-went-on": ({ phase, start }, { text, done }) =>
    phase === "loading" ? { start: { ...start, text, done: start.done === null ? null : done } } : {},
  "start-failed": ({ start }, { message }) => ({ start: { ...start, text: textLater("Did not start"), failure: message } }),
  started: ({ start }) => ({ start: { ...start, done: null } }),
  "library-arrived": (_, { entries }) => ({ library: entries }),
  "evaluation-began": () => ({ compiling: null }),
  "compiling-went-on": ({ phase }, { done }) => (phase === "running" ? { compiling: done } : {}),
  "transfer-changed": (_, { transfer }) => ({ transfer }),
};
