/** Builds what the Learn panel shows out of the trees that the build has made of Markdown. */
import { element } from "../../dom.js";
import { highlightLisp } from "../../editor/highlighting.js";
import { text } from "../../texts/texts.js";

/**
 * @typedef {string | any[]} Tree a text, or `[tag, attributes, ...children]`
 *
 * @typedef {object} Learning what there is to read, as web/tools/manual.mjs puts it together
 * @property {Step[]} tour
 * @property {PageOfManual[]} pages
 * @property {import("../../engine/protocol.js").Entry[]} entries
 *
 * @typedef {{part: string, name: string, title: string, body: Tree[]}} PageOfManual
 *
 * @typedef {object} Step of the tour
 * @property {string} title
 * @property {Tree[]} body
 * @property {string} code
 * @property {Tree[]} task
 * @property {string} solution
 * @property {Record<string, string>} check see checking.js
 *
 * @typedef {object} Tools
 * @property {(place: string) => void} open a place of the panel
 * @property {(code: string) => Promise<import("../../engine/protocol.js").Result>} run beside the program
 * @property {(code: string) => string} linkOf the address of the page with that program
 */

/** What a page of the manual may be made of, and how it stands below the panel's own headings. @type {Record<string, string>} */
export const TAGS = {
  ...Object.fromEntries("p ul ol li code pre strong em blockquote table thead tbody tr th td br hr".split(" ").map((tag) => [tag, tag])),
  h2: "h4",
  h3: "h5",
};
const PAGE = /^([a-z]+)\.md$/;

/** @param {string} code @returns {HTMLElement} it with its colours */
export function buildCode(code) {
  const pieces = highlightLisp(code.trimEnd()).map(({ text, style }) => (style ? element("span", { class: style }, text) : text));
  return element("pre", { tabIndex: 0 }, element("code", {}, ...pieces));
}

/** @param {string} code @param {Tools} tools @returns {HTMLElement} a link that opens a program in a tab of the browser */
export const buildLink = (code, { linkOf }) =>
  element("a", { href: linkOf(code), target: "_blank", rel: "noopener", title: text("Opens it in the editor, in a new tab") }, text("Open ↗"));

/** @param {{code: string, before?: string}} program @param {Tools} tools @returns {HTMLElement} */
export function buildProgram({ code, before = "" }, tools) {
  const whole = before + code;
  const run = element("button", { type: "button", class: "small", onclick: () => void tools.run(whole) }, text("▶ Run"));
  return element("div", { class: "learn-program" }, buildCode(code), element("div", { class: "learn-actions" }, run, buildLink(whole, tools)));
}

/** @param {Record<string, string>} attributes @param {(Node | string)[]} within @param {Tools} tools */
function buildAnchor({ href }, within, tools) {
  const [, page] = PAGE.exec(href) ?? [];
  if (!page) return element("a", { href, target: "_blank", rel: "noopener" }, ...within);
  const onclick = (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    tools.open(`manual/${page}`);
  };
  return element("a", { href: `docs/${page}.html`, onclick }, ...within);
}

/** @param {Tree[]} trees @param {Tools} tools @returns {(Node | string)[]} */
export function buildTrees(trees, tools) {
  return trees.flatMap((tree) => {
    if (typeof tree === "string") return [tree];
    const [tag, attributes, ...inside] = tree;
    if (tag === "program") return [buildProgram(attributes, tools)];
    const within = buildTrees(inside, tools);
    if (tag === "a") return [buildAnchor(attributes, within, tools)];
    return TAGS[tag] ? [element(TAGS[tag], tag === "pre" ? { tabIndex: 0 } : {}, ...within)] : within;
  });
}

/** @param {string} text with `code` in it @returns {(Node | string)[]} */
export const withCode = (text) => text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));

/** @param {Tree[]} trees @returns {string} all that can be read in them */
export const textOf = (trees) =>
  trees
    .map((tree) => {
      if (typeof tree === "string") return tree;
      const [tag, attributes, ...inside] = tree;
      return tag === "program" ? `${attributes.code} ` : `${textOf(inside)}${tag === "code" ? "" : " "}`;
    })
    .join("");
