/** The line below the output: evaluates in the session of the last run, and remembers its lines. */

const MAX_LINES = 200;

/**
 * @param {HTMLInputElement} field
 * @param {(code: string) => void} onEnter
 */
export function createRepl(field, onEnter) {
  /** @type {string[]} */
  const lines = [];
  let at = 0;
  let draft = "";

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      const code = field.value.trim();
      if (!code) return;
      event.preventDefault();
      if (lines.at(-1) !== code) lines.push(code);
      if (lines.length > MAX_LINES) lines.shift();
      at = lines.length;
      field.value = draft = "";
      onEnter(code);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      if (at === lines.length) draft = field.value;
      at = Math.min(lines.length, Math.max(0, at + (event.key === "ArrowUp" ? -1 : 1)));
      field.value = at === lines.length ? draft : lines[at];
    }
  });
}
