/** What stands in the output besides printed text: values, errors, notes, and a program's questions. */
import { byId, element, isOn } from "../../dom.js";
import { placeInFile } from "../../engine/protocol.js";
import { textOfFile } from "../../storage/file-text.js";
import { text } from "../../texts/texts.js";
import { aboutError } from "./about.js";
import { buildQuestion } from "./question.js";
import { buildValue, buildView } from "./view.js";

/**
 * @typedef {import("./sheet.js").Block} Block
 * @typedef {import("../../log.js").ProgramError} ProgramError
 * @typedef {{line: number, column: number, file?: string, input?: number}} Place
 * @typedef {(place: Place) => (() => void) | null} Jump what shows a place, null where nothing can
 */

const FRAMES_SHOWN = 50;
/** A very long line is shown around the place of the error. */
const EXCERPT_CHARACTERS = { before: 80, all: 160 };

/** @param {HTMLElement} node @param {string} words @returns {Block} */
const blockOf = (node, words) => ({ node, text: () => words });

/**
 * Something that opens: its text counts only while it is open.
 * @param {string} kind
 * @param {string} head
 * @param {HTMLElement} content
 * @param {string} words of the content
 * @returns {Block}
 */
function openingBlock(kind, head, content, words) {
  let isOpen = false;
  const ontoggle = (/** @type {Event} */ event) => {
    isOpen = isOn(event);
  };
  const node = element("details", { class: kind, ontoggle }, element("summary", {}, head), content);
  return { node, text: () => (isOpen ? `${head}\n${words}` : head) };
}

/**
 * @param {Place} place
 * @param {Jump} jump
 * @returns {Block}
 */
function buildPlace(place, jump) {
  const { line, column, file, input = 1 } = place;
  const inside = file ? `${file}, ` : input > 1 ? `${text("entered below")}, ` : "";
  const at = column > 0 ? text("line {line}, column {column}", { line, column }) : text("line {line}", { line });
  const words = `${inside}${at}`;
  const onclick = jump(place);
  if (!onclick) return blockOf(element("span", { class: "place" }, words), words);
  const title = file ? text("Show in {file}", { file }) : text("Show in the editor");
  return blockOf(element("button", { class: "jump", type: "button", title, onclick }, words), words);
}

/** @param {string} code @param {number} line @param {number} column @returns {Block | null} */
function buildExcerpt(code, line, column) {
  const source = code.split("\n")[line - 1];
  if (source === undefined) return null;
  const { before, all } = EXCERPT_CHARACTERS;
  const from = Math.max(0, column - before);
  const shown = [...source].slice(from, from + all).join("").replaceAll("\t", " ");
  const gutter = `${line} │ `;
  const caret = column > 0 ? `\n${" ".repeat(gutter.length - 2)}│ ${" ".repeat(column - 1 - from)}^` : "";
  const node = element("pre", { class: "excerpt" }, gutter + shown, element("span", { class: "caret" }, caret));
  return blockOf(node, gutter + shown + caret);
}

/** @param {ProgramError["stack"]} stack @param {Jump} jump @returns {Block} */
function buildStack(stack, jump) {
  /** @type {string[]} */
  const texts = [];
  const items = stack.slice(0, FRAMES_SHOWN).map((frame) => {
    if (typeof frame === "string") {
      texts.push(frame);
      return element("li", {}, frame);
    }
    const place = frame.line > 0 ? buildPlace(frame, jump) : null;
    texts.push(`${frame.name} ${place?.text() ?? ""}`);
    return element("li", {}, element("code", {}, frame.name), " ", place?.node);
  });
  const head = stack.length === 1 ? text("Called from") : text("Called from ({n})", { n: stack.length });
  return openingBlock("stack", head, element("ol", {}, ...items), texts.join("\n"));
}

/**
 * What the hint of an error speaks of is one press away.
 * @param {ProgramError} error
 * @param {import("../page.js").Page} page
 * @returns {Block | null}
 */
function buildRemedy({ type, message, hint }, { dispatch }) {
  const remedy = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
    element("button", { type: "button", class: "small remedy", onclick }, label);
  if (/\bsettings\b/i.test(hint ?? "")) {
    return blockOf(remedy(text("Open Settings"), () => dispatch({ type: "dialog-opened", dialog: "settings" })), "");
  }
  if (type !== "io" || !message.endsWith(": no such file or directory")) return null;
  const look = remedy(text("Open Files"), () => dispatch({ type: "files-wanted" }));
  const choose = remedy(text("Choose a file …"), () => byId("choose-files").click());
  return blockOf(element("div", { class: "remedies" }, look, choose), "");
}

