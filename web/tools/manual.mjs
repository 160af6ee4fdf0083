/**
 * Writes the manual (docs/manual/) and the reference (the language's own documentation) as static pages
 * into dist/docs/. Every program in them has a link that opens it in the playground.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { highlightCode, tagHighlighter } from "@lezer/highlight";
import MarkdownIt from "markdown-it";
import { COLORS } from "../src/editor/colors.js";
import { lisp } from "../src/editor/lisp-mode.js";
import { encodeLink } from "../src/sharing/link.js";

const web = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const manual = path.join(path.dirname(web), "docs", "manual");
const { parser } = lisp().language;
const highlighter = tagHighlighter(COLORS);

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
const ASK = `
import sys
sys.path.insert(0, sys.argv[1])
from lispcore.library.language.help import documentation_json
print(documentation_json())
`;

/** @param {string} text */
const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** @param {string} code @returns {string} the program with its colours */
function colored(code) {
  let html = "";
  const put = (/** @type {string} */ text, /** @type {string} */ classes) => {
    html += classes ? `<span class="${classes}">${escape(text)}</span>` : escape(text);
  };
  highlightCode(code, parser.parse(code), highlighter, put, () => (html += "\n"));
  return html;
}

/** @param {string} code @param {string} before what has to be run first @returns {string} a program that can be opened */
function program(code, before = "") {
  const address = `../#${encodeLink({ code: before + code })}`;
  return `<div class="program"><pre>${colored(code.trimEnd())}</pre><a href="${address}" target="_blank" rel="noopener">Open ↗</a></div>\n`;
}

/** @param {string} text a page of the manual @returns {string} */
function render(text) {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  /** The programs of a page are one session: each opens with those before it. */
  let before = "";
  markdown.renderer.rules.fence = (tokens, at) => {
    const { info, content } = tokens[at];
    if (info !== "lisp") return `<pre>${escape(content)}</pre>\n`;
    const shown = program(content, before);
    before += `${content}\n`;
    return shown;
  };
  return markdown.render(text);
}

/** @returns {[string, string[]][]} the parts of the manual, and the pages of each */
function readContents() {
  const lines = fs.readFileSync(path.join(manual, "contents.txt"), "utf8").trim().split("\n");
  return lines
    .filter((line) => !line.startsWith("#"))
    .map((line) => {
      const [part, names] = line.split(": ");
      return [part, names.split(" ")];
    });
}

/** @param {string} name */
const readPage = (name) => fs.readFileSync(path.join(manual, `${name}.md`), "utf8");
const titleOf = (/** @type {string} */ text) => text.slice(2, text.indexOf("\n"));

/** @param {string} current @returns {string} links to all pages */
function navigation(current) {
  const link = (/** @type {string} */ name, /** @type {string} */ title) =>
    `<li><a href="${name}.html"${name === current ? ' aria-current="page"' : ""}>${escape(title)}</a></li>`;
  const parts = readContents().map(([part, names]) => {
    const links = names.map((name) => link(name, titleOf(readPage(name))));
    return `<h2>${escape(part)}</h2><ul>${links.join("")}</ul>`;
  });
  return `${parts.join("\n")}\n<h2>Look up</h2><ul>${link("reference", "All names")}</ul>`;
}

