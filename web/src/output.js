/**
 * The output pane: printed text, a model's words, returned values, errors and notes, told apart.
 *
 * Text is collected and laid into the page once a frame, in chunks of some hundred lines of which the
 * browser lays out only those in view. So a program may print a hundred thousand lines.
 */
import { applyStyle, createAnsiReader, styleKey } from "./ansi.js";
import { element } from "./dom.js";

const LINES_PER_CHUNK = 200;
const CHARACTERS_PER_CHUNK = 40_000;
/** Characters of an endless line that are taken for a row, to guess how high a chunk is. */
const CHARACTERS_PER_ROW = 90;
/** Time for text in one frame: less when frames come late, because laying text out takes time as well. */
const FRAME_MILLISECONDS = { least: 1.5, most: 8 };
const LATE_MILLISECONDS = 24;
/** After such a pause a frame is not late: nothing was printed. */
const IDLE_MILLISECONDS = 500;
/** So much text is shown without waiting for a frame; a block counts as a few lines. */
const AT_ONCE_CHARACTERS = 4_000;
const NODE_CHARACTERS = 200;
const MAX_LINES = 2_000_000;
const MAX_CHARACTERS = 200_000_000;
const LINE_HEIGHT_PIXELS = 21;
/** Most programs have something to show by then: the old output is replaced at once, not removed first. */
const CLEAR_MILLISECONDS = 10;
/** One piece of text is laid in at a time, so that a frame ends in time. */
const PIECE_CHARACTERS = 16_000;

/** A longer value is laid in like printed text, in chunks. */
const LONG_VALUE_CHARACTERS = 5000;

/** @typedef {{kind: string, text: string}} TextItem */

/**
 * @param {HTMLElement} pane scrolls
 * @param {(line: number, column: number) => void} onJump
 */
