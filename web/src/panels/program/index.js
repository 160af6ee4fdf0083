/** The program: the editor (which typing.js has put here), brought up to date with the state. */

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, subscribe, editor, services }) {
  const lists = { files: () => [...get().files.keys()], models: services.models };
  editor.connect({
    services,
    lists,
    say: (text) => dispatch({ type: "notice-shown", text }),
    explain: (name) => dispatch({ type: "learn-opened", place: `name/${name}` }),
  });
  subscribe(({ draft }) => draft.text, editor.show);
  /** The file that has a mark. */
  let marked = "";
  subscribe(
    ({ draft }) => draft.problem,
    (problem) => {
      if (marked) editor.showProblem(null, marked);
      marked = problem?.inFile?.file ?? "";
      editor.showProblem(problem);
      if (problem?.inFile) editor.showProblem({ ...problem, ...problem.inFile }, marked);
    },
  );
  subscribe(({ library }) => library, editor.setLibrary);
}
