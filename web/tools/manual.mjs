/**
 * The manual (docs/manual/), the tour (docs/tour.md) and the reference (the language's own documentation):
 * read once, for the page's Learn panel, and written as static pages into dist/docs/. Every program in the
 * static pages has a link that opens it in the playground.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { highlightCode, tagHighlighter } from "@lezer/highlight";
import { COLORS } from "../src/editor/colors.js";
import { lisp } from "../src/editor/lisp-mode.js";
import { encodeLink } from "../src/sharing/link.js";
import { readMarkdown } from "./markdown-tree.mjs";

const web = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const docs = path.join(path.dirname(web), "docs");
const manual = path.join(docs, "manual");
const { parser } = lisp().language;
const highlighter = tagHighlighter(COLORS);

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
const ASK = `
import sys
sys.path.insert(0, sys.argv[1])
from lispcore.library.language.help import documentation_json
print(documentation_json())
`;

/**
 * @typedef {import("./markdown-tree.mjs").Node_} Node_
 *
 * @typedef {object} PageOfManual
 * @property {string} part
 * @property {string} name
 * @property {string} title
 * @property {string} source Markdown
 * @property {Node_[]} body without the title
 *
 * @typedef {object} Step of the tour
 * @property {string} title
 * @property {Node_[]} body
 * @property {string} code
 * @property {Node_[]} task
 * @property {string} solution
 * @property {Record<string, string>} check patterns that a solution's `value`, `output` or `code` fits
 *
 * @typedef {object} Learning
 * @property {PageOfManual[]} pages
 * @property {Step[]} tour
 * @property {any[]} entries what the language says of its names
 */

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
  return `<div class="program"><pre tabindex="0">${colored(code.trimEnd())}</pre><a href="${address}" target="_blank" rel="noopener">Open ↗</a></div>\n`;
}

const EMPTY = new Set(["br", "hr"]);
/** A page of the manual, as other pages name it. */
const PAGE = /^([a-z]+)\.md$/;

/** @param {Node_} node @returns {string} HTML */
function write(node) {
  if (typeof node === "string") return escape(node);
  const [tag, attributes, ...children] = node;
  if (tag === "program") return program(attributes.code, attributes.before);
  const given = Object.entries(tag === "pre" ? { tabindex: "0" } : attributes).map(([name, value]) => {
    const target = name === "href" ? value.replace(PAGE, "$1.html") : value;
    return ` ${name}="${escape(target)}"`;
  });
  const start = `<${tag}${given.join("")}>`;
  return EMPTY.has(tag) ? start : `${start}${children.map(write).join("")}</${tag}>`;
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

/** @param {string} part @param {string} name @returns {PageOfManual} */
function readPage(part, name) {
  const source = fs.readFileSync(path.join(manual, `${name}.md`), "utf8");
  const [, ...body] = readMarkdown(source);
  return { part, name, title: source.slice(2, source.indexOf("\n")), source, body };
}

const STEP = /^## /m;
const BLOCK = /^```(lisp|lisp solution|check)\n([^]*?)^```\n/gm;

/** @param {string} text a step of the tour, without the marks of its title @returns {Step} */
function readStep(text) {
  const [title, ...lines] = text.split("\n");
  const rest = lines.join("\n");
  const blocks = Object.fromEntries([...rest.matchAll(BLOCK)].map(([, kind, content]) => [kind, content]));
  const [body, task] = rest.replace(BLOCK, "\0").split("\0");
  const checks = blocks.check.trim().split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2));
  return {
    title,
    body: readMarkdown(body),
    code: blocks.lisp,
    task: readMarkdown(task),
    solution: blocks["lisp solution"],
    check: Object.fromEntries(checks),
  };
}

