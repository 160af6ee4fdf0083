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
  const text = code.replace(/\n$/, "");
  const pieces = isLisp && text.length <= MOST_COLORED ? tools.highlightLisp(text) : [{ text, style: "" }];
  const colored = pieces.map(({ text: each, style }) => (style ? element("span", { class: style }, each) : each));
  const actions = [button("Copy", () => tools.copy(text, "Code copied"))];
  if (isLisp) {
    actions.push(button("Put into the editor", () => tools.putIntoEditor(text)));
    const how = { href: tools.linkTo(text), target: "_blank", rel: "noopener noreferrer", class: "button small" };
    actions.push(element("a", how, "Open in a new tab"));
  }
  const label = language ? `Code: ${language}` : "Code";
  return element(
    "div",
    { class: "code" },
    element("div", { class: "code-bar" }, element("span", { class: "code-language" }, language || "text"), ...actions),
    element("pre", { tabIndex: 0, role: "group", "aria-label": label }, element("code", {}, ...colored)),
  );
}