export function createOutput(pane, onJump) {
  /** @type {(TextItem | {node: HTMLElement})[]} */
  let queue = [];
  let frame = 0;
  let budget = FRAME_MILLISECONDS.most;
  let lastRender = 0;
  let stuck = true;
  let ansi = createAnsiReader();
  /** @type {HTMLElement | null} */
  let chunk = null;
  let chunkLines = 0;
  let chunkCharacters = 0;
  let lines = 0;
  let characters = 0;
  let dropped = 0;
  /** @type {HTMLElement | null} */
  let droppedNote = null;
  /** @type {(() => void)[]} */
  let drained = [];

  /** Runs out when an output that was cleared has to go, 0 while there is none. */
  let clearing = 0;

  /** Whether the end will be scrolled into view with the next frame. */
  let following = false;

  pane.addEventListener("scroll", () => {
    // Clearing the pane scrolls, too; that is not the user's wish to stay above.
    if (!following) stuck = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 48;
  });

  function closeChunk() {
    if (chunk) {
      const rows = Math.max(1, chunkLines, Math.round(chunkCharacters / CHARACTERS_PER_ROW));
      chunk.style.containIntrinsicSize = `auto ${rows * LINE_HEIGHT_PIXELS}px`;
      chunk.classList.add("closed");
    }
    chunk = null;
  }

  function openChunk() {
    chunk = element("div", { class: "chunk" });
    chunkLines = chunkCharacters = 0;
    pane.append(chunk);
    return chunk;
  }

  /** @param {string} kind @param {string} text @param {import("./ansi.js").Style} style */
  function appendRun(kind, text, style) {
    const target = chunk ?? openChunk();
    const key = `${kind}|${styleKey(style)}`;
    const last = /** @type {HTMLElement | null} */ (target.lastElementChild);
    if (last?.dataset.key === key) {
      last.firstChild
        ? /** @type {Text} */ (last.firstChild).appendData(text)
        : last.append(text);
    } else {
      const span = element("span", { class: kind }, text);
      span.dataset.key = key;
      applyStyle(span, style);
      target.append(span);
    }
    chunkCharacters += text.length;
    characters += text.length;
  }

  /** Takes back what stands in the last line: a lone carriage return was printed. */
  function eraseLine() {
    for (let last = chunk?.lastChild; last; last = chunk?.lastChild) {
      const text = last.textContent ?? "";
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) {
        last.textContent = text.slice(0, end);
        return;
      }
      last.remove();
    }
  }

  /** @param {TextItem} item */
  function appendText({ kind, text }) {
    for (const piece of ansi.read(text)) {
      const parts = piece.text.replaceAll("\r\n", "\n").split("\r");
      parts.forEach((part, index) => {
        if (index > 0) eraseLine();
        appendLines(kind, part, piece.style);
      });
    }
  }

  /** @param {string} kind @param {string} text @param {import("./ansi.js").Style} style */
  function appendLines(kind, text, style) {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      lines++;
      chunkLines++;
      const long = chunkCharacters + end - start > CHARACTERS_PER_CHUNK;
      if (chunkLines < LINES_PER_CHUNK && !long) continue;
      appendRun(kind, text.slice(start, end + 1), style);
      start = end + 1;
      closeChunk();
      openChunk();
    }
    if (start >= text.length) return;
    // A line without an end goes on in the next chunk: its layout would take longer with each word.
    const isWhole = !/^[\uDC00-\uDFFF]/.test(text.slice(start, start + 1));
    if (chunkCharacters > CHARACTERS_PER_CHUNK && isWhole) closeChunk();
    appendRun(kind, text.slice(start), style);
  }

  /** @param {HTMLElement} node */
  function appendBlock(node) {
    closeChunk();
    pane.append(node);
  }

  function dropOldest() {
    while ((lines > MAX_LINES || characters > MAX_CHARACTERS) && pane.firstElementChild !== chunk) {
      const first = /** @type {HTMLElement} */ (
        droppedNote ? droppedNote.nextElementSibling : pane.firstElementChild
      );
      if (!first || first === chunk) return;
      const text = first.textContent ?? "";
      const count = text.split("\n").length - 1;
      lines -= count;
      characters -= text.length;
      dropped += count;
      first.remove();
      droppedNote ??= element("div", { class: "note" });
      droppedNote.textContent = `${dropped.toLocaleString()} earlier lines are no longer kept`;
      pane.prepend(droppedNote);
    }
  }

  /** Removes what was cleared. */
  function wipe() {
    clearTimeout(clearing);
    clearing = 0;
    pane.replaceChildren();
    ansi = createAnsiReader();
    chunk = droppedNote = null;
    lines = characters = dropped = 0;
    stuck = true;
  }

  /** Shows the end of the output with the next frame: at once, the whole page would be laid out. */
  function follow() {
    if (!stuck || following) return;
    following = true;
    requestAnimationFrame(() => {
      following = false;
      if (stuck) pane.scrollTop = pane.scrollHeight;
    });
  }

  /** Lays in as much as fits into one frame. @param {boolean} inFrame whether one begins now */
  function render(inFrame) {
    frame = 0;
    if (clearing && queue.length) wipe();
    const now = performance.now();
    const { least, most } = FRAME_MILLISECONDS;
    const gap = now - lastRender;
    const isLate = gap > LATE_MILLISECONDS && gap < IDLE_MILLISECONDS;
    budget *= isLate ? Math.max(0.3, LATE_MILLISECONDS / gap) : 1.2;
    budget = Math.min(most, Math.max(least, budget));
    lastRender = now;
    const until = now + budget;
    let done = 0;
    while (done < queue.length && performance.now() < until) {
      const item = queue[done];
      if ("node" in item) {
        appendBlock(item.node);
      } else if (item.text.length > PIECE_CHARACTERS) {
        appendText({ kind: item.kind, text: item.text.slice(0, PIECE_CHARACTERS) });
        item.text = item.text.slice(PIECE_CHARACTERS);
        continue;
      } else {
        appendText(item);
      }
      done++;
    }
    queue.splice(0, done);
    dropOldest();
    if (!inFrame) follow();
    else if (stuck) pane.scrollTop = pane.scrollHeight;
    if (queue.length) schedule();
    else {
      for (const resolve of drained) resolve();
      drained = [];
    }
  }

  const renderFrame = () => render(true);

  function schedule() {
    if (frame) return;
    frame = 1;
    // A hidden tab gets no frames, but the program that waits for us must go on.
    if (document.hidden) setTimeout(renderFrame, 30);
    else requestAnimationFrame(renderFrame);
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && frame) setTimeout(() => frame && renderFrame(), 30);
  });

  /** What follows starts on a line of its own. */
  function closeLine() {
    queue.push({ node: element("div") });
  }

  /** @param {HTMLElement} node */
  function addBlock(node) {
    queue.push({ node });
    schedule();
  }

  return {
    /** Forgets all that is shown, also what is still on its way. */
    clear() {
      queue = [];
      stuck = true;
      if (!clearing) clearing = window.setTimeout(wipe, CLEAR_MILLISECONDS);
    },

    /** @param {import("./protocol.js").Written[]} parts */
    write(parts) {
      for (const [kind, text] of parts) {
        const last = queue.at(-1);
        if (last && "text" in last && last.kind === kind) last.text += text;
        else queue.push({ kind, text });
      }
      schedule();
    },

    /**
     * Resolves once everything is shown. A little is shown at once: most runs print a few lines, and
     * waiting for the next frame would take longer than they do.
     * @returns {Promise<void>}
     */
    async drain() {
      if (clearing) wipe();
      let waiting = 0;
      for (const item of queue) waiting += "text" in item ? item.text.length : NODE_CHARACTERS;
      if (waiting && waiting <= AT_ONCE_CHARACTERS) render(false);
      if (queue.length) await new Promise((/** @type {(v: void) => void} */ r) => drained.push(r));
    },

    /** @param {string} text a returned value, as printed */
    showValue(text) {
      if (text.length > LONG_VALUE_CHARACTERS) {
        closeLine();
        queue.push({ kind: "value", text: `⇒ ${text}\n` });
        schedule();
        return;
      }
      const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, "⇒ ");
      addBlock(element("div", { class: "value", "aria-label": "value" }, arrow, text));
    },

    /** @param {string} text what was entered below the output */
    showEcho(text) {
      addBlock(element("div", { class: "echo" }, text));
    },

    /** @param {string} text a word of the page itself */
    showNote(text) {
      addBlock(element("div", { class: "note" }, text));
    },

    /**
     * @param {import("./protocol.js").ProgramError} error
     * @param {string} code
     * @param {boolean} inEditor whether the places of the error are places in the editor
     */
    showError(error, code, inEditor) {
      addBlock(buildError(error, code, inEditor ? onJump : null));
    },

    /** @param {HTMLElement} node something that asks the user */
    showBlock: addBlock,

    /** @returns {string} all that is shown */
    text() {
      if (clearing) wipe();
      let all = "";
      for (const child of /** @type {Iterable<HTMLElement>} */ (pane.children)) {
        const isChunk = child.classList.contains("chunk");
        const text = (isChunk ? child.textContent : child.innerText) ?? "";
        if (!isChunk && all && !all.endsWith("\n")) all += "\n";
        all += isChunk || !text ? text : `${text}\n`;
      }
      return all;
    },
  };
}

