/** The output as Markdown, to be pasted where people write: each part in the form that fits it. */

/** @param {string} text @param {string} language @returns {string} a block of code, whatever stands in it */
function fenced(text, language) {
  const longest = Math.max(2, ...[...text.matchAll(/^ {0,3}(`{3,})/gm)].map(([, marks]) => marks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

/** @param {string} text of a cell */
const cell = (text) => text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");

/** @param {import("../../log.js").View} view */
function tableMarkdown({ title, columns, rows }) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map(cell).join(" | ")} |`;
  const rule = line(columns.map((/** @type {{number: boolean}} */ { number }) => (number ? "--:" : "---")));
  const names = columns.map((/** @type {{name: string}} */ { name }) => name);
  return [title ? `**${title}**\n` : "", line(names), rule, ...rows.map(line)].filter(Boolean).join("\n");
}

/** @param {import("../../log.js").View} view @returns {string} */
export function viewMarkdown(view) {
  if (view.view === "markdown") return view.text;
  if (view.view === "table") return tableMarkdown(view);
  if (view.view === "image") return `*${view.text}*`;
  return fenced(view.text, view.view === "diff" ? "diff" : "text");
}

/** @param {string} text that was printed, or stands in a block */
export const textMarkdown = (text) => fenced(text, "text");

/** @param {string} text of a value, as printed */
export const valueMarkdown = (text) => fenced(`; ⇒\n${text}`, "lisp");

/** @param {string[]} parts */
export const joinMarkdown = (parts) => `${parts.filter(Boolean).join("\n\n")}\n`;
