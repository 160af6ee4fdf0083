/**
 * What is needed to type: the editor with the program of the last visit. It stands before the rest of the
 * page's script (main.js) is there; what is pressed until then waits for it.
 */
import "./early.js"; // before all others: it decides what they find
import { createEdits } from "./app/edits.js";
import { firstProgram } from "./app/first-program.js";
import { listenForKeys } from "./app/keyboard.js";
import { createPatience } from "./app/patience.js";
import { byId } from "./dom.js";
import { createEditor } from "./editor/editor.js";
import { createState, firstState } from "./state.js";
import { text, textLater } from "./texts/texts.js";

const LOST = textLater("A part of the editor did not load: names are not completed, and there is no search. Reload the page to have them.");

const known = firstProgram();
export const state = createState(firstState(known));

export const edits = createEdits(state);
let runEditor = () => {};
const patience = createPatience(
  () => runEditor(),
  () => state.get().draft.number,
);
export const editor = createEditor({
  text: known.draft.text,
  onRun: patience.run,
  onChange: edits.onChange,
  onLost: () => state.dispatch({ type: "notice-shown", text: text(LOST) }),
});
byId("editor").append(editor.element);
listenForKeys(state.get, patience.run);

/** Does what was pressed so far. @param {() => void} run runs what is in the editor */
export function takeOver(run) {
  runEditor = run;
  patience.end();
}
