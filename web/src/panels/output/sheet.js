/**
 * What the output pane holds: printed text in chunks of some hundred lines, of which the browser lays
 * out only those in view, so that a program may print a hundred thousand lines; and blocks between
 * them. Its text is kept here besides, so that nobody has to read it out of the page.
 */
import { element, invisibleMark } from "../../dom.js";
import { splitInvisible } from "../../invisible.js";
import { spoken, text } from "../../texts/texts.js";
import { applyStyle, createAnsiReader, styleKey } from "./ansi.js";
import { joinMarkdown, textMarkdown } from "./as-markdown.js";
import { MOST_CHARACTERS } from "./reply.js";

/** The chunk that grows is laid out again with each frame, so it is small. */
const LINES_PER_CHUNK = 100;
const CHARACTERS_PER_CHUNK = 10_000;
/** A line without an end: where a chunk ends it would be broken. */
const CHARACTERS_PER_LINE = 40_000;
/** Characters of an endless line that are taken for a row, to guess how high a chunk is. */
const CHARACTERS_PER_ROW = 90;
const MAX_LINES = 2_000_000;
const MAX_CHARACTERS = 200_000_000;
const LINE_HEIGHT_PIXELS = 21;
/**
 * So much is laid out whether it is in view or not: who reads the page's text (`innerText`), as agents do, gets
 * all of it. Of a longer output the browser lays out what is in view, and a note that nobody sees says so.
 */
const WHOLE_LINES = 2_000;
const WHOLE_CHARACTERS = 200_000;

/**
 * @typedef {object} Block something between printed texts
 * @property {HTMLElement} node
 * @property {() => string} text it, as far as it is shown
 * @property {() => string} [markdown] the same in Markdown; its text as it is, if left out
 *
 * @typedef {{node: Text, box: HTMLElement, key: string, text: string}} TextRun text of one style
 *
 * @typedef {object} Chunk
 * @property {HTMLElement} node
 * @property {TextRun[]} runs while it is open
 * @property {string} closed its text when it is closed
 * @property {number} lines
 * @property {number} characters
 * @property {boolean} isSkipped the browser does not lay it out
 */

/** @typedef {import("./reply.js").Reply} Reply */

/** @param {HTMLElement} node @returns {Chunk} */
const newChunk = (node) => ({ node, runs: [], closed: "", lines: 0, characters: 0, isSkipped: false });

/** @param {Chunk} chunk */
const textOf = ({ runs, closed }) => closed + runs.map(({ text }) => text).join("");

export class Sheet {
  #box;
  #ansi = createAnsiReader();
  /** @type {(Chunk | Block)[]} */
  #parts = [];
  /** The one that grows; the last of the parts. @type {Chunk | null} */
  #chunk = null;
  /** A model's words that arrive; the last of the parts. @type {Reply | null} */
  #reply = null;
  #lines = 0;
  #characters = 0;
  #dropped = 0;
  /** @type {HTMLElement | null} */
  #droppedNote = null;
  /** The lines of chunks that the browser does not lay out now. */
  #skipped = 0;
  /** Stands there once not all is laid out. @type {HTMLElement | null} */
  #skippedNote = null;

  #makeReply;

  /** @param {HTMLElement} box @param {() => Reply} makeReply */
  constructor(box, makeReply) {
    this.#box = box;
    this.#makeReply = makeReply;
  }

  /** @param {string} kind @param {string} text with escape sequences, which may be cut anywhere */
  appendText(kind, text) {
    if (kind === "stream" && this.#takeIntoReply(text)) return;
    if (kind === "stream") this.#reply?.end();
    else this.closeReply();
    for (const piece of this.#ansi.read(text)) {
      const rows = piece.text.replaceAll("\r\n", "\n").split("\r");
      rows.forEach((row, index) => {
        if (index > 0) this.#eraseLine();
        this.#appendLines(kind, row, piece.style);
      });
    }
  }

  /** @param {Block} block */
  appendBlock(block) {
    this.closeReply();
    this.#closeChunk();
    this.#parts.push(block);
    this.#put(block.node);
  }

  /** Shows what has come of a reply: once a frame. */
  settle() {
    this.#reply?.render();
  }

  /** Nothing more comes for now: a reply is whole. */
  closeReply() {
    this.#reply?.end();
    this.#reply = null;
  }

  /** Lets go of the oldest text when there is too much. */
  dropOldest() {
    const before = this.#dropped;
    while (this.#isTooMuch() && this.#parts.length && this.#parts[0] !== this.#chunk) {
      const first = /** @type {Chunk | Block} */ (this.#parts.shift());
      first.node.remove();
      if (!("runs" in first)) continue;
      if (first.isSkipped) this.#skipped -= first.lines;
      this.#lines -= first.lines;
      this.#characters -= first.characters;
      this.#dropped += first.lines;
    }
    if (this.#dropped === before) return;
    this.#droppedNote ??= element("div", { class: "note" });
    this.#droppedNote.textContent = this.#droppedText();
    this.#box.prepend(this.#droppedNote);
  }

  /** Removes everything. */
  wipe() {
    this.#box.replaceChildren();
    this.#ansi = createAnsiReader();
    this.#parts = [];
    this.#chunk = this.#reply = this.#droppedNote = this.#skippedNote = null;
    this.#lines = this.#characters = this.#dropped = this.#skipped = 0;
  }

  /** @returns {string} all that is shown */
  text() {
    let all = this.#dropped ? `${this.#droppedText()}\n` : "";
    for (const part of this.#parts) {
      if ("runs" in part) {
        all += textOf(part);
        continue;
      }
      const text = part.text();
      if (all && !all.endsWith("\n")) all += "\n";
      if (text) all += `${text}\n`;
    }
    return all;
  }

  /** @param {string} text @returns {boolean} false for what comes after a very long one: that is printed text */
  #takeIntoReply(text) {
    if (!this.#reply) {
      this.#closeChunk();
      this.#reply = this.#makeReply();
      this.#parts.push(this.#reply);
      this.#put(this.#reply.node);
    }
    if (this.#reply.length > MOST_CHARACTERS) return false;
    this.#reply.append(text);
    return true;
  }

  /** @returns {string} all that is shown, as Markdown */
  markdown() {
    const note = this.#dropped ? [`*${this.#droppedText()}*`] : [];
    return joinMarkdown([
      ...note,
      ...this.#parts.map((part) => {
        if ("markdown" in part && part.markdown) return part.markdown();
        const text = "runs" in part ? textOf(part) : part.text();
        return text.trim() && textMarkdown(text);
      }),
    ]);
  }

  #isTooMuch() {
    return this.#lines > MAX_LINES || this.#characters > MAX_CHARACTERS;
  }

