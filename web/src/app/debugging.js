/** The step debugger's side of the page: a program that stops asks, and is answered when somebody says how it goes on. */
import { text, textLater } from "../texts/texts.js";

/** What makes the program go on. */
const STEPS = new Set(["continue", "into", "over", "out"]);
const CANNOT = textLater("This browser cannot hold a program while it runs, so there are no stops here. A current Chrome, Edge, Firefox or Safari can. The program was not started.");

/**
 * @typedef {import("../state/debugging.js").Pause} Pause
 * @typedef {{breakpoints: readonly number[], errors: boolean, calls: boolean, first: boolean}} Debug
 */

/** @param {Pick<import("../state.js").Store, "get" | "dispatch">} state @param {() => import("../engine/protocol.js").Tier} tier */
export function createDebugging({ get, dispatch }, tier) {
  /** @type {((answer: Record<string, any>) => void) | null} */
  let resolve = null;
  let wantsPause = false;
  /** One task stops at a time. */
  let last = Promise.resolve();

  const breakpoints = () => [...get().debugging.breakpoints];

  /** @param {Pause} pause @returns {Promise<Record<string, any>>} */
  function ask(pause) {
    if (!get().debugging.isOn) return Promise.resolve({ action: "continue", breakpoints: [] });
    dispatch({ type: "debug-stopped", pause });
    return new Promise((done) => {
      resolve = done;
    });
  }

  /** @param {string} action @param {Record<string, any>} [more] */
  function reply(action, more = {}) {
    const answer = resolve;
    resolve = null;
    if (!answer) return;
    if (STEPS.has(action)) dispatch({ type: "debug-went-on" });
    answer({ action, ...more, breakpoints: breakpoints() });
  }

  return {
    /** What a program asks that is debugged. @param {Record<string, any>} told @returns {Promise<Record<string, any>>} */
    answer(told) {
      if (told.why === "look") {
        const pause = wantsPause;
        wantsPause = false;
        return Promise.resolve({ breakpoints: breakpoints(), pause });
      }
      const mine = last.then(() => ask(/** @type {Pause} */ (told)));
      last = mine.then(() => undefined);
      return mine;
    },

    /** Begins a run that can be stopped. @returns {Debug | null} null where programs cannot be held */
    begin() {
      if (tier() === "direct") {
        dispatch({ type: "notice-shown", text: text(CANNOT) });
        return null;
      }
      wantsPause = false;
      dispatch({ type: "debug-began" });
      return { ...get().debugging.switches, breakpoints: breakpoints() };
    },

    /** The run is over, or about to be. */
    end() {
      if (!get().debugging.isOn) return;
      dispatch({ type: "debug-ended" });
      resolve?.({ action: "continue", breakpoints: [] });
      resolve = null;
    },

    reply,
    /** Stops the program at its next form. */
    pause() {
      wantsPause = true;
    },
  };
}

/** @typedef {ReturnType<typeof createDebugging>} Debugging */