/** @param {ProgramError} error @param {import("../page.js").Page} page @returns {Block | null} the way to what explains it */
function buildAbout(error, { get, dispatch, subscribe }) {
  const build = () => {
    const about = aboutError(error, get().library);
    if (!about) return null;
    const label = about.name ? text("About {name}", { name: about.name }) : text("Read about this");
    const onclick = () => dispatch({ type: "learn-opened", place: about.place });
    return element("button", { type: "button", class: "small remedy", onclick }, label);
  };
  if (get().library.length) {
    const button = build();
    return button && blockOf(button, "");
  }
  // What a page shows again after a reload stands there before the names of the language do.
  const box = element("div", {});
  const end = subscribe(({ library }) => library, fill, { now: false });
  function fill() {
    end();
    const button = build();
    if (button) box.append(button);
  }
  return blockOf(box, "");
}

/** @param {ProgramError} error @param {string} code the text that its line is one of @param {Jump} jump @param {import("../page.js").Page} page @returns {Block} */
function buildError(error, code, jump, page) {
  const type = error.type || "error";
  // The line is one of the program, or of what was entered; in a loaded file it is another one.
  const { line, column, input } = error;
  const inFile = placeInFile(error);
  const place = inFile ? buildPlace(inFile, jump) : line > 0 ? buildPlace({ line, column, input }, jump) : null;
  const source = inFile && textOfFile(page.get().files.get(inFile.file) ?? new Uint8Array());
  const shown = inFile ? { code: source ?? "", line: inFile.line, column: inFile.column } : { code, line, column };
  const head = element("div", { class: "error-head" }, element("span", { class: "error-type" }, type), place?.node);
  const message = element("div", { class: "error-message" }, error.message);
  const label = element("span", { class: "label" }, `${text("Hint")} `);
  const parts = [
    blockOf(head, place ? `${type}\n${place.text()}` : type),
    blockOf(message, error.message),
    shown.line > 0 ? buildExcerpt(shown.code, shown.line, shown.column) : null,
    error.hint ? blockOf(element("div", { class: "hint" }, label, error.hint), `${text("Hint")} ${error.hint}`) : null,
    buildRemedy(error, page),
    buildAbout(error, page),
    error.stack?.length > 0 ? buildStack(error.stack, jump) : null,
  ].filter((part) => part !== null);
  const node = element("div", { class: "error" }, ...parts.map((part) => part.node));
  return { node, text: () => parts.map((part) => part.text()).filter(Boolean).join("\n") };
}

/** @param {string} words @param {() => void} restart @returns {Block} with a button that starts the interpreter anew */
function buildTrouble(words, restart) {
  const label = text("Start a new interpreter");
  const button = element("button", { type: "button", "data-testid": "restart", onclick: restart }, label);
  return blockOf(element("div", { class: "note" }, words, " ", button), words);
}

/**
 * @param {import("../page.js").Page} page
 * @param {import("./tools.js").Tools} tools
 * @returns {(item: import("../../log.js").BlockItem) => Block} makes a block of what stands in the log
 */
export function createBlocks(page, tools) {
  /** @param {boolean} isEditor whether the program is the one in the editor @returns {Jump} */
  const jumpTo = (isEditor) => ({ line, column, file, input = 1 }) => {
    if (file) return page.get().files.has(file) ? () => page.tabs.jumpTo(file, line, column) : null;
    return isEditor && input === 1 ? () => page.tabs.jumpTo("", line, column) : null;
  };
  return (item) => {
    switch (item.block) {
      case "value":
        return buildValue(item.text, item.view ?? null, tools);
      case "error":
        return buildError(item.error, item.code, jumpTo(item.isEditor), page);
      case "fault":
        return openingBlock("fault", item.text, element("pre", {}, item.details), item.details);
      case "trouble":
        return buildTrouble(item.text, page.restart);
      case "question":
        return buildQuestion(item.question, page);
      case "view":
        return buildView(item.view, tools);
      case "break":
        return blockOf(element("div"), "");
      default:
        return blockOf(element("div", { class: item.block }, item.text), item.text);
    }
  };
}
