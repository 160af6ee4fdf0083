/** Breakpoints in the editor: those of the program, which are remembered for each that was debugged. */
import { breakpoints, setBreakpoints, showPlace } from "../../editor/breakpoints.js";
import { createBreakpointStore } from "../../storage/breakpoints.js";

/** Written once somebody pauses. */
const SAVE_MILLISECONDS = 500;

/** @param {import("../page.js").Page} page */
export function mountGutter({ get, dispatch, subscribe, editor }) {
  const store = createBreakpointStore();
  const isProgram = () => get().tabs.current === "";
  /** The program whose breakpoints were told last, and its text then. */
  let last = { number: get().draft.number, text: get().draft.text };
  let timer = 0;

  function save() {
    clearTimeout(timer);
    timer = 0;
    store.save();
  }

  function saveSoon() {
    clearTimeout(timer);
    timer = window.setTimeout(save, SAVE_MILLISECONDS);
  }

  /** @param {readonly number[]} lines of the program as it is now */
  function remember(lines) {
    const { text, number } = get().draft;
    if (number !== last.number) return; // another program has just come: below it gets its own
    store.set(text, lines, last.text);
    last = { number, text };
    saveSoon();
  }

  editor.extend(
    "breakpoints",
    breakpoints((lines) => {
      if (!isProgram()) return; // of a file beside the program
      const hadSome = get().debugging.breakpoints.length > 0;
      if (String(lines) !== String(get().debugging.breakpoints)) dispatch({ type: "breakpoints-changed", lines });
      if (lines.length || hadSome) remember(lines);
    }),
  );
  // Whoever has changed nothing writes over nothing that another tab has stored.
  addEventListener("pagehide", () => timer && save());
  subscribe(
    ({ draft }) => draft.number,
    () => {
      const { number, text } = get().draft;
      last = { number, text };
      const lines = store.of(text);
      queueMicrotask(() => isProgram() && editor.act((view) => setBreakpoints(view, lines)));
    },
  );
  let told = get().debugging.breakpoints;
  subscribe(
    ({ debugging }) => debugging.breakpoints,
    () => {
      const before = told;
      told = get().debugging.breakpoints;
      queueMicrotask(() => {
        // As they are by now: with those of a moment ago, two of these would undo one another for ever.
        const lines = get().debugging.breakpoints;
        const shown = store.of(get().draft.text);
        if (String(shown) === String(lines) || !isProgram()) return;
        // Taken away in the panel: the editor tells of a change that the state has had before, which is none.
        const isFewer = lines.length < before.length && lines.length < shown.length;
        if (isFewer && lines.every((line) => shown.includes(line))) remember(lines);
        editor.act((view) => setBreakpoints(view, lines));
      });
    },
  );
  subscribe(
    ({ debugging }) => debugging.pause,
    (pause) => queueMicrotask(() => isProgram() && editor.act((view) => showPlace(view, pause))),
  );
}
