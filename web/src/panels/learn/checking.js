/** Says whether the task of a step of the tour is done. */

/**
 * @param {Record<string, string>} check patterns for the value, the output and the program's text
 * @param {string} code that was run
 * @param {Pick<import("../../engine/protocol.js").Result, "value" | "output" | "error">} result
 */
export function isSolved(check, code, { value, output, error }) {
  if (error) return false;
  const found = /** @type {Record<string, string>} */ ({ value: value ?? "", output: output.join("\n"), code });
  return Object.entries(check).every(([what, pattern]) => new RegExp(pattern).test(found[what] ?? ""));
}