/** @param {string} python @returns {any[]} what the language says of its names; nothing where it cannot be asked */
function readEntries(python) {
  const asked = spawnSync(python, ["-c", ASK, path.dirname(web)], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return asked.status === 0 ? JSON.parse(asked.stdout) : [];
}

/** @param {string} python @returns {Learning} all that there is to read; nothing where docs/ is not beside web/ */
export function readLearning(python) {
  if (!fs.existsSync(manual)) return { pages: [], tour: [], entries: [] };
  const pages = readContents().flatMap(([part, names]) => names.map((name) => readPage(part, name)));
  const [, ...steps] = fs.readFileSync(path.join(docs, "tour.md"), "utf8").split(STEP);
  return { pages, tour: steps.map(readStep), entries: readEntries(python) };
}

/** @param {Learning} learning @returns {string} what the page's Learn panel loads */
export function learningFile({ pages, tour, entries }) {
  const shown = pages.map(({ part, name, title, body }) => ({ part, name, title, body }));
  const names = entries.map(({ name, signature, text, chapter, examples, aliases }) => ({ name, signature, text, chapter, examples, aliases }));
  return JSON.stringify({ tour, pages: shown, entries: names });
}

/** @param {PageOfManual[]} pages @param {string} current @returns {string} links to all pages */
function navigation(pages, current) {
  const link = (/** @type {string} */ name, /** @type {string} */ title) =>
    `<li><a href="${name}.html"${name === current ? ' aria-current="page"' : ""}>${escape(title)}</a></li>`;
  const parts = [...new Set(pages.map(({ part }) => part))].map((part) => {
    const links = pages.filter((each) => each.part === part).map(({ name, title }) => link(name, title));
    return `<h2>${escape(part)}</h2><ul>${links.join("")}</ul>`;
  });
  return `${parts.join("\n")}\n<h2>Look up</h2><ul>${link("reference", "All names")}</ul>`;
}

/**
 * @param {{title: string, body: string, navigation: string, style: string, script: string}} parts
 * @returns {string} a page
 */
const frame = ({ title, body, navigation: links, style, script }) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escape(title)} – Lispcore</title>
<link rel="icon" href="../icon.svg">
<link rel="stylesheet" href="../${style}">
<script src="../${script}" type="module"></script>
<header><a href="../">Lispcore</a> <span>Manual</span></header>
<nav aria-label="Manual">
${links}
</nav>
<main>
${body}
</main>
</html>
`;

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

/** @param {PageOfManual[]} pages @returns {string} what an agent reads first (https://llmstxt.org) */
export function agentsText(pages) {
  const lines = pages.map(({ name, title, source }) => `- [${title}](docs/${name}.md): ${firstSentence(source)}`);
  return `# Lispcore

> A Lisp in which prompts, images, tools and model calls are values; it runs in the browser, on the terminal and in Python.

The page has \`window.playground\` (its types: playground.d.ts): \`await playground.ready\`, then
\`await playground.run('(+ 1 2)')\` gives \`{value, output, error}\`; \`playground.lookup("llm/complete")\` documents a
name, \`playground.examples()\` lists programs. A demo model answers without a key.

## Manual

${lines.join("\n")}

## Reference

- [All names](docs/reference.html): every function and form, with examples that were run
`;
}

/**
 * Writes the static pages.
 * @param {Learning} learning
 * @param {object} options
 * @param {string} options.out folder of the built page
 * @param {string} options.style address of the pages' style sheet
 * @param {string} options.script address of the script of the pages
 * @returns {string[]} the addresses of the pages
 */
export function writeManual({ pages, entries }, { out, style, script }) {
  if (!pages.length) return [];
  const folder = path.join(out, "docs");
  fs.mkdirSync(folder, { recursive: true });
  /** @type {string[]} */
  const written = [];
  const put = (/** @type {string} */ name, /** @type {string} */ title, /** @type {string} */ body, current = name) => {
    const html = frame({ title, body, navigation: navigation(pages, current), style, script });
    fs.writeFileSync(path.join(folder, `${name}.html`), html);
    written.push(`docs/${name}.html`);
  };
  for (const [at, { name, title, source, body }] of pages.entries()) {
    const next = pages[at + 1];
    const on = next ? `<p class="next"><a href="${next.name}.html">Next: ${escape(next.title)} →</a></p>` : "";
    const html = `<h1>${escape(title)}</h1>\n${body.map(write).join("\n")}${on}`;
    put(name, title, html);
    if (at === 0) put("index", title, html, name);
    fs.writeFileSync(path.join(folder, `${name}.md`), source);
  }
  put("reference", "All names", reference(entries));
  fs.writeFileSync(path.join(out, "llms.txt"), agentsText(pages));
  return written;
}
