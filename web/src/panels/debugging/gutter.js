/** Breakpoints in the editor: those of the program, which are remembered for each that was debugged. */
import { breakpoints, setBreakpoints, showPlace } from "../../editor/breakpoints.js";

/** Of so many programs. */
const MOST_REMEMBERED = 50;

/** @param {import("../page.js").Page} page */
export function mountGutter({ get, dispatch, subscribe, editor }) {
  /** @type {Map<string, readonly number[]>} by the text of the program */
  const remembered = new Map();
  const isProgram = () => get().tabs.current === "";

  editor.extend(
    "breakpoints",
    breakpoints((lines) => {
      if (!isProgram()) return; // of a file beside the program
      const { text } = get().draft;
      if (String(lines) !== String(get().debugging.breakpoints)) dispatch({ type: "breakpoints-changed", lines });
      remembered.delete(text);
      remembered.set(text, lines);
      if (remembered.size > MOST_REMEMBERED) remembered.delete([...remembered.keys()][0]);
    }),
  );
  subscribe(
    ({ draft }) => draft.number,
    () => {
      const lines = remembered.get(get().draft.text) ?? [];
      queueMicrotask(() => isProgram() && editor.act((view) => setBreakpoints(view, lines)));
    },
  );
  subscribe(
    ({ debugging }) => debugging.breakpoints,
    (lines) =>
      queueMicrotask(() => {
        const shown = remembered.get(get().draft.text) ?? [];
        if (String(shown) !== String(lines) && isProgram()) editor.act((view) => setBreakpoints(view, lines));
      }),
  );
  subscribe(
    ({ debugging }) => debugging.pause,
    (pause) => queueMicrotask(() => isProgram() && editor.act((view) => showPlace(view, pause))),
  );
}
