/**
 * What is shown in another form than as text, and the value of a program. The text stands there until what
 * shows the other form is loaded, and one press brings it back.
 */
import { element } from "../../dom.js";
import { valueMarkdown, viewMarkdown } from "./as-markdown.js";
import { Reply } from "./reply.js";

/**
 * @typedef {import("../../log.js").View} View
 * @typedef {import("./sheet.js").Block} Block
 * @typedef {import("./tools.js").Tools} Tools
 */

/** How a button names the other form of a value. @type {Record<string, string>} */
const NAMES = { table: "Table", image: "Image", audio: "Player", diff: "Difference", chart: "Chart" };

/** @param {View} view @param {Tools} tools @param {boolean} [isFormatted] */
function buildReply({ text }, tools, isFormatted) {
  const reply = new Reply(tools, isFormatted);
  reply.append(text);
  reply.end();
  return reply;
}

/**
 * Shows a view in the place of its text, if it can be had.
 * @param {HTMLElement} box @param {View} view @param {Tools} tools
 */
async function fill(box, view, tools) {
  const views = await tools.loadViews();
  if (!views) return;
  try {
    box.replaceChildren(views.buildView(view, tools));
  } catch (error) {
    console.warn("shown as text:", error); // one that was kept by another version of the page
  }
  tools.grown();
}

/** @param {View} view @param {Tools} tools @returns {Block} */
export function buildView(view, tools) {
  if (view.view === "markdown") return buildReply(view, tools, view.reply ? undefined : true);
  const node = element("div", { class: `view view-${view.view}` }, element("pre", { class: "view-text" }, view.text));
  void fill(node, view, tools);
  return { node, text: () => view.text, markdown: () => viewMarkdown(view) };
}

/** A value that is laid out over lines: its parts fold. @param {string} text @param {Tools} tools */
function buildText(text, tools) {
  const box = element("span", { class: "value-text" }, text);
  if (text.includes("\n") && /^[([{]/.test(text)) {
    void tools.loadViews().then((views) => {
      const folded = views?.buildFolded(text);
      if (folded) box.replaceChildren(folded);
    });
  }
  return box;
}

/**
 * @param {string} text of a value, as printed @param {View | null} view @param {Tools} tools
 * @returns {Block}
 */
export function buildValue(text, view, tools) {
  const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, "⇒ ");
  const block = { text: () => `⇒ ${text}`, markdown: () => (view ? viewMarkdown(view) : valueMarkdown(text)) };
  if (!view) {
    const node = element("div", { class: "value", role: "group", "aria-label": "value" }, arrow, buildText(text, tools));
    return { ...block, node };
  }
  const shown = view.view === "markdown" ? buildReply(view, tools, true).node : element("div", { class: `view-${view.view}` });
  if (view.view !== "markdown") void fill(shown, view, tools);
  const plain = element("div", { class: "value-plain", hidden: true });
  let isText = false;
  const name = NAMES[view.view] ?? "Formatted";
  const turn = element("button", { type: "button", class: "small", onclick: toggle }, "Text");
  function toggle() {
    isText = !isText;
    if (isText) plain.replaceChildren(buildText(text, tools));
    plain.hidden = !isText;
    shown.hidden = isText;
    turn.replaceChildren(isText ? name : "Text");
  }
  const head = element("div", { class: "value-head" }, arrow, turn);
  const node = element("div", { class: "value viewed", role: "group", "aria-label": "value" }, head, plain, shown);
  return { ...block, node };
}
