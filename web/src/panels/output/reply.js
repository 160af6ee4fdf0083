/**
 * A model's words: as Markdown while they arrive, or as they were written. What shows Markdown is loaded
 * with the first of them; until then, and wherever that fails, they are plain.
 */
import { element, invisibleMark } from "../../dom.js";
import { splitInvisible } from "../../invisible.js";
import { text } from "../../texts/texts.js";
import { createAnsiReader } from "./ansi.js";

/** A longer text stays plain from there on. */
export const MOST_CHARACTERS = 200_000;
/** Something that Markdown shows in another form than it is written in. */
const MARKS = /[*_`#|[\]~>]|^ *(?:[-+]|\d+[.)]) |\n *\n/m;

/**
 * @typedef {object} Writer of text, as it arrives
 * @property {(text: string) => void} append
 * @property {() => void} render lays in what has arrived since
 * @property {() => void} end nothing more comes
 *
 * @typedef {import("./tools.js").Tools} Tools
 */

/** @param {HTMLElement} box @returns {Writer} that shows text as it is */
function createPlain(box) {
  const place = element("span", { class: "stream" });
  box.replaceChildren(element("div", { class: "reply-plain" }, place));
  /** @type {Text | null} */
  let last = null;
  let waiting = "";
  function render() {
    for (const { text: piece, isInvisible } of splitInvisible(waiting)) {
      if (!isInvisible && last) last.appendData(piece);
      else place.append(isInvisible ? invisibleMark(piece) : (last = new Text(piece)));
      if (isInvisible) last = null;
    }
    waiting = "";
  }
  return { append: (piece) => void (waiting += piece), render, end: render };
}

export class Reply {
  #ansi = createAnsiReader();
  #tools;
  #source = "";
  #isOver = false;
  #isFormatted;
  #body = element("div", { class: "reply-body" });
  #toggle;
  /** @type {Writer} */
  #writer;

  /** @param {Tools} tools @param {boolean} [isFormatted] as the visitor wants replies, if left out */
  constructor(tools, isFormatted = tools.choices.get().isFormatted) {
    this.#tools = tools;
    this.#isFormatted = isFormatted;
    this.#toggle = element("button", { type: "button", class: "reply-toggle", hidden: true, onclick: () => this.#turn() });
    this.node = element("div", { class: "reply", "aria-busy": "true" }, this.#toggle, this.#body);
    this.#writer = createPlain(this.#body);
    if (this.#isFormatted) void this.#format();
  }

  /** @returns {number} */
  get length() {
    return this.#source.length;
  }

  /** @param {string} arrived */
  append(arrived) {
    const read = this.#ansi.read(arrived).map((piece) => piece.text);
    const words = read.join("").replaceAll("\r\n", "\n").replaceAll("\r", "\n");
    this.#source += words;
    this.#writer.append(words);
  }

  /** Lays in what has arrived, once a frame. */
  render() {
    this.#writer.render();
  }

  /** Nothing more comes. */
  end() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#writer.end();
    this.node.setAttribute("aria-busy", "false");
    this.#tellToggle();
  }

  text() {
    return this.#source;
  }

  markdown() {
    return this.#source;
  }

  /** Shows it in the other form. */
  #turn() {
    this.#isFormatted = !this.#isFormatted;
    if (this.#isFormatted) void this.#format();
    else this.#start(createPlain(this.#body));
  }

  async #format() {
    const views = await this.#tools.loadViews();
    if (views && this.#isFormatted) this.#start(views.createMarkdown(this.#body, this.#tools));
  }

  /** @param {Writer} writer that shows it from now on, from its start */
  #start(writer) {
    this.#writer = writer;
    writer.append(this.#source);
    if (this.#isOver) writer.end();
    else writer.render();
    this.#tellToggle();
    this.#tools.grown();
  }

  #tellToggle() {
    const label = this.#isFormatted ? text("Plain text") : text("Formatted");
    this.#toggle.dataset.label = label;
    this.#toggle.setAttribute("aria-label", this.#isFormatted ? text("Show this reply as plain text") : text("Show this reply formatted"));
    this.#toggle.hidden = !this.#isOver || !MARKS.test(this.#source);
  }
}
