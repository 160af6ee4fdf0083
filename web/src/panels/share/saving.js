/** The program as a file: Lisp, Markdown, or a page that replays its last run. */
import { highlightCode, tagHighlighter } from "@lezer/highlight";
import { download } from "../../dom.js";
import { COLORS } from "../../editor/colors.js";
import { lisp } from "../../editor/lisp-mode.js";
import { describeLine } from "../../sharing/recorder.js";
import { cutByTime } from "../../sharing/takes.js";
import { loadPart } from "../../parts.js";
import { text } from "../../texts/texts.js";

/**
 * @typedef {import("../../log.js").Item} Item
 * @typedef {import("../../sharing/link.js").Shared} Shared
 *
 * @typedef {object} LastRun what is known of it; nothing if it was one of another program
 * @property {Item[]} items of the output
 * @property {import("../../sharing/takes.js").Take[]} takes
 * @property {import("../../state/calls.js").RecordedCall[]} calls
 */

/** @param {Item[]} items @returns {Item[]} those of the program, without those of lines that were tried after it */
function ofProgram(items) {
  const end = items.findIndex((item) => "block" in item && item.block === "echo");
  return end < 0 ? items : items.slice(0, end);
}

/** @param {Item} item @returns {{kind: string, text: string} | null} what it says after what was printed */
function endOf(item) {
  if (!("block" in item)) return null;
  if (item.block === "value") return { kind: "value", text: `⇒ ${item.text}\n` };
  if (item.block === "error") return { kind: "error", text: `${item.error.type || "error"}: ${item.error.message}\n` };
  return null;
}

/** @param {Item} item @returns {{kind: string, text: string} | null} what was printed, of a view its text */
function printedOf(item) {
  if ("kind" in item) return { kind: item.kind, text: item.text };
  return item.block === "view" ? { kind: "out", text: `${item.view.text}\n` } : null;
}

/** @param {LastRun} run @returns {{kind: string, text: string, at: number}[]} the output in pieces, as they came */
export function outputOf({ items, takes }) {
  const own = ofProgram(items);
  const printed = own.map(printedOf).filter((each) => each !== null);
  const pieces = cutByTime(printed, takes);
  const at = pieces.at(-1)?.at ?? 0;
  const isOpen = pieces.length > 0 && !pieces.at(-1)?.text.endsWith("\n");
  const ends = own.map(endOf).filter((each) => each !== null);
  return [...pieces, ...ends.map((each, number) => ({ ...each, text: (isOpen && !number ? "\n" : "") + each.text, at }))];
}

/** @param {string} code @returns {{text: string, classes: string}[]} it in its colours */
function colored(code) {
  const { parser } = lisp().language;
  /** @type {{text: string, classes: string}[]} */
  const pieces = [];
  const put = (/** @type {string} */ text, /** @type {string} */ classes) => void pieces.push({ text, classes });
  highlightCode(code, parser.parse(code), tagHighlighter(COLORS), put, () => put("\n", ""));
  return pieces;
}

/** @param {string} code @param {string} [language] @returns {string} a block of code, whatever stands in it */
export function fence(code, language = "") {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const marks = "`".repeat(longest + 1);
  return `${marks}${language}\n${code}${code.endsWith("\n") || !code ? "" : "\n"}${marks}\n`;
}

/** @param {Shared} shared @param {LastRun} run @param {string} link @returns {string} */
export function markdownOf({ code, title, about }, run, link) {
  const output = outputOf(run).map((piece) => piece.text).join("");
  const parts = [`# ${title || text("A Lispcore program")}\n`];
  if (about) parts.push(`${about}\n`);
  parts.push(fence(code, "lisp"));
  if (output) parts.push(`${text("Output")}:\n`, fence(output, "text"));
  if (link) parts.push(`[${text("Open it in Lispcore")}](${link})\n`);
  return parts.join("\n");
}

/** @param {string} [title] @returns {string} a name for a file, without its ending */
export function fileNameOf(title = "") {
  const clean = title.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return [...clean.toLowerCase()].slice(0, 60).join("") || "program";
}

/** @typedef {"lisp" | "markdown" | "page"} Format */

/** @param {Format} format @param {Shared} shared @param {LastRun} run @param {string} link */
export async function save(format, shared, run, link) {
  const name = fileNameOf(shared.title);
  const put = (/** @type {string} */ ending, /** @type {string} */ text) => download(`${name}.${ending}`, new Blob([text]));
  if (format === "lisp") put("lisp", shared.code);
  else if (format === "markdown") put("md", markdownOf(shared, run, link));
  else {
    const { replayPage } = await loadPart(() => import("./replay-page.js"));
    const answers = run.calls.map(({ line, asked }) => ({ asked, ...describeLine(line) }));
    const { title = "", about = "", code } = shared;
    put("html", replayPage({ title, about, link, program: colored(code), output: outputOf(run), answers }));
  }
}
