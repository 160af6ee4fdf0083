/**
 * Reads Markdown of the manual into a tree of plain values, from which both the static pages and the page's
 * Learn panel are made: a text, or `[tag, attributes, ...children]`. A program of the language is
 * `["program", {code, before}]`, where `before` is what has to be run first.
 */
import MarkdownIt from "markdown-it";

/** @typedef {string | [string, Record<string, string>, ...any[]]} Node_ */

const markdown = new MarkdownIt({ html: false, linkify: false });

/** @param {any} token @param {string} before @returns {Node_} */
function fence({ info, content }, before) {
  if (info !== "lisp") return ["pre", {}, content];
  return ["program", before ? { code: content, before } : { code: content }];
}

/** @param {any} token without others in it @returns {Node_ | null} null: nothing is seen of it */
function single(token) {
  switch (token.type) {
    case "text":
      return token.content || null;
    case "code_inline":
      return ["code", {}, token.content];
    case "softbreak":
      return " ";
    case "hardbreak":
      return ["br", {}];
    case "code_block":
      return ["pre", {}, token.content];
    case "hr":
      return ["hr", {}];
    default:
      throw new Error(`the manual has something that it cannot show: ${token.type}`);
  }
}

/** @param {string} text Markdown @returns {Node_[]} */
export function readMarkdown(text) {
  /** The programs of a page are one session: each opens with those before it. */
  let before = "";
  /** @type {any[][]} */
  const open = [[]];

  /** @param {any[]} tokens */
  function read(tokens) {
    for (const token of tokens) {
      const inside = /** @type {any[]} */ (open.at(-1));
      if (token.type === "inline") read(token.children);
      else if (token.hidden) continue; // paragraphs of a list without blank lines
      else if (token.nesting === 1) {
        /** @type {any} */
        const made = [token.tag, Object.fromEntries(token.attrs ?? [])];
        inside.push(made);
        open.push(made);
      } else if (token.nesting === -1) open.pop();
      else if (token.type === "fence") {
        inside.push(fence(token, before));
        if (token.info === "lisp") before += `${token.content}\n`;
      } else {
        const made = single(token);
        if (made !== null) inside.push(made);
      }
    }
  }

  read(markdown.parse(text, {}));
  return open[0];
}