/** @param {{name: string, title: string, body: string, style: string, script?: string}} parts @returns {string} a page */
const frame = ({ name, title, body, style, script }) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escape(title)} – Lispcore</title>
<link rel="icon" href="../icon.svg">
<link rel="stylesheet" href="../${style}">
<header><a href="../">Lispcore</a> <span>Manual</span></header>
<nav aria-label="Manual">
${navigation(name)}
</nav>
<main>
${body}
</main>
${script ? `<script src="../${script}" type="module"></script>` : ""}
</html>
`;

/** @param {string} python @returns {any[]} what the language says of its names; nothing where it cannot be asked */
function readEntries(python) {
  const asked = spawnSync(python, ["-c", ASK, path.dirname(web)], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return asked.status === 0 ? JSON.parse(asked.stdout) : [];
}

/** @param {any} entry @returns {string} */
function describeEntry({ name, signature, text, examples, aliases }) {
  const others = aliases.filter((/** @type {string} */ each) => each !== name);
  const shown = examples.map((/** @type {[string, string]} */ [code, value]) => {
    const gives = value.startsWith("error: ") ? value : `⇒ ${value}`;
    return `${program(code)}<p class="gives">${escape(gives)}</p>`;
  });
  const words = text.split("\n\n").map((/** @type {string} */ each) => `<p>${escape(each).replace(/`([^`]+)`/g, "<code>$1</code>")}</p>`);
  const also = others.length ? `<p class="also">Also called ${escape(others.join(", "))}</p>` : "";
  return `<section id="${escape(encodeURIComponent(name))}"><h3><code>${escape(signature)}</code></h3>${words.join("")}${also}${shown.join("")}</section>`;
}

/** @param {any[]} entries @returns {string} the body of the reference */
function reference(entries) {
  const chapters = [...new Set(entries.map(({ chapter }) => chapter))].sort();
  const parts = chapters.map((chapter) => {
    const found = entries.filter((each) => each.chapter === chapter);
    return `<details class="chapter"><summary>${escape(chapter)} <small>${found.length}</small></summary>${found.map(describeEntry).join("\n")}</details>`;
  });
  return `<h1>All names</h1>
<p><input id="find" type="search" placeholder="Search in names and descriptions" aria-label="Search in names and descriptions" autocomplete="off"></p>
<p id="found" role="status"></p>
${parts.join("\n")}`;
}

/** @param {string} text a page of the manual @returns {string} its first sentence */
const firstSentence = (text) => /^[^#\n`|].*?[.:](?=\s|$)/m.exec(text)?.[0] ?? "";

/** @param {string[]} names pages of the manual @returns {string} what an agent reads first (https://llmstxt.org) */
export function agentsText(names) {
  const pages = names.map((name) => {
    const text = readPage(name);
    return `- [${titleOf(text)}](docs/${name}.md): ${firstSentence(text)}`;
  });
  return `# Lispcore

> A Lisp in which prompts, images, tools and model calls are values; it runs in the browser, on the terminal and in Python.

The page has \`window.playground\` (its types: playground.d.ts): \`await playground.ready\`, then
\`await playground.run('(+ 1 2)')\` gives \`{value, output, error}\`; \`playground.lookup("llm/complete")\` documents a
name, \`playground.examples()\` lists programs. A demo model answers without a key.

## Manual

${pages.join("\n")}

## Reference

- [All names](docs/reference.html): every function and form, with examples that were run
`;
}

/**
 * @param {object} options
 * @param {string} options.out folder of the built page
 * @param {string} options.style address of the pages' style sheet
 * @param {string} options.script address of the script that searches the reference
 * @param {string} options.python
 * @returns {boolean} whether the manual is there
 */
export function writeManual({ out, style, script, python }) {
  if (!fs.existsSync(manual)) return false;
  const folder = path.join(out, "docs");
  fs.mkdirSync(folder, { recursive: true });
  const names = readContents().flatMap(([, pages]) => pages);
  for (const name of names) {
    const text = readPage(name);
    const next = names[names.indexOf(name) + 1];
    const on = next ? `<p class="next"><a href="${next}.html">Next: ${escape(titleOf(readPage(next)))} →</a></p>` : "";
    const page = frame({ name, title: titleOf(text), body: render(text) + on, style });
    fs.writeFileSync(path.join(folder, `${name}.html`), page);
    fs.writeFileSync(path.join(folder, `${name}.md`), text);
    if (name === names[0]) fs.writeFileSync(path.join(folder, "index.html"), page);
  }
  fs.writeFileSync(path.join(out, "llms.txt"), agentsText(names));
  const body = reference(readEntries(python));
  fs.writeFileSync(path.join(folder, "reference.html"), frame({ name: "reference", title: "All names", body, style, script }));
  return true;
}
