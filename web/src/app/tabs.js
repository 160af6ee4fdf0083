/**
 * The tabs of the editor: the program, which Run runs whichever tab is shown, and beside it files that the
 * program can `load`, `import` or read. To close a tab leaves its file where it is; a file that is deleted
 * takes its tab along, and brings it back when it comes back itself.
 */
import { freeName } from "../storage/file-names.js";
import { textOfFile } from "../storage/file-text.js";
import { openTabs } from "../storage/open-tabs.js";
import { text as inWords } from "../texts/texts.js";

/** What a new file is called until somebody says otherwise. */
const NEW_NAME = "lib.lisp";

/**
 * @typedef {import("../state.js").State} State
 *
 * @typedef {object} Parts
 * @property {import("../state.js").Store} state
 * @property {import("../editor/editor.js").Editor} editor
 * @property {import("./files.js").Files} files
 * @property {Pick<import("./interpreter.js").Interpreter, "nameSeen" | "bringNames" | "bringFile">} interpreter
 * @property {import("../storage/open-tabs.js").OpenTabs} [stored] for tests
 */

/** Of the files of a link so many are opened. */
const MOST_OPENED = 20;
/** A link takes files of so many bytes along. */
const MAX_SHARED_BYTES = 200_000;

/**
 * @param {Pick<State, "tabs" | "files">} state
 * @param {(place: string) => string | null} nameSeen what the program in the editor calls a file
 * @returns {{files: Map<string, Uint8Array<ArrayBuffer>>, left: string[]}} what a link takes along, since it is open
 *   beside the program; and what it leaves, since it is too large
 */
export function filesBeside(state, nameSeen) {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const files = new Map();
  const left = [];
  let size = 0;
  for (const place of listOpen(state)) {
    const [name, bytes] = [nameSeen(place), state.files.get(place)];
    if (name === null || !bytes) continue;
    size += bytes.length;
    if (size <= MAX_SHARED_BYTES) files.set(name, bytes);
    else left.push(place);
  }
  return { files, left };
}

/** @param {string} text @returns {string} as the editor has it */
const withLineFeeds = (text) => text.replace(/\r\n?/g, "\n");

/** @param {Pick<State, "tabs" | "files">} state @returns {string[]} the files that have a tab now */
const listOpen = ({ tabs, files }) => tabs.names.filter((name) => files.has(name));

