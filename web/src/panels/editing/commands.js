/** The keys of the editor, and what they do; those of structural editing name a function of lisp-structure.js. */
import { text, textLater } from "../../texts/texts.js";

/**
 * @typedef {"slurpForward" | "barfForward" | "slurpBackward" | "barfBackward" | "raise" | "wrap" | "splice"
 *   | "transpose" | "forward" | "backward" | "up" | "down"} Structural
 * @typedef {{keys: string[], what: string, command?: Structural}} Command
 */

/** @type {Command[]} */
export const STRUCTURAL = [
  { command: "slurpForward", keys: ["Ctrl-Alt-ArrowRight", "Ctrl-)"], what: textLater("Take the next form into the list") },
  { command: "barfForward", keys: ["Ctrl-Alt-ArrowLeft", "Ctrl-}"], what: textLater("Let the last form out of the list") },
  { command: "slurpBackward", keys: ["Ctrl-Alt-Shift-ArrowLeft", "Ctrl-("], what: textLater("Take the form before into the list") },
  { command: "barfBackward", keys: ["Ctrl-Alt-Shift-ArrowRight", "Ctrl-{"], what: textLater("Let the first form out of the list") },
  { command: "raise", keys: ["Alt-r"], what: textLater("Put the form into the place of the list around it") },
  { command: "wrap", keys: ["Alt-w", "Alt-("], what: textLater("Put brackets around the form") },
  { command: "splice", keys: ["Alt-s"], what: textLater("Take the brackets around the cursor away") },
  { command: "transpose", keys: ["Alt-t", "Ctrl-Alt-t"], what: textLater("Swap the forms before and behind the cursor") },
  { command: "forward", keys: ["Ctrl-Alt-f"], what: textLater("Go behind the next form") },
  { command: "backward", keys: ["Ctrl-Alt-b"], what: textLater("Go before the form before") },
  { command: "up", keys: ["Ctrl-Alt-u"], what: textLater("Go out of the list") },
  { command: "down", keys: ["Ctrl-Alt-d"], what: textLater("Go into the next list") },
];

/** @type {Command[]} */
export const OTHERS = [
  { keys: ["Ctrl-Enter"], what: textLater("Run the program") },
  { keys: ["Alt-Enter", "Ctrl-Alt-Enter"], what: textLater("Evaluate the form at the cursor, or the selection") },
  { keys: ["Alt-PageDown", "Alt-PageUp"], what: textLater("Go to the next tab, or the one before") },
  { keys: ["F2"], what: textLater("Rename the file whose tab has the focus") },
  { keys: ["Delete"], what: textLater("Close the tab that has the focus; its file stays") },
  { keys: ["Alt-ArrowLeft", "Alt-ArrowRight"], what: textLater("Move the tab that has the focus") },
  { keys: ["Ctrl-Space"], what: textLater("Complete a name") },
  { keys: ["Ctrl-f"], what: textLater("Search") },
  { keys: ["Ctrl-z", "Ctrl-y"], what: textLater("Undo, redo") },
  { keys: ["Ctrl-/"], what: textLater("Comment lines out, or in again") },
  { keys: ["Alt-ArrowUp", "Alt-ArrowDown"], what: textLater("Move lines") },
  { keys: [textLater("Escape, then Tab")], what: textLater("Leave the editor") },
];

const NAMES = [
  ["ArrowRight", "→"],
  ["ArrowLeft", "←"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["PageDown", textLater("Page down")],
  ["PageUp", textLater("Page up")],
];

/** @param {string} key as the editor writes it @returns {string} as people read it */
export function nameOfKey(key) {
  const words = NAMES.reduce((name, [from, to]) => name.replace(from, text(to)), text(key));
  return words.replace(/-(?=.)/g, " + ").replace(/\b[a-z]$/, (letter) => letter.toUpperCase());
}
