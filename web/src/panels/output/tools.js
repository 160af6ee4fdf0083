/** What those who show something in the output pane need of the page. */
import { highlightLisp } from "../../editor/highlighting.js";
import { makeLink } from "../../sharing/link.js";
import { countText, text } from "../../texts/texts.js";
import { createChoices } from "./choices.js";

/** @param {import("../page.js").Page} page */
export function createTools({ loadViews, loadCharts, log, dispatch, programs }) {
  /** @param {() => Promise<any>} load @returns {() => Promise<any>} the same, once; null where it cannot be had */
  function once(load) {
    /** @type {Promise<any> | undefined} */
    let loading;
    return () =>
      (loading ??= load().catch((error) => {
        console.warn("output is shown as text only:", error);
        loading = undefined;
        return null;
      }));
  }

  return {
    choices: createChoices(),
    loadViews: once(loadViews),
    loadCharts: once(loadCharts),
    grown: log.grown,
    highlightLisp,
    // What is loaded later has no catalogue of its own.
    text,
    countText,
    linkTo: (/** @type {string} */ code) => makeLink({ code }),
    putIntoEditor: programs.takeFromModel,
    /** @param {string} copied @param {string} told once it is done */
    async copy(copied, told) {
      const said = await navigator.clipboard.writeText(copied).then(
        () => told,
        () => text("The browser did not allow copying"),
      );
      dispatch({ type: "said", text: said });
    },
  };
}

/** @typedef {ReturnType<typeof createTools>} Tools */
