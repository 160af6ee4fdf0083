/**
 * What programs print, and what the page adds to it, on its way into the output pane: a queue, since a
 * program prints faster than a page is laid out. It is no part of the state, which would grow without
 * end; what was taken from here belongs to the pane.
 */
import { text as inWords } from "./texts/texts.js";

/**
 * @typedef {import("./engine/protocol.js").ProgramError} ProgramError
 * @typedef {import("./engine/protocol.js").View} View
 * @typedef {{kind: string, text: string}} TextItem printed text
 * @typedef {{block: "value" | "echo" | "note", text: string, view?: View, size?: number}
 *   | {block: "error", error: ProgramError, code: string, isEditor: boolean}
 *   | {block: "fault", text: string, details: string}
 *   | {block: "trouble", text: string}
 *   | {block: "question", question: import("./state/questions.js").Question}
 *   | {block: "view", view: View, size: number}
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
const LONG_VALUE_CHARACTERS = 50_000;

/** So much of what was added is kept for a reload: the end of it. */
const MAX_KEPT_CHARACTERS = 1_000_000;

/** @param {Item} item @returns {number} its characters, about */
function sizeOf(item) {
  if ("size" in item && item.size) return item.size;
  return "text" in item ? item.text.length : 1000;
}

/** What was added since it was cleared, as far as it is kept. */
function createJournal() {
  /** @type {Item[]} */
  let items = [];
  let characters = 0;
  let changes = 0;
  let isCut = false;
  let listener = () => {};

  function changed() {
    changes++;
    listener();
  }

  /** Lets go of the oldest, seldom: it costs a copy. */
  function trim() {
    if (characters < 2 * MAX_KEPT_CHARACTERS) return;
    isCut = true;
    while (items.length && characters - sizeOf(items[0]) >= MAX_KEPT_CHARACTERS) {
      characters -= sizeOf(items[0]);
      items.shift();
    }
    const [first] = items;
    if (!first || !("kind" in first)) return;
    first.text = first.text.slice(Math.max(0, characters - MAX_KEPT_CHARACTERS));
    characters = items.reduce((sum, item) => sum + sizeOf(item), 0);
  }

  return {
    /** @param {Item} item that nobody else changes */
    add(item) {
      // A question is no longer there after a reload; its answer is.
      if ("block" in item && item.block === "question") return;
      const last = items.at(-1);
      if (last && "kind" in last && "kind" in item && last.kind === item.kind) last.text += item.text;
      else items.push(item);
      characters += sizeOf(item);
      trim();
      changed();
    },

    /** @param {Item[]} restored */
    start(restored) {
      items = restored;
      characters = items.reduce((sum, item) => sum + sizeOf(item), 0);
      isCut = false;
      changed();
    },

    /** @returns {Item[]} */
    items: () => (isCut ? [{ block: "note", text: inWords("Earlier output is not kept over a reload.") }, ...items] : items),
    changes: () => changes,
    /** @param {() => void} told of each change */
    watch: (told) => void (listener = told),
  };
}

/** @param {Item} item @returns {string} it, for the history */
function textOf(item) {
  if (!("block" in item)) return item.text;
  switch (item.block) {
    case "value":
      return `⇒ ${item.text}\n`;
    case "echo":
      return `λ ${item.text}\n`;
    case "error":
      return `${item.error.type || "error"}: ${item.error.message}\n`;
    case "note":
    case "fault":
      return `${item.text}\n`;
    case "view":
      return `${item.view.text}\n`;
    default:
      return "";
  }
}

/** @type {Pane} before there is one */
const NO_PANE = { changed() {}, cleared() {}, hurry() {}, text: () => "" };

export function createLog() {
  /** @type {Item[]} */
  const waiting = [];
  const journal = createJournal();
  let pane = NO_PANE;
  /** @type {(() => void)[]} */
  let drained = [];

  /** @param {...BlockItem | TextItem} items */
  function add(...items) {
    waiting.push(...items);
    for (const item of items) journal.add({ ...item });
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

    /** Something in the pane has grown by itself: its end stays in view. */
    grown: () => pane.changed(),

    /** Says that nothing waits any more. */
    isDrained() {
      for (const resolve of drained) resolve();
      drained = [];
    },

    /** Forgets all that is shown, also what is still on its way. */
    clear() {
      waiting.length = 0;
      journal.start([]);
      pane.cleared();
    },

    /** @param {import("./engine/protocol.js").Written[]} parts */
    write(parts) {
      for (const part of parts) {
        if (part[0] === "view") {
          add({ block: "view", view: part[1], size: JSON.stringify(part[1]).length });
          continue;
        }
        const [kind, text] = part;
        const last = waiting.at(-1);
        if (last && "text" in last && "kind" in last && last.kind === kind) last.text += text;
        else waiting.push({ kind, text });
        journal.add({ kind, text });
      }
      pane.changed();
    },

    /** @param {string} text a returned value, as printed @param {View | null} view that shows it besides */
    showValue(text, view) {
      if (view) add({ block: "value", text, view, size: text.length + JSON.stringify(view).length });
      else if (text.length <= LONG_VALUE_CHARACTERS) add({ block: "value", text });
      else add({ block: "break" }, { kind: "value", text: `⇒ ${text}\n` });
    },

    /** @param {string} text what was entered below the output */
    showEcho: (text) => add({ block: "echo", text }),

    /** @param {string} text a word of the page itself */
    showNote: (text) => add({ block: "note", text }),

    /**
     * @param {ProgramError} error
     * @param {string} code the text that its line is one of
     * @param {boolean} isEditor whether the program of the session is the one in the editor
     */
    showError: (error, code, isEditor) => add({ block: "error", error, code, isEditor }),

    /** @param {string} text @param {string} details of a defect of ours */
    showFault: (text, details) => add({ block: "fault", text, details }),

    /** @param {string} text said of an interpreter that needs the visitor to start it anew */
    showTrouble: (text) => add({ block: "trouble", text }),

    /** @param {import("./state/questions.js").Question} question stands there until it is no longer the state's */
    showQuestion: (question) => add({ block: "question", question }),

    /** Resolves once everything is shown. @returns {Promise<void>} */
    async drain() {
      pane.hurry();
      if (waiting.length) await new Promise((/** @type {(v: void) => void} */ r) => drained.push(r));
    },

    /** @returns {string} all that is shown */
    text: () => pane.text(),

    /** @returns {Item[]} what is to be kept for a reload */
    kept: journal.items,

    /** @returns {string} the same as text */
    keptText() {
      let all = "";
      for (const item of journal.items()) {
        if ("block" in item && all && !all.endsWith("\n")) all += "\n";
        all += textOf(item);
      }
      return all;
    },

    /** @returns {number} counts what is added and cleared */
    changes: journal.changes,
    watch: journal.watch,

    /**
     * Shows what was kept.
     * @param {Item[]} items
     * @param {string} told of them, below
     * @param {boolean} isKept whether that is still said after the next reload
     */
    restore(items, told, isKept) {
      /** @type {Item} */
      const note = { block: "note", text: told };
      journal.start([...items, ...(isKept ? [note] : [])].map((item) => ({ ...item })));
      waiting.unshift(...items, note);
      pane.changed();
    },
  };
}

/** @typedef {ReturnType<typeof createLog>} Log */
