/** The program: the editor, brought up to date with the state. What is typed becomes part of that. */
import { byId } from "../../dom.js";

/** @param {import("../page.js").Page} page */
export function mount({ subscribe, editor }) {
  byId("editor").append(editor.element);
  subscribe(({ draft }) => draft.text, editor.show);
  subscribe(({ draft }) => draft.problem, editor.showProblem);
  subscribe(({ library }) => library, editor.setLibrary);
}
