/**
 * What programs print, and what the page adds to it, on its way into the output pane: a queue, since a
 * program prints faster than a page is laid out. It is no part of the state, which would grow without
 * end; what was taken from here belongs to the pane.
 */

/**
 * @typedef {import("./engine/protocol.js").ProgramError} ProgramError
 * @typedef {{kind: string, text: string}} TextItem printed text
 * @typedef {{block: "value" | "echo" | "note", text: string}
 *   | {block: "error", error: ProgramError, code: string, isEditor: boolean}
 *   | {block: "fault", text: string, details: string}
 *   | {block: "question", question: import("./state.js").Question}
 *   | {block: "break"}} BlockItem `break`: what follows starts on a line of its own
 * @typedef {TextItem | BlockItem} Item
 *
 * @typedef {object} Pane that shows it
 * @property {() => void} changed something waits
 * @property {() => void} cleared all that is shown has to go
 * @property {() => void} hurry shows now what it can
 * @property {() => string} text all that is shown
 */

/** A longer value is laid in like printed text, in pieces. */
const LONG_VALUE_CHARACTERS = 5000;

/** @type {Pane} before there is one */
const NO_PANE = { changed() {}, cleared() {}, hurry() {}, text: () => "" };

export function createLog() {
  /** @type {Item[]} */
  const waiting = [];
  let pane = NO_PANE;
  /** @type {(() => void)[]} */
  let drained = [];

  /** @param {...BlockItem | TextItem} items */
  function add(...items) {
    waiting.push(...items);
    pane.changed();
  }

  return {
    /** What is not shown yet. The pane takes items away at the front. */
    waiting,

    /** @param {Pane} shows what is added from now on, and what waits already */
    attach(shows) {
      pane = shows;
      if (waiting.length) pane.changed();
    },

    /** Says that nothing waits any more. */
    isDrained() {
      for (const resolve of drained) resolve();
      drained = [];
    },

    /** Forgets all that is shown, also what is still on its way. */
    clear() {
      waiting.length = 0;
      pane.cleared();
    },

    /** @param {import("./engine/protocol.js").Written[]} parts */
    write(parts) {
      for (const [kind, text] of parts) {
        const last = waiting.at(-1);
        if (last && "text" in last && "kind" in last && last.kind === kind) last.text += text;
        else waiting.push({ kind, text });
      }
      pane.changed();
    },

    /** @param {string} text a returned value, as printed */
    showValue(text) {
      if (text.length <= LONG_VALUE_CHARACTERS) add({ block: "value", text });
      else add({ block: "break" }, { kind: "value", text: `⇒ ${text}\n` });
    },

    /** @param {string} text what was entered below the output */
    showEcho: (text) => add({ block: "echo", text }),

    /** @param {string} text a word of the page itself */
    showNote: (text) => add({ block: "note", text }),

    /**
     * @param {ProgramError} error
     * @param {string} code
     * @param {boolean} isEditor whether the places of the error are places in the editor
     */
    showError: (error, code, isEditor) => add({ block: "error", error, code, isEditor }),

    /** @param {string} text @param {string} details of a defect of ours */
    showFault: (text, details) => add({ block: "fault", text, details }),

    /** @param {import("./state.js").Question} question stands there until it is no longer the state's */
    showQuestion: (question) => add({ block: "question", question }),

    /** Resolves once everything is shown. @returns {Promise<void>} */
    async drain() {
      pane.hurry();
      if (waiting.length) await new Promise((/** @type {(v: void) => void} */ r) => drained.push(r));
    },

    /** @returns {string} all that is shown */
    text: () => pane.text(),
  };
}

/** @typedef {ReturnType<typeof createLog>} Log */
