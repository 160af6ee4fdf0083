/**
 * The line below the output: evaluates in the session of the last run, and remembers its lines. Once it has
 * the focus it becomes a small editor; where that does not load, it goes on as a field of one line.
 */
import { byId, valueOf } from "../../dom.js";
import { loadPart } from "../../parts.js";
import { text } from "../../texts/texts.js";

const MAX_LINES = 200;

/** @param {import("../page.js").Page} page */
export function mount({ subscribe, evaluate }) {
  const field = /** @type {HTMLInputElement} */ (byId("repl"));
  /** @type {string[]} */
  const lines = [];
  let at = 0;
  let draft = "";
  /** What stands in the field. */
  let typed = "";
  let hasFocus = false;
  let isComing = false;

  /** @param {string} code */
  function enter(code) {
    if (lines.at(-1) !== code) lines.push(code);
    if (lines.length > MAX_LINES) lines.shift();
    at = lines.length;
    draft = "";
    void evaluate(code);
  }

  /** @param {number} step @param {string} now what stands there now @returns {string | null} null: there is no other */
  function turn(step, now) {
    if (at === lines.length) draft = now;
    const to = Math.min(lines.length, Math.max(0, at + step));
    if (to === at) return null;
    at = to;
    return at === lines.length ? draft : lines[at];
  }

  async function becomeEditor() {
    if (isComing) return;
    isComing = true;
    const loaded = await loadPart(() => import("../../editor/line-editor.js")).catch(() => null);
    isComing = loaded !== null; // it is tried again at the next focus
    if (!loaded) return;
    const attributes = { id: "repl", "data-testid": "repl", "aria-label": text("Evaluate in the session of the last run (Enter evaluates, Shift+Enter begins a line)") };
    const hint = text("Try a line with what the program defined");
    const editor = loaded.createLineEditor({ text: typed, attributes, hint, onEnter: enter, onHistory: turn });
    const isFocused = hasFocus;
    field.replaceWith(editor.element);
    if (isFocused) editor.focus();
    subscribe(({ library }) => library, editor.setLibrary);
  }

  field.addEventListener("focus", () => {
    hasFocus = true;
    void becomeEditor();
  });
  field.addEventListener("blur", () => {
    hasFocus = false;
  });
  field.addEventListener("input", (event) => {
    typed = valueOf(event);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      const code = valueOf(event).trim();
      if (!code) return;
      event.preventDefault();
      enter(code);
      field.value = typed = "";
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      const entry = turn(event.key === "ArrowUp" ? -1 : 1, valueOf(event));
      if (entry !== null) field.value = typed = entry;
    }
  });
}
