/** The line of the history that says how many programs there are, and deletes all of them if one wants that. */
import { byId, element } from "../../dom.js";
import { countText, text } from "../../texts/texts.js";
import { programsOf } from "./words.js";

/**
 * @param {import("../../storage/history.js").History} history
 * @param {() => Promise<void>} refresh shows the list anew
 */
export function createDeleteAll(history, refresh) {
  const box = byId("history-all");
  /** Those that were deleted since the history was opened, and would be there again. @type {string[]} */
  let gone = [];
  let isAsking = false;
  let count = 0;
  /** What the focus goes to when the line changes. @type {HTMLElement | null} */
  let first = null;

  /** @param {string} label @param {string} testId @param {() => void} onclick */
  const button = (label, testId, onclick) =>
    element("button", { type: "button", class: "small", "data-testid": testId, onclick }, label);

  /** @param {boolean} asking */
  function ask(asking) {
    isAsking = asking;
    show();
    first?.focus(); // who presses a key twice has deleted nothing
  }

  async function remove() {
    isAsking = false;
    gone = await history.markAllDeleted();
    await refresh();
  }

  async function takeBack() {
    const ids = gone;
    gone = [];
    await history.takeBack(ids);
    await refresh();
  }

  /** @returns {HTMLElement[]} the line, with the harmless button last */
  function build() {
    if (isAsking && count) {
      const words = countText(
        "Delete the program, with every version and output, also what is marked “Always keep”?",
        "Delete all {n} programs, with every version and output, also what is marked “Always keep”?",
        count,
      );
      return [
        element("span", {}, words),
        button(text("Delete all"), "history-all-yes", () => void remove()),
        button(text("Keep them"), "history-all-no", () => ask(false)),
      ];
    }
    if (gone.length) {
      const words = text("{what} deleted: for good, once this window is closed.", { what: programsOf(gone.length) });
      return [element("span", {}, words), button(text("Undo"), "history-all-undo", () => void takeBack())];
    }
    return count ? [button(text("Delete all …"), "history-all", () => ask(true))] : [];
  }

  function show() {
    const parts = build();
    first = parts.at(-1) ?? null;
    box.replaceChildren(...parts);
  }

  return {
    /** @param {number} programs that are there */
    show(programs) {
      count = programs;
      show();
    },

    /** The history was closed: what was deleted in it is gone for good. */
    close() {
      isAsking = false;
      if (gone.length) void history.erase(gone, true).catch(() => {});
      gone = [];
    },
  };
}
