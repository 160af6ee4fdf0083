/**
 * What is shown in another form than as text, and the value of a program. The text stands there until what
 * shows the other form is loaded, and one press brings it back.
 */
import { element } from "../../dom.js";
import { text, textLater } from "../../texts/texts.js";
import { valueMarkdown, viewMarkdown } from "./as-markdown.js";
import { Reply } from "./reply.js";

/**
 * @typedef {import("../../log.js").View} View
 * @typedef {import("./sheet.js").Block} Block
 * @typedef {import("./tools.js").Tools} Tools
 */

/** How a button names the other form of a value. @type {Record<string, string>} */
const NAMES = { table: textLater("Table"), image: textLater("Image"), audio: textLater("Player"), diff: textLater("Difference"), chart: textLater("Chart") };

/** @param {View} view @param {Tools} tools @param {boolean} [isFormatted] */
function buildReply({ text: words }, tools, isFormatted) {
  const reply = new Reply(tools, isFormatted);
  reply.append(words);
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

/** A value that is laid out over lines: its parts fold. @param {string} printed @param {Tools} tools */
function buildText(printed, tools) {
  const box = element("span", { class: "value-text" }, printed);
  if (printed.includes("\n") && /^[([{]/.test(printed)) {
    void tools.loadViews().then((views) => {
      const folded = views?.buildFolded(printed, tools);
      if (folded) box.replaceChildren(folded);
    });
  }
  return box;
}

/**
 * @param {string} printed a value @param {View | null} view @param {Tools} tools
 * @returns {Block}
 */
export function buildValue(printed, view, tools) {
  const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, "⇒ ");
  const block = { text: () => `⇒ ${printed}`, markdown: () => (view ? viewMarkdown(view) : valueMarkdown(printed)) };
  if (!view) {
    const node = element("div", { class: "value", role: "group", "aria-label": text("value") }, arrow, buildText(printed, tools));
    return { ...block, node };
  }
  const shown = view.view === "markdown" ? buildReply(view, tools, true).node : element("div", { class: `view-${view.view}` });
  if (view.view !== "markdown") void fill(shown, view, tools);
  const plain = element("div", { class: "value-plain", hidden: true });
  let isText = false;
  const name = text(NAMES[view.view] ?? "Formatted");
  const turn = element("button", { type: "button", class: "small", onclick: toggle }, text("Text"));
  function toggle() {
    isText = !isText;
    if (isText) plain.replaceChildren(buildText(printed, tools));
    plain.hidden = !isText;
    shown.hidden = isText;
    turn.replaceChildren(isText ? name : text("Text"));
  }
  const head = element("div", { class: "value-head" }, arrow, turn);
  const node = element("div", { class: "value viewed", role: "group", "aria-label": text("value") }, head, plain, shown);
  return { ...block, node };
}
