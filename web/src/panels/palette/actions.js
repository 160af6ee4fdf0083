/**
 * All that can be done in the page, with its keys: the palette offers it, and is the help for the keyboard.
 * Most press a button that stands in the page, so that there is one way to do each thing.
 */
import { byId } from "../../dom.js";
import { text, textLater } from "../../texts/texts.js";

/**
 * @typedef {import("../page.js").Page} Page
 *
 * @typedef {object} Action
 * @property {string} title
 * @property {string} [keys] that do it without the palette
 * @property {string} [press] the button that does it
 * @property {(page: Page) => void} [act] what does it, if no button does
 */

/** @param {Page} page */
const focusEditor = ({ editor }) => editor.insert("");

/** @type {Action[]} */
export const ACTIONS = [
  { title: textLater("Run the program"), keys: "Ctrl+Enter", press: "run" },
  { title: textLater("Stop the program"), press: "stop" },
  { title: textLater("Examples …"), press: "examples" },
  { title: textLater("History: earlier programs and what they printed …"), press: "history" },
  { title: textLater("Share: link, QR code, files …"), press: "share" },
  { title: textLater("Load a program from an address or a gist …"), act: ({ dispatch }) => dispatch({ type: "dialog-opened", dialog: "fetching" }) },
  { title: textLater("Settings: which model answers …"), press: "settings" },
  { title: textLater("Tour in ten steps"), press: "learn-tour" },
  { title: textLater("Manual"), press: "learn-manual" },
  { title: textLater("All names of the language"), press: "learn-names" },
  { title: textLater("Help: source, problems, version"), press: "learn" },
  { title: textLater("Change the colours"), press: "theme" },
  { title: textLater("Choose files …"), press: "choose-files" },
  { title: textLater("New file"), press: "new-file" },
  { title: textLater("Go to the files"), keys: textLater("then arrows, Enter, F2, Delete"), act: ({ dispatch }) => dispatch({ type: "files-wanted" }) },
  { title: textLater("Copy the output"), press: "copy-output" },
  { title: textLater("Clear the output"), press: "clear" },
  { title: textLater("Go to the program"), act: focusEditor },
  { title: textLater("Go to the output"), act: () => byId("output").focus() },
  { title: textLater("Go to the line below the output"), act: () => byId("repl").focus() },
  { title: textLater("Change the width of the two halves"), keys: textLater("arrow keys, Home, End, Enter"), act: () => byId("divider").focus() },
  { title: textLater("Start the interpreter anew"), act: ({ restart }) => void restart() },
  { title: textLater("Find and replace in the program"), keys: "Ctrl+F", act: focusEditor },
  { title: textLater("Complete the name at the cursor"), keys: "Ctrl+Space", act: focusEditor },
  { title: textLater("Comment lines out, and in"), keys: "Ctrl+/", act: focusEditor },
  { title: textLater("Fold the form at the cursor"), keys: "Ctrl+Shift+[", act: focusEditor },
  { title: textLater("Undo in the program"), keys: "Ctrl+Z", act: focusEditor },
  { title: textLater("Leave the editor by keyboard"), keys: textLater("Escape, then Tab"), act: focusEditor },
];

/** @param {string} wanted @returns {Action[]} those in which all of its words stand */
export function findActions(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return ACTIONS.filter(({ title, keys = "" }) => words.every((word) => `${title} ${text(title)} ${keys}`.toLowerCase().includes(word)));
}

/** @param {Action} action @param {Page} page */
export function perform({ press, act }, page) {
  if (press) byId(press).click();
  else act?.(page);
}
