/** The program: the editor (which typing.js has put here), brought up to date with the state. */

/** @param {import("../page.js").Page} page */
export function mount({ subscribe, editor }) {
  subscribe(({ draft }) => draft.text, editor.show);
  subscribe(({ draft }) => draft.problem, editor.showProblem);
  subscribe(({ library }) => library, editor.setLibrary);
}
