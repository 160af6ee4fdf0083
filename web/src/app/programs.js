/** Puts programs into the editor that the visitor did not write: examples, and those of links. */
import { describeBudget, linkBudgetOf } from "../models/budget.js";
import { EXAMPLES } from "../panels/examples/programs.js";
import { makeLink, openLink } from "../sharing/link.js";

/**
 * @param {import("../state.js").Store} state
 * @param {typeof import("../storage.js").drafts} drafts
 */
export function createPrograms({ get, dispatch }, drafts) {
  /** @param {string} text @param {string} told @param {boolean} [isFromLink] */
  function replace(text, told, isFromLink = false) {
    const before = get().draft.text;
    if (before === text) {
      if (isFromLink) dispatch({ type: "link-opened" });
      return;
    }
    const isWorthKeeping = before.trim() && !EXAMPLES.some((example) => example.code === before);
    const previous = isWorthKeeping ? before : null;
    dispatch({ type: "program-replaced", text, isFromLink, previous });
    dispatch({ type: "banner-shown", text: told, previous });
  }

  /** Puts the program of a link into the editor. It never runs because of that. */
  function importLink() {
    const { hash } = location;
    if (!hash) return;
    const isReload = drafts.hasSeen(hash);
    const opened = openLink(hash);
    if (!opened) return;
    if ("problem" in opened) {
      if (!isReload) dispatch({ type: "banner-shown", text: opened.problem, previous: null });
      return;
    }
    dispatch({ type: "recording-cleared" });
    if (!isReload) {
      drafts.markSeen(hash);
      const limit = describeBudget(linkBudgetOf(get().settings));
      const told = limit ? ` It may use up to ${limit} of a paid model a run.` : "";
      replace(opened.code, `This program came with a link. Read it, then press Run.${told}`, true);
      drafts.save(opened.code);
    }
    if (opened.recording) dispatch({ type: "recording-loaded", code: opened.code, recording: opened.recording });
  }

  return {
    replace,

    /** Imports the link in the page's address, now and whenever there is another one. */
    listen() {
      importLink();
      window.addEventListener("hashchange", importLink);
    },

    /** Makes the page's address one that carries the program, and offers it. */
    share() {
      const url = makeLink(get().draft.text);
      drafts.markSeen(new URL(url).hash);
      history.replaceState(null, "", url);
      dispatch({ type: "dialog-opened", dialog: "share" });
    },
  };
}
