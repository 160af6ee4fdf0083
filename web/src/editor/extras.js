/** What late-help.js brings: completion, documentation where the pointer rests, closing brackets, search, marks of errors. */
import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  moveCompletionSelection,
  startCompletion,
} from "@codemirror/autocomplete";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, searchKeymap } from "@codemirror/search";
import { keymap } from "@codemirror/view";
import { createCommands } from "./commands.js";
import { createEditorHelp, isBehindWord } from "./editor-help.js";
import { createMistakes, problems } from "./mistakes.js";
import { createSignatureHelp } from "./signature.js";

/**
 * @typedef {object} Asked what the editor gets from the page once that is there
 * @property {import("./service-types.js").Services} services
 * @property {import("./service-types.js").Lists} lists
 * @property {(text: string) => void} say
 * @property {(name: string) => void} explain opens all that is known of a name of the language
 */

export function createExtras() {
  /** @type {Asked | null} */
  let asked = null;
  const getServices = () => asked?.services ?? null;
  const help = createEditorHelp(
    getServices,
    () => asked?.lists ?? null,
    () => asked?.explain ?? null,
  );
  const commands = createCommands(getServices, (text) => asked?.say(text));
  return {
    extensions: [
      keymap.of([
        // Enter always makes a new line: a list that pops up must not swallow it.
        { key: "Tab", run: acceptCompletion },
        { key: "Escape", run: closeCompletion },
        { key: "ArrowDown", run: moveCompletionSelection(true) },
        { key: "ArrowUp", run: moveCompletionSelection(false) },
        { key: "Ctrl-Space", run: startCompletion },
        ...commands.keys,
        ...closeBracketsKeymap,
        ...searchKeymap,
        ...lintKeymap,
      ]),
      closeBrackets(),
      help.extensions,
      createSignatureHelp(getServices),
      createMistakes(getServices),
      commands.clicks,
      highlightSelectionMatches(),
    ],
    complete: startCompletion,
    search: openSearchPanel,
    isBehindWord,
    problems,
    format: commands.format,
    /** @param {Asked} given */
    connect: (given) => (asked = given),
    setLibrary: help.setLibrary,
  };
}

/** @typedef {ReturnType<typeof createExtras>} Extras */
