/** The line below the output: evaluates in the session of the last run, and remembers its lines. */
import { byId, valueOf } from "../../dom.js";

const MAX_LINES = 200;

/** @param {import("../page.js").Page} page */
export function mount({ evaluate }) {
  const field = /** @type {HTMLInputElement} */ (byId("repl"));
  /** @type {string[]} */
  const lines = [];
  let at = 0;
  let draft = "";

  /** @param {string} code */
  function enter(code) {
    if (lines.at(-1) !== code) lines.push(code);
    if (lines.length > MAX_LINES) lines.shift();
    at = lines.length;
    field.value = draft = "";
    evaluate(code);
  }

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      const code = valueOf(event).trim();
      if (!code) return;
      event.preventDefault();
      enter(code);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      if (at === lines.length) draft = valueOf(event);
      at = Math.min(lines.length, Math.max(0, at + (event.key === "ArrowUp" ? -1 : 1)));
      field.value = at === lines.length ? draft : lines[at];
    }
  });
}
