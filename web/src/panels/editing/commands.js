/** The keys of the editor, and what they do; those of structural editing name a function of lisp-structure.js. */

/**
 * @typedef {"slurpForward" | "barfForward" | "slurpBackward" | "barfBackward" | "raise" | "wrap" | "splice"
 *   | "transpose" | "forward" | "backward" | "up" | "down"} Structural
 * @typedef {{keys: string[], what: string, command?: Structural}} Command
 */

/** @type {Command[]} */
export const STRUCTURAL = [
  { command: "slurpForward", keys: ["Ctrl-Alt-ArrowRight", "Ctrl-)"], what: "Take the next form into the list" },
  { command: "barfForward", keys: ["Ctrl-Alt-ArrowLeft", "Ctrl-}"], what: "Let the last form out of the list" },
  { command: "slurpBackward", keys: ["Ctrl-Alt-Shift-ArrowLeft", "Ctrl-("], what: "Take the form before into the list" },
  { command: "barfBackward", keys: ["Ctrl-Alt-Shift-ArrowRight", "Ctrl-{"], what: "Let the first form out of the list" },
  { command: "raise", keys: ["Alt-r"], what: "Put the form into the place of the list around it" },
  { command: "wrap", keys: ["Alt-w", "Alt-("], what: "Put brackets around the form" },
  { command: "splice", keys: ["Alt-s"], what: "Take the brackets around the cursor away" },
  { command: "transpose", keys: ["Alt-t", "Ctrl-Alt-t"], what: "Swap the forms before and behind the cursor" },
  { command: "forward", keys: ["Ctrl-Alt-f"], what: "Go behind the next form" },
  { command: "backward", keys: ["Ctrl-Alt-b"], what: "Go before the form before" },
  { command: "up", keys: ["Ctrl-Alt-u"], what: "Go out of the list" },
  { command: "down", keys: ["Ctrl-Alt-d"], what: "Go into the next list" },
];

/** @type {Command[]} */
export const OTHERS = [
  { keys: ["Ctrl-Enter"], what: "Run the program" },
  { keys: ["Alt-Enter", "Ctrl-Alt-Enter"], what: "Evaluate the form at the cursor, or the selection" },
  { keys: ["Alt-PageDown", "Alt-PageUp"], what: "Go to the next tab, or the one before" },
  { keys: ["F2"], what: "Rename the file whose tab has the focus" },
  { keys: ["Delete"], what: "Close the tab that has the focus; its file stays" },
  { keys: ["Alt-ArrowLeft", "Alt-ArrowRight"], what: "Move the tab that has the focus" },
  { keys: ["Ctrl-Space"], what: "Complete a name" },
  { keys: ["Ctrl-f"], what: "Search" },
  { keys: ["Ctrl-z", "Ctrl-y"], what: "Undo, redo" },
  { keys: ["Ctrl-/"], what: "Comment lines out, or in again" },
  { keys: ["Alt-ArrowUp", "Alt-ArrowDown"], what: "Move lines" },
  { keys: ["Escape, then Tab"], what: "Leave the editor" },
];

const NAMES = [
  ["ArrowRight", "→"],
  ["ArrowLeft", "←"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["PageDown", "Page down"],
  ["PageUp", "Page up"],
];

/** @param {string} key as the editor writes it @returns {string} as people read it */
export function nameOfKey(key) {
  const words = NAMES.reduce((text, [from, to]) => text.replace(from, to), key);
  return words.replace(/-(?=.)/g, " + ").replace(/\b[a-z]$/, (letter) => letter.toUpperCase());
}
