/**
 * Markdown while it arrives. What markdown-it reads becomes elements here, one by one, and never HTML: no
 * tag of a model's gets into the page, nothing is fetched, and a link is one that a reader may follow.
 *
 * The text is read block by block. What is whole is laid in once and stays; only the block that grows is
 * laid in again, at most once a frame.
 */
import MarkdownIt from "markdown-it";
import { element } from "../../../dom.js";
import { buildCode } from "./code.js";

/** A block that grows beyond this is plain until it is whole; it is looked at each time it has grown by half. */
const MOST_GROWING = 6_000;
/** What may be opened from here. */
const OPENED = /^(?:https?|mailto):/i;
const ADDRESS_CHARACTERS = 80;
const FENCE = /^ {0,3}(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/;

// HTML stays text, and no address is read that a browser would run.
const reader = new MarkdownIt({ html: false, linkify: true });

/**
 * @typedef {import("markdown-it").Token} Token
 * @typedef {import("../tools.js").Tools} Tools
 * @typedef {{tools: Tools, headings: number[]}} Context `headings`: the levels of those around the place
 */

/** @param {Token} token @param {string} name @returns {string} an attribute of it */
const attribute = (token, name) => String(token.attrGet(name) ?? "");

/** @param {string} address @returns {string} it, as it is shown */
const shortened = (address) =>
  address.length > ADDRESS_CHARACTERS ? `${address.slice(0, ADDRESS_CHARACTERS)} …` : address;

/** @param {string} address @param {(Node | string)[]} content @param {string} words of it @returns {Node[]} a link that shows where it leads */
function buildLink(address, content, words) {
  const shown = element("span", { class: "address" }, ` (${shortened(address)})`);
  if (!OPENED.test(address)) return [element("span", {}, ...content), shown];
  const how = { href: address, target: "_blank", rel: "noopener noreferrer", title: address };
  const link = element("a", how, ...content);
  return words === address ? [link] : [link, shown];
}

/** @param {Token} token @returns {Node[]} an image: its words, and where it is. It is not fetched. */
function buildImage(token) {
  const words = token.content || "image";
  return buildLink(attribute(token, "src"), [`[image: ${words}]`], "");
}

/** Elements of what is within a line. */
const INLINE = /** @type {Record<string, string>} */ ({ strong: "strong", em: "em", s: "s" });

/** @param {Token[]} tokens @returns {Node[]} */
function buildInline(tokens) {
  /** @type {{tag: string, address: string, content: (Node | string)[], words: string}[]} */
  const nested = [{ tag: "", address: "", content: [], words: "" }];
  const top = () => nested[nested.length - 1];
  for (const token of tokens) {
    const { type, content } = token;
    if (type.endsWith("_open")) {
      nested.push({ tag: INLINE[type.slice(0, -5)] ?? "", address: attribute(token, "href"), content: [], words: "" });
    } else if (type.endsWith("_close")) {
      const { tag, address, content: inner, words } = /** @type {ReturnType<typeof top>} */ (nested.pop());
      if (type === "link_close") top().content.push(...buildLink(address, inner, words));
      else top().content.push(element(tag || "span", {}, ...inner));
      top().words += words;
    } else if (type === "softbreak" || type === "hardbreak") top().content.push(element("br"));
    else if (type === "code_inline") top().content.push(element("code", {}, content));
    else if (type === "image") top().content.push(...buildImage(token));
    else {
      top().content.push(content);
      top().words += content;
    }
  }
  return [element("span", {}, ...nested[0].content)];
}

/**
 * The level of a heading in the page: a reply may begin with any, and none is left out between two.
 * @param {number} level @param {number[]} headings
 */
function placeHeading(level, headings) {
  while ((headings.at(-1) ?? 0) >= level) headings.pop();
  headings.push(level);
  return Math.min(6, headings.length + 2);
}

/** @param {Token} token @param {Context} context @returns {{outer: HTMLElement, inner: HTMLElement}} */
function openElement(token, { headings, tools: { text } }) {
  const { tag, type } = token;
  if (type === "heading_open") {
    const level = Number(tag.slice(1));
    const made = element(`h${placeHeading(level, headings)}`, { class: `size-${level}` });
    return { outer: made, inner: made };
  }
  if (type === "table_open") {
    const inner = element("table");
    return { outer: element("div", { class: "table-box", tabIndex: 0, role: "group", "aria-label": text("Table") }, inner), inner };
  }
  const made = element(tag);
  const start = Number(attribute(token, "start"));
  if (tag === "ol" && start) /** @type {HTMLOListElement} */ (made).start = start;
  const align = /text-align:(\w+)/.exec(attribute(token, "style"))?.[1];
  if (align) made.style.textAlign = align;
  return { outer: made, inner: made };
}

/** @param {Token[]} tokens of whole blocks @param {Context} context @returns {HTMLElement[]} */
function buildBlocks(tokens, context) {
  /** @type {HTMLElement[]} */
  const made = [];
  /** @type {HTMLElement[]} */
  const open = [];
  const put = (/** @type {HTMLElement} */ node) => void (open.length ? open[open.length - 1].append(node) : made.push(node));
  for (const token of tokens) {
    const { hidden: isTight, children: parts } = token; // a tight list has paragraphs that are none
    if (token.nesting === 1) {
      if (isTight) continue;
      const { outer, inner } = openElement(token, context);
      put(outer);
      open.push(inner);
    } else if (token.nesting === -1) {
      if (!isTight) open.pop();
    } else if (token.type === "inline") for (const node of buildInline(parts ?? [])) put(/** @type {HTMLElement} */ (node));
    else if (token.type === "fence" || token.type === "code_block") put(buildCode(token.content, token.info, context.tools));
    else if (token.type === "hr") put(element("hr"));
    else put(element("p", {}, token.content));
  }
  return made;
}

/** @param {Token[]} tokens @returns {number[]} where in them a block begins that stands in no other one */
const findStarts = (tokens) =>
  tokens.flatMap((token, at) => (token.level === 0 && token.nesting >= 0 && token.map ? [at] : []));

/** @param {string} text @param {number} line @returns {number} where it begins */
function placeOfLine(text, line) {
  let at = 0;
  for (let each = 0; each < line; each++) at = text.indexOf("\n", at) + 1;
  return at;
}

/** A block of code that has no end yet: its text grows, and nothing is read again. */
class OpenCode {
  #end;
  #text;

  /** @param {RegExpExecArray} fence */
  constructor([, marks, info]) {
    this.#end = new RegExp(`^ {0,3}\\${marks[0]}{${marks.length},}[ \\t]*$`, "m");
    this.#text = new Text();
    const code = element("code", {}, this.#text);
    this.node = element("div", { class: "code" }, element("pre", { "data-language": info.trim() }, code));
  }

  /** @param {string} rest what stands below the fence @returns {boolean} whether it is still open */
  show(rest) {
    if (this.#end.test(rest)) return false;
    this.#text.appendData(rest.slice(this.#text.length));
    return true;
  }
}

/**
 * @param {HTMLElement} box that it fills
 * @param {Tools} tools
 * @returns {import("../reply.js").Writer}
 */
export function createMarkdown(box, tools) {
  /** @type {Context} */
  const context = { tools, headings: [] };
  const place = element("div", { class: "markdown" });
  box.replaceChildren(place);
  let tail = "";
  /** @type {HTMLElement[]} the block that grows */
  let growing = [];
  let lookAgainAt = 0;
  /** @type {OpenCode | null} */
  let code = null;
  let isChanged = false;

  /** @param {HTMLElement[]} nodes in the place of what grows */
  function replaceGrowing(nodes) {
    for (const node of growing) node.remove();
    growing = nodes;
    place.append(...nodes);
  }

  /** @returns {boolean} whether the text ends within a block of code */
  function isWithinCode() {
    const fence = FENCE.exec(tail);
    if (!fence) return false;
    const rest = tail.slice(fence[0].length);
    const shown = code ?? new OpenCode(fence);
    if (!shown.show(rest)) return false;
    if (!code) replaceGrowing([shown.node]);
    code = shown;
    return true;
  }

  /** Lays in all blocks but the last for good. @param {boolean} isEnd all of them */
  function layIn(isEnd) {
    const tokens = reader.parse(tail, {});
    const starts = findStarts(tokens);
    const last = isEnd ? tokens.length : (starts.at(-1) ?? 0);
    const rest = tokens.slice(last);
    code = null;
    replaceGrowing([]);
    place.append(...buildBlocks(tokens.slice(0, last), context));
    if (isEnd) {
      tail = "";
      return;
    }
    tail = tail.slice(placeOfLine(tail, rest[0]?.map?.[0] ?? 0));
    if (isWithinCode()) return;
    const isLong = tail.length > MOST_GROWING;
    lookAgainAt = isLong ? tail.length * 1.5 : 0;
    const copy = { ...context, headings: [...context.headings] };
    replaceGrowing(isLong ? [element("p", { class: "unread" }, tail)] : buildBlocks(rest, copy));
  }

  return {
    append(text) {
      tail += text;
      isChanged = true;
    },
    render() {
      if (!isChanged) return;
      isChanged = false;
      if (isWithinCode() || tail.length < lookAgainAt) return;
      layIn(false);
    },
    end() {
      layIn(true);
    },
  };
}
