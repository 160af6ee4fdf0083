/** What late-help.js brings: completion, documentation where the pointer rests, closing brackets, search, marks of errors. */
import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  moveCompletionSelection,
  startCompletion,
} from "@codemirror/autocomplete";
import { diagnosticCount, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, searchKeymap } from "@codemirror/search";
import { keymap } from "@codemirror/view";
import { createEditorHelp, isBehindWord } from "./editor-help.js";

/**
 * @param {import("@codemirror/state").EditorState} state
 * @param {number | null} from where the error is; null for none
 * @param {string} message
 * @returns {import("@codemirror/state").TransactionSpec} underlines the word there, and nothing else
 */
function problems(state, from, message) {
  if (from === null) return diagnosticCount(state) ? setDiagnostics(state, []) : {};
  const word = /^(?:[^\s()[\]{}"';]+|.)/.exec(state.doc.sliceString(from, from + 80));
  const to = from + (word ? word[0].length : 0);
  return setDiagnostics(state, [{ from, to, severity: "error", message }]);
}

export function createExtras() {
  const help = createEditorHelp();
  return {
    extensions: [
      keymap.of([
        // Enter always makes a new line: a list that pops up must not swallow it.
        { key: "Tab", run: acceptCompletion },
        { key: "Escape", run: closeCompletion },
        { key: "ArrowDown", run: moveCompletionSelection(true) },
        { key: "ArrowUp", run: moveCompletionSelection(false) },
        { key: "Ctrl-Space", run: startCompletion },
        ...closeBracketsKeymap,
        ...searchKeymap,
        ...lintKeymap,
      ]),
      closeBrackets(),
      help.extensions,
      highlightSelectionMatches(),
    ],
    complete: startCompletion,
    search: openSearchPanel,
    isBehindWord,
    problems,
    setLibrary: help.setLibrary,
  };
}

/** @typedef {ReturnType<typeof createExtras>} Extras */