/** @typedef {ReturnType<typeof createOutput>} Output */

/**
 * @param {import("./protocol.js").ProgramError} error
 * @param {string} code the program
 * @param {((line: number, column: number) => void) | null} onJump null if the editor holds another
 */
function buildError(error, code, onJump) {
  const { line, column } = error;
  const place = line > 0 && buildPlace(line, column, onJump);
  return element(
    "div",
    { class: "error", role: "alert" },
    element(
      "div",
      { class: "error-head" },
      element("span", { class: "error-type" }, error.type || "error"),
      place,
    ),
    element("div", { class: "error-message" }, error.message),
    line > 0 && buildExcerpt(code, line, column),
    error.hint &&
      element("div", { class: "hint" }, element("span", { class: "label" }, "Hint "), error.hint),
    error.stack?.length > 0 && buildStack(error.stack, onJump),
  );
}

/**
 * @param {number} line @param {number} column
 * @param {((line: number, column: number) => void) | null} onJump
 */
function buildPlace(line, column, onJump) {
  const text = column > 0 ? `line ${line}, column ${column}` : `line ${line}`;
  if (!onJump) return element("span", { class: "place" }, text);
  const title = "Show in the editor";
  return element("button", { class: "jump", type: "button", title, onclick: () => onJump(line, column) }, text);
}

/** @param {string} code @param {number} line @param {number} column */
function buildExcerpt(code, line, column) {
  const source = code.split("\n")[line - 1];
  if (source === undefined) return null;
  // A very long line is shown around the place of the error.
  const from = Math.max(0, column - 80);
  const shown = [...source].slice(from, from + 160).join("").replaceAll("\t", " ");
  const gutter = `${line} │ `;
  const caret = column > 0 ? `\n${" ".repeat(gutter.length - 2)}│ ${" ".repeat(column - 1 - from)}^` : "";
  return element("pre", { class: "excerpt" }, gutter + shown, element("span", { class: "caret" }, caret));
}

/**
 * @param {import("./protocol.js").ProgramError["stack"]} stack
 * @param {((line: number, column: number) => void) | null} onJump
 */
function buildStack(stack, onJump) {
  const items = stack.slice(0, 50).map((frame) => {
    if (typeof frame === "string") return element("li", {}, frame);
    const { name, line, column } = frame;
    const jump = line > 0 && buildPlace(line, column, onJump);
    return element("li", {}, element("code", {}, name), " ", jump);
  });
  const summary = stack.length === 1 ? "Called from" : `Called from (${stack.length})`;
  return element(
    "details",
    { class: "stack" },
    element("summary", {}, summary),
    element("ol", {}, ...items),
  );
}