  #droppedText() {
    return text("{n} earlier lines are no longer kept", { n: this.#dropped.toLocaleString(spoken()) });
  }

  #openChunk() {
    const chunk = newChunk(element("div", { class: "chunk" }));
    this.#chunk = chunk;
    this.#parts.push(chunk);
    this.#put(chunk.node);
    return chunk;
  }

  #closeChunk() {
    const chunk = this.#chunk;
    this.#chunk = null;
    if (!chunk) return;
    const rows = Math.max(1, chunk.lines, Math.round(chunk.characters / CHARACTERS_PER_ROW));
    chunk.node.style.containIntrinsicSize = `auto ${rows * LINE_HEIGHT_PIXELS}px`;
    chunk.closed = textOf(chunk);
    chunk.runs = [];
    if (this.#skippedNote) this.#mayBeSkipped(chunk);
    else if (this.#lines > WHOLE_LINES || this.#characters > WHOLE_CHARACTERS) this.#beginSkipping();
  }

  /** Lays something in behind all that is there. @param {HTMLElement} node */
  #put(node) {
    if (this.#skippedNote) this.#skippedNote.before(node);
    else this.#box.append(node);
  }

  /** From now on only what is in view is laid out. */
  #beginSkipping() {
    this.#skippedNote = element("div", { class: "skipped-note", "aria-hidden": "true" });
    this.#box.append(this.#skippedNote);
    for (const part of this.#parts) if ("runs" in part && part !== this.#chunk) this.#mayBeSkipped(part);
    this.#saySkipped();
  }

  /** @param {Chunk} chunk that is closed */
  #mayBeSkipped(chunk) {
    chunk.node.addEventListener("contentvisibilityautostatechange", (event) => {
      const isSkipped = /** @type {any} */ (event).skipped;
      if (isSkipped === chunk.isSkipped || !chunk.node.isConnected) return;
      chunk.isSkipped = isSkipped;
      this.#skipped += isSkipped ? chunk.lines : -chunk.lines;
      this.#saySkipped();
    });
    chunk.node.classList.add("closed");
  }

  #saySkipped() {
    if (!this.#skippedNote) return;
    const [left, all] = [this.#skipped, this.#lines].map((count) => count.toLocaleString("en"));
    this.#skippedNote.textContent = this.#skipped
      ? `\n[innerText leaves out ${left} of ${all} lines, which are out of view: window.playground.output() gives all]`
      : "";
  }

  /** @param {string} kind @param {string} text @param {import("./ansi.js").Style} style */
  #appendRun(kind, text, style) {
    for (const piece of splitInvisible(text)) this.#appendPiece(kind, piece, style);
  }

  /** @param {string} kind @param {{text: string, isInvisible: boolean}} piece @param {import("./ansi.js").Style} style */
  #appendPiece(kind, { text, isInvisible }, style) {
    const chunk = this.#chunk ?? this.#openChunk();
    const key = `${kind}|${styleKey(style)}|${isInvisible}`;
    const last = chunk.runs.at(-1);
    if (last?.key === key && !isInvisible) {
      last.node.appendData(text);
      last.text += text;
    } else {
      const node = new Text(text);
      const box = isInvisible ? invisibleMark(text, node) : element("span", { class: kind }, node);
      applyStyle(box, style);
      chunk.node.append(box);
      chunk.runs.push({ node, box, key, text });
    }
    chunk.characters += text.length;
    this.#characters += text.length;
  }

  /** @param {string} kind @param {string} text @param {import("./ansi.js").Style} style */
  #appendLines(kind, text, style) {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      const chunk = this.#chunk ?? this.#openChunk();
      this.#lines++;
      chunk.lines++;
      const isLong = chunk.characters + end - start > CHARACTERS_PER_CHUNK;
      if (chunk.lines < LINES_PER_CHUNK && !isLong) continue;
      this.#appendRun(kind, text.slice(start, end + 1), style);
      start = end + 1;
      this.#closeChunk();
      this.#openChunk();
    }
    if (start >= text.length) return;
    // A line without an end goes on in the next chunk: its layout would take longer with each word.
    const isWhole = !/^[\uDC00-\uDFFF]/.test(text.slice(start, start + 1));
    if (this.#chunk && this.#chunk.characters > CHARACTERS_PER_LINE && isWhole) this.#closeChunk();
    this.#appendRun(kind, text.slice(start), style);
  }

  /** Takes back what stands in the last line: a lone carriage return was printed. */
  #eraseLine() {
    const runs = this.#chunk?.runs ?? [];
    for (let last = runs.at(-1); last; last = runs.at(-1)) {
      const end = last.text.lastIndexOf("\n") + 1;
      if (end > 0) {
        last.node.data = last.text = last.text.slice(0, end);
        return;
      }
      last.box.remove();
      runs.pop();
    }
  }
}