/** @param {Parts} parts */
export function createTabs({ state: { get, dispatch, subscribe }, editor, files, interpreter, stored = openTabs }) {
  /** What the editor was given last of each open file. @type {Map<string, Uint8Array | undefined>} */
  const given = new Map();
  /** @type {Promise<unknown>} resolves once files that lie in the browser, or came with a link, are there */
  let arriving = Promise.resolve();

  /** @param {string} name @returns {string | null} */
  function textOf(name) {
    const bytes = get().files.get(name);
    const text = bytes ? textOfFile(bytes) : null;
    return text === null ? null : withLineFeeds(text);
  }

  /** @param {Partial<State["tabs"]>} change */
  const change = (change) => dispatch({ type: "tabs-changed", tabs: { ...get().tabs, ...change } });

  /** @param {string} name "" for the program @returns {boolean} whether it is shown now */
  function show(name) {
    const text = name ? textOf(name) : "";
    if (text === null) return false;
    get(); // what was typed last into another one is told before that goes
    editor.open(name, text);
    given.set(name, get().files.get(name));
    if (get().tabs.current !== name) change({ current: name });
    return true;
  }

  /** @param {string} name of a file @returns {boolean} whether it has a tab now, and is shown */
  function open(name) {
    if (textOf(name) === null) {
      if (get().files.has(name)) dispatch({ type: "said", text: inWords("{name} is no text that can be edited here: open it in Files", { name }) });
      return false;
    }
    const { tabs } = get();
    if (!tabs.names.includes(name)) change({ names: [...tabs.names, name] });
    return show(name);
  }

  /** What programs, or other tabs of the browser, did to open files. */
  function followFiles() {
    const state = get();
    for (const name of listOpen(state)) {
      const bytes = state.files.get(name);
      if (!given.has(name) || given.get(name) === bytes) continue;
      given.set(name, bytes);
      const text = textOf(name);
      if (text !== null) editor.update(name, text);
      else close(name);
    }
    if (state.tabs.current && !state.files.has(state.tabs.current)) show("");
  }

  /** @param {string} name of the tab that goes; its file stays */
  function close(name) {
    const { names: all, current } = get().tabs;
    const at = all.indexOf(name);
    if (at < 0) return;
    if (current === name) show(listOpen(get()).filter((each) => each !== name)[Math.max(0, at - 1)] ?? "");
    change({ names: all.filter((each) => each !== name) });
    editor.forget(name);
    given.delete(name);
  }

  /** Which files are open, and what a link's program calls them. */
  function save() {
    const { tabs, link } = get();
    /** @type {[string, string][]} */
    const seen = [];
    for (const place of link.isFromLink ? tabs.names : []) {
      const name = interpreter.nameSeen(place);
      if (name !== null) seen.push([name, place]);
    }
    stored.save({ names: [...tabs.names], current: tabs.current, seen }, !link.isFromLink);
  }

  subscribe(({ files: all }) => all, followFiles, { now: false });
  subscribe(({ draft }) => draft.number, () => void show(""), { now: false });

  return {
    show,
    open,
    close,

    /** Makes a file beside the program and shows it. @returns {string} its name */
    create() {
      const name = files.write(freeName(NEW_NAME, get().files.keys()), new Uint8Array());
      open(name);
      return name;
    },

    /** @param {string} name @param {string} wanted @returns {string} what the file is called now */
    rename(name, wanted) {
      const { tabs } = get();
      const next = files.rename(name, wanted);
      if (next === name) return name;
      if (tabs.names.includes(name)) {
        editor.rename(name, next);
        given.delete(name);
        given.set(next, get().files.get(next));
        const current = tabs.current === name ? next : tabs.current;
        change({ names: tabs.names.map((each) => (each === name ? next : each)), current });
        if (current === next) show(next);
      }
      if (next !== wanted.trim()) dispatch({ type: "said", text: inWords("That name is taken or cannot be used: it is {name} now", { name: next }) });
      return next;
    },

    /** Puts a tab before or behind its neighbour. @param {string} name @param {number} step */
    move(name, step) {
      const shown = listOpen(get());
      const other = shown[shown.indexOf(name) + step];
      if (other) this.put(name, other);
    },

    /** Puts a tab into the place of another one. @param {string} name @param {string} other */
    put(name, other) {
      const { names: all } = get().tabs;
      const to = all.indexOf(other);
      if (to < 0 || name === other || !all.includes(name)) return;
      change({ names: all.filter((each) => each !== name).toSpliced(to, 0, name) });
    },

    /** Shows the next tab, or the one before. @param {number} step */
    turn(step) {
      const all = ["", ...listOpen(get())];
      show(all[(all.indexOf(get().tabs.current) + step + all.length) % all.length]);
      editor.focus();
    },

    /** Puts the cursor to a place. @param {string} file "" for the program @param {number} line @param {number} column */
    jumpTo(file, line, column) {
      if (file ? open(file) : show("")) editor.jumpTo(line, column);
    },

    /**
     * Brings the files of a link along, and opens those that are texts.
     * @param {Map<string, Uint8Array<ArrayBuffer>>} brought
     * @param {() => void} [done]
     */
    bring(brought, done = () => {}) {
      const { number } = get().draft;
      // They must not take the names of files that come out of the browser's storage.
      arriving = arriving.then(() => {
        if (get().draft.number !== number) return;
        const names = [...brought].map(([name, bytes]) => interpreter.bringFile(name, bytes));
        const texts = names.filter((name) => textOf(name) !== null).slice(0, MOST_OPENED);
        change({ names: [...new Set([...get().tabs.names, ...texts])] });
        done();
      });
    },

    /** What a link takes along. */
    beside: () => filesBeside(get(), interpreter.nameSeen),

    /** Resolves once the files are there. @returns {Promise<unknown>} */
    arrived: () => arriving,

    /** Opens what was open before a reload, once the files are there. @param {Promise<unknown>} restored */
    start(restored) {
      const kept = stored.load();
      const { number } = get().draft;
      arriving = restored.then(() => {
        const isSame = get().draft.number === number;
        if (isSame && get().link.isFromLink) interpreter.bringNames(kept.seen);
        change({ names: [...new Set([...kept.names, ...get().tabs.names])] });
        if (isSame && kept.current && !get().tabs.current) show(kept.current);
        subscribe(({ tabs }) => tabs, save, { now: false });
      });
      arriving.catch(() => {}); // then there are none
    },
  };
}

/** @typedef {ReturnType<typeof createTabs>} Tabs */
