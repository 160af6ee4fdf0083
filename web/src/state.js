/**
 * The state of the page: one value that nobody changes in place.
 *
 * What happens is told by `dispatch(event)`; the reducers of the concerns (state/) say what an event makes
 * of the state; who shows something says by `subscribe(select, render)` what it depends on. Elements of the
 * page are written from the state and never read back. What a visitor types or presses is read in the
 * handler of that very event, and dispatched.
 *
 * What may not live here: keys (models/keys.js; only for whom there is one is known here), what was
 * printed (log.js, since it may be hundreds of megabytes), and anything that is no plain value.
 */
import * as calls from "./state/calls.js";
import * as debugging from "./state/debugging.js";
import * as files from "./state/files.js";
import * as interpreter from "./state/interpreter.js";
import * as jobs from "./state/jobs.js";
import * as learn from "./state/learn.js";
import * as notices from "./state/notices.js";
import * as program from "./state/program.js";
import * as questions from "./state/questions.js";
import { listeners } from "./state/reducers.js";
import * as run from "./state/run.js";
import * as settings from "./state/settings.js";
import * as tabs from "./state/tabs.js";

/**
 * @typedef {import("./state/interpreter.js").InterpreterPart
 *   & import("./state/program.js").ProgramPart
 *   & import("./state/run.js").RunPart
 *   & import("./state/questions.js").QuestionsPart
 *   & import("./state/calls.js").CallsPart
 *   & import("./state/jobs.js").JobsPart
 *   & import("./state/debugging.js").DebuggingPart
 *   & import("./state/files.js").FilesPart
 *   & import("./state/settings.js").SettingsPart
 *   & import("./state/tabs.js").TabsPart
 *   & import("./state/learn.js").LearnPart
 *   & import("./state/notices.js").NoticesPart} State
 *
 * @typedef {import("./state/interpreter.js").InterpreterEvent
 *   | import("./state/program.js").ProgramEvent
 *   | import("./state/run.js").RunEvent
 *   | import("./state/questions.js").QuestionEvent
 *   | import("./state/calls.js").CallEvent
 *   | import("./state/jobs.js").JobEvent
 *   | import("./state/debugging.js").DebuggingEvent
 *   | import("./state/files.js").FileEvent
 *   | import("./state/settings.js").SettingsEvent
 *   | import("./state/tabs.js").TabsEvent
 *   | import("./state/learn.js").LearnEvent
 *   | import("./state/notices.js").NoticeEvent} Event_
 */

/** The concerns: a module each, with its part of the state, its events and its reducers. */
const CONCERNS = [interpreter, program, run, questions, calls, jobs, debugging, files, tabs, settings, learn, notices];

const LISTENERS = listeners(CONCERNS.map(({ reducers }) => reducers));

/**
 * @param {Partial<State>} [known] from earlier visits
 * @returns {State} when the page opens
 */
export const firstState = (known = {}) => Object.assign({}, ...CONCERNS.map(({ first }) => first), known);

/** More rounds than this mean that two renders contradict each other for ever. */
const MAX_ROUNDS = 100;

/** @param {unknown} a @param {unknown} b whether they are the same value, or lists of the same values */
const isSame = (a, b) =>
  Object.is(a, b) ||
  (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, at) => Object.is(each, b[at])));

/**
 * Keeps a state.
 * @param {State} first
 */
export function createState(first) {
  let state = first;
  /** @type {Set<{select: (state: State) => unknown, render: (selected: any) => void, shown: unknown}>} */
  const subscriptions = new Set();
  let isShowing = false;
  /** Tells what has happened and was not told yet, see `tellBefore`. */
  let tellNow = () => {};

  /** Renders what has changed, and what changes because of that. @returns {unknown[]} what went wrong */
  function show() {
    const failures = [];
    for (let round = 0, before; before !== state; round++) {
      if (round > MAX_ROUNDS) throw new Error("the state does not come to rest: two renders contradict each other");
      before = state;
      for (const each of [...subscriptions]) {
        const selected = each.select(state);
        if (isSame(selected, each.shown) || !subscriptions.has(each)) continue;
        each.shown = selected;
        try {
          each.render(selected);
        } catch (error) {
          failures.push(error); // the others are shown nevertheless
        }
      }
    }
    return failures;
  }

  return {
    /** @returns {State} as it is now */
    get() {
      tellNow();
      return state;
    },

    /**
     * Has something told when somebody wants to know the state, or tells something that comes after it: so
     * that may be put off which nobody looks at.
     * @param {() => void} tell
     */
    tellBefore(tell) {
      tellNow = tell;
    },

    /**
     * Tells what has happened. Everything that depends on it is shown when this returns; an event that
     * a render dispatches is part of the state at once and shown when that render is done.
     * @param {Event_} event
     */
    dispatch(event) {
      tellNow();
      const heard = LISTENERS.get(event.type);
      if (!heard) throw new Error(`nobody knows the event ${event.type}`);
      state = Object.assign({}, state, ...heard.map((reduce) => reduce(state, event)));
      if (isShowing) return;
      isShowing = true;
      try {
        const [failure] = show();
        if (failure) throw failure;
      } finally {
        isShowing = false;
      }
    },

    /**
     * Calls `render` now, and again whenever what `select` picks is another value. It is asked with each
     * event, a thousand times a second while a model talks: it picks, and leaves it to `render` to work out. If that is a list,
     * its items are compared.
     * @template T
     * @param {(state: State) => T} select
     * @param {(selected: T) => void} render
     * @param {{now?: boolean}} [options] not `now`: only when it changes
     * @returns {() => void} ends it
     */
    subscribe(select, render, { now = true } = {}) {
      const subscription = { select, render, shown: /** @type {unknown} */ (select(state)) };
      subscriptions.add(subscription);
      if (now) render(/** @type {T} */ (subscription.shown));
      return () => void subscriptions.delete(subscription);
    },
  };
}

/** @typedef {ReturnType<typeof createState>} Store */
