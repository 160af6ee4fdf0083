/**
 * One page that stands by itself: a program in its colours, and its last run as it came, at its own pace.
 * There is no script in it, and its policy allows none: a style shows one piece after another. Loaded when
 * the first is made.
 */
import { spoken, text } from "../../texts/texts.js";

/**
 * @typedef {{text: string, classes: string}} Piece of the program
 * @typedef {{kind: string, text: string, at: number}} Shown of the output, with the milliseconds at which it came
 * @typedef {{who: string, asked: string, text: string}} Answer
 *
 * @typedef {object} Run
 * @property {string} title
 * @property {string} about
 * @property {string} link that opens the program
 * @property {Piece[]} program
 * @property {Shown[]} output
 * @property {Answer[]} answers
 */

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/** A pause in which nothing comes is not waited for. */
const LONGEST_PAUSE = 2500;

const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1c2430, #e4e9f0); --soft: light-dark(#5d6878, #98a4b5); --line: light-dark(#dfe3e8, #2a323d); --surface: light-dark(#fff, #161b22); --back: light-dark(#f4f5f7, #0e1217); --accent: light-dark(#0f766e, #2dd4bf); }
body { max-width: 56rem; margin: 0 auto; padding: 20px 16px 48px; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 4px; font-size: 22px; }
h2 { margin: 24px 0 6px; font-size: 15px; }
p { margin: 0; color: var(--soft); }
a { color: var(--accent); }
pre { margin: 0; padding: 12px 14px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); font: 14px/1.55 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
dt { margin-top: 10px; font-weight: 600; }
dd { margin: 2px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
label { display: inline-block; padding: 8px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); cursor: pointer; }
input:focus-visible + label { outline: 2px solid var(--accent); }
input { position: absolute; opacity: 0; }
.k-stream { color: light-dark(#5b3fb0, #c3b1ff); }
.k-value { color: light-dark(#0b6a3b, #6ee7a8); }
.k-error, .k-stderr { color: light-dark(#b3261e, #ff8f87); }
.tok-keyword { color: light-dark(#8a2fa8, #d39bf0); }
.tok-definition { color: light-dark(#0b57a8, #7cb8ff); }
.tok-function { color: light-dark(#1f5fae, #8cc4ff); }
.tok-atom { color: light-dark(#a04c00, #f5ae6b); }
.tok-number { color: light-dark(#0b7285, #67d0de); }
.tok-string { color: light-dark(#3b7a1f, #9fd67c); }
.tok-regexp { color: light-dark(#b3306b, #f58fbd); }
.tok-comment { color: light-dark(#636e7e, #8e9aaa); }
@keyframes come { from { visibility: hidden; } to { visibility: visible; } }
@keyframes come-again { from { visibility: hidden; } to { visibility: visible; } }
@media (prefers-reduced-motion: no-preference) {
  #output span { animation: come 1ms var(--at) both; }
  #again:checked ~ #output span { animation-name: come-again; }
}
@media print { #output span { animation: none !important; } }
`;

/** @param {string} written */
const escape = (written) =>
  written.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** @param {Shown[]} output @returns {Shown[]} with long pauses cut short */
export function withoutLongPauses(output) {
  let saved = 0;
  let last = 0;
  return output.map((piece) => {
    saved += Math.max(0, piece.at - last - LONGEST_PAUSE);
    last = piece.at;
    return { ...piece, at: Math.round(piece.at - saved) };
  });
}

/** @param {Run} run @returns {string} the page */
export function replayPage({ title, about, link, program, output, answers }) {
  const code = program.map(({ text: piece, classes }) => (classes ? `<span class="${escape(classes)}">${escape(piece)}</span>` : escape(piece)));
  const shown = withoutLongPauses(output).map(
    ({ kind, text: piece, at }) => `<span class="k-${escape(kind)}" style="--at:${at}ms">${escape(piece)}</span>`,
  );
  const calls = answers.map(
    ({ who, asked, text: said }) => `<dt>${escape(who)}</dt>${asked ? `<dd>${escape(asked)}</dd>` : ""}<dd>${escape(said)}</dd>`,
  );
  const heading = escape(title || text("A Lispcore program"));
  return `<!doctype html>
<html lang="${spoken()}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style>${STYLE}</style>
<h1>${heading}</h1>
${about ? `<p>${escape(about)}</p>` : ""}
<p>${link ? `<a href="${escape(link)}" rel="noopener noreferrer">${text("Open it in Lispcore")}</a>` : ""}</p>
<h2>${text("Program")}</h2>
<pre>${code.join("")}</pre>
<h2>${text("Output")}</h2>
${shown.length ? `<input type="checkbox" id="again"><label for="again">${text("Play again")}</label>` : `<p>${text("It was not run.")}</p>`}
<pre id="output">${shown.join("")}</pre>
${calls.length ? `<h2>${text("What models said")}</h2>\n<dl>${calls.join("\n")}</dl>` : ""}
</html>
`;
}
