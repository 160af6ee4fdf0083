/** A block of code in a model's reply: its colours, and what can be done with it. */
import { element } from "../../../dom.js";

/** Names under which models write programs of this language, and of its relatives. */
const LISP = /^(?:lisp|lispcore|sema|scheme|scm|racket|clojure|clj|common-lisp|emacs-lisp|elisp)$/i;
/** A longer one is shown without colours. */
const MOST_COLORED = 50_000;

/** @param {string} label @param {() => void} onclick */
const button = (label, onclick) => element("button", { type: "button", class: "small", onclick }, label);

/**
 * @param {string} code
 * @param {string} info what stands beside the fence
 * @param {import("../tools.js").Tools} tools
 */
export function buildCode(code, info, tools) {
  const language = info.trim().split(/\s/)[0];
  const isLisp = LISP.test(language);
  const { text } = tools;
  const source = code.replace(/\n$/, "");
  const pieces = isLisp && source.length <= MOST_COLORED ? tools.highlightLisp(source) : [{ text: source, style: "" }];
  const colored = pieces.map(({ text: each, style }) => (style ? element("span", { class: style }, each) : each));
  const actions = [button(text("Copy"), () => tools.copy(source, text("Code copied")))];
  if (isLisp) {
    actions.push(button(text("Put into the editor"), () => tools.putIntoEditor(source)));
    const how = { href: tools.linkTo(source), target: "_blank", rel: "noopener noreferrer", class: "button small" };
    actions.push(element("a", how, text("Open in a new tab")));
  }
  const label = language ? text("Code: {language}", { language }) : text("Code");
  return element(
    "div",
    { class: "code" },
    element("div", { class: "code-bar" }, element("span", { class: "code-language" }, language || "text"), ...actions),
    element("pre", { tabIndex: 0, role: "group", "aria-label": label }, element("code", {}, ...colored)),
  );
}
