/** Which form of a program the cursor stands in: the model call around it, else the innermost list. */
import { syntaxTree } from "@codemirror/language";

/** Names of functions and forms that ask a model. */
const ASKS = /^(?:llm|agent|conversation|vector-store)\/|^(?:with-agent)$/;

/**
 * @param {import("@codemirror/state").EditorState} state
 * @returns {string} the text of the form, "" where there is none
 */
export function formAtCursor(state) {
  const { head } = state.selection.main;
  const { from, to, text } = state.doc.lineAt(head);
  // Beside a form on its line it is meant as well.
  const within = text.trim() ? [head, from + text.search(/\S/) + 1, to - 1] : [head];
  for (const at of within) {
    const lists = listsAround(state, at);
    const asking = lists.find((list) => ASKS.test(headOf(list)));
    const found = asking ?? lists[0];
    if (found) return found;
  }
  return "";
}

/** @param {string} list */
const headOf = (list) => /^\(\s*([^\s()[\]{}"';]+)/.exec(list)?.[1] ?? "";

/** @param {import("@codemirror/state").EditorState} state @param {number} at @returns {string[]} innermost first */
function listsAround(state, at) {
  const found = [];
  const tree = syntaxTree(state);
  for (const side of /** @type {const} */ ([-1, 1])) {
    for (let node = /** @type {any} */ (tree.resolveInner(at, side)); node; node = node.parent) {
      if (node.name === "List") found.push({ from: node.from, to: node.to });
    }
  }
  found.sort((a, b) => a.to - a.from - (b.to - b.from));
  return found.map((node) => state.doc.sliceString(node.from, node.to));
}
