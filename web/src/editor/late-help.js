/**
 * What helps in the editor and is not needed to type: completion, documentation, closing brackets,
 * search and the marks of errors (extras.js). It comes when the page has time, or is asked for it; what was asked for is done then.
 */
import { Compartment } from "@codemirror/state";
import { ViewPlugin, keymap } from "@codemirror/view";
import { loadPart } from "../parts.js";

/** The page itself goes first, but not for longer. */
const MOST_MILLISECONDS = 1000;
/** Where a browser does not say when it has time. */
const WAIT_MILLISECONDS = 300;

/** @typedef {import("@codemirror/view").EditorView} EditorView */
/** @typedef {import("./extras.js").Extras} Extras */

/** @param {() => void} act when the browser has nothing else to do */
function whenIdle(act) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(act, { timeout: MOST_MILLISECONDS });
  else setTimeout(act, WAIT_MILLISECONDS);
}

/**
 * @param {() => void} onLost hears once that it cannot be loaded
 * @param {() => Promise<{createExtras: () => Extras}>} [fetchExtras] for tests
 */
export function createLateHelp(onLost, fetchExtras = () => loadPart(() => import("./extras.js"))) {
  const place = new Compartment();
  /** @type {Parameters<Extras["setLibrary"]>[0]} what they will be told */
  let library = [];
  /** What they will be given. @type {import("./extras.js").Asked | null} */
  let asked = null;
  /** @type {Extras | null} */
  let extras = null;
  /** @type {Promise<Extras | null> | null} null: not asked for, or failed */
  let coming = null;
  let isLost = false;

  async function fetchThem() {
    try {
      const { createExtras } = await fetchExtras();
      extras = createExtras();
      extras.setLibrary(library);
      if (asked) extras.connect(asked);
    } catch (error) {
      console.warn("the editor goes without its help:", error);
      coming = null; // whoever asks for it has it tried again
      if (!isLost) onLost();
      isLost = true;
    }
    return extras;
  }

  const load = () => (coming ??= fetchThem());
  /** @type {Promise<Extras | null> | null} */
  let atRest = null;
  const loadAtRest = () => (atRest ??= new Promise((resolve) => whenIdle(() => resolve(load()))));

  /** Gives them to an editor that was made before they were here. @param {EditorView} view */
  function fill(view) {
    const given = place.get(view.state);
    if (!extras || !given || given === extras.extensions) return;
    view.dispatch({ effects: place.reconfigure(extras.extensions) });
  }

  /** @param {(extras: Extras) => (view: EditorView) => unknown} choose @returns {(view: EditorView) => boolean} does it when it can */
  const wait = (choose) => (view) => {
    void load().then((there) => {
      fill(view);
      if (there) choose(there)(view);
    });
    return true;
  };

  const waiting = keymap.of([
    { key: "Ctrl-Space", run: wait(({ complete }) => complete) },
    { key: "Mod-f", run: wait(({ search }) => search) },
  ]);

  /** An editor shows a text: at first, and whenever it is another one. @param {EditorView} view */
  function watch(view) {
    let hasChanged = false;
    void loadAtRest().then((there) => {
      fill(view);
      if (hasChanged && there?.isBehindWord(view)) there.complete(view);
    });
    return {
      update(/** @type {import("@codemirror/view").ViewUpdate} */ { docChanged }) {
        hasChanged ||= docChanged;
      },
    };
  }
  const watcher = ViewPlugin.define(watch);

  return {
    /** @returns {import("@codemirror/state").Extension} what stands for them in a text that is made now */
    extension: () => [place.of(extras ? extras.extensions : waiting), watcher],

    /** Has something done by them, now or when they have come. @param {(extras: Extras) => void} act */
    whenThere(act) {
      if (extras) act(extras);
      else void loadAtRest().then((there) => there && act(there));
    },

    /** @param {import("./extras.js").Asked} given what the language can be asked by */
    connect(given) {
      asked = given;
      extras?.connect(given);
    },

    /** @param {typeof library} entries the documentation of the language */
    setLibrary(entries) {
      library = entries;
      extras?.setLibrary(entries);
    },
  };
}
