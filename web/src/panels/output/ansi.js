/** Colours and other styles that programs print as ANSI escape sequences (SGR, ECMA-48). */

/**
 * @typedef {object} Style
 * @property {string} color a colour class ("ansi-red"), a CSS colour, or ""
 * @property {string} background
 * @property {Set<string>} marks "bold", "dim", "italic", "underline", "inverse", "strike"
 */

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const MARKS = new Map([
  [1, "bold"],
  [2, "dim"],
  [3, "italic"],
  [4, "underline"],
  [7, "inverse"],
  [9, "strike"],
]);
const MARK_ENDS = new Map([
  [22, ["bold", "dim"]],
  [23, ["italic"]],
  [24, ["underline"]],
  [27, ["inverse"]],
  [29, ["strike"]],
]);
// A style, any other control sequence (cursor, title), or a lone escape character.
const ESCAPE = /\x1b\[([\d;:]*)m|\x1b\[[\d;:?<=>!]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b./g;
const UNFINISHED = /\x1b(?:\[[\d;:?<=>!]*|\][^\x07\x1b]*|[()])?$/;
const MAX_UNFINISHED = 200;

/** @returns {Style} */
const plain = () => ({ color: "", background: "", marks: new Set() });

/** @param {number[]} codes after 38 or 48; takes what belongs to the colour @returns {string} */
function readColor(codes) {
  const kind = codes.shift();
  if (kind === 2) return `rgb(${codes.splice(0, 3).map((part) => Math.min(255, part)).join(", ")})`;
  if (kind !== 5) return "";
  const index = codes.shift() ?? 0;
  if (index < 16) return `ansi-${index > 7 ? "bright-" : ""}${NAMES[index % 8]}`;
  if (index >= 232) {
    const level = 8 + 10 * (index - 232);
    return `rgb(${level}, ${level}, ${level})`;
  }
  const cube = index - 16;
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${parts.map((part) => (part ? 55 + 40 * part : 0)).join(", ")})`;
}

/** @param {Style} before @param {string} parameters @returns {Style} */
function applyCodes(before, parameters) {
  const style = { ...before, marks: new Set(before.marks) };
  const codes = parameters.split(/[;:]/).map(Number);
  while (codes.length) {
    const code = codes.shift() ?? 0;
    const mark = MARKS.get(code);
    if (code === 0) Object.assign(style, plain());
    else if (mark) style.marks.add(mark);
    else if (MARK_ENDS.has(code)) MARK_ENDS.get(code)?.forEach((each) => style.marks.delete(each));
    else if (code >= 30 && code <= 37) style.color = `ansi-${NAMES[code - 30]}`;
    else if (code >= 90 && code <= 97) style.color = `ansi-bright-${NAMES[code - 90]}`;
    else if (code >= 40 && code <= 47) style.background = `ansi-${NAMES[code - 40]}`;
    else if (code >= 100 && code <= 107) style.background = `ansi-bright-${NAMES[code - 100]}`;
    else if (code === 38) style.color = readColor(codes);
    else if (code === 48) style.background = readColor(codes);
    else if (code === 39) style.color = "";
    else if (code === 49) style.background = "";
  }
  return style;
}

/** A reader of text with escape sequences, which may be cut anywhere. */
export function createAnsiReader() {
  let style = plain();
  let unfinished = "";
  return {
    /** @param {string} text @returns {{text: string, style: Style}[]} */
    read(text) {
      if (!unfinished && !text.includes("\x1b")) return [{ text, style }];
      text = unfinished + text;
      const tail = UNFINISHED.exec(text)?.[0] ?? "";
      unfinished = tail.length > MAX_UNFINISHED ? "" : tail;
      text = text.slice(0, text.length - tail.length);
      const pieces = [];
      let at = 0;
      for (const found of text.matchAll(ESCAPE)) {
        if (found.index > at) pieces.push({ text: text.slice(at, found.index), style });
        at = found.index + found[0].length;
        if (found[1] !== undefined) style = applyCodes(style, found[1]);
      }
      if (at < text.length) pieces.push({ text: text.slice(at), style });
      return pieces;
    },
  };
}

/** @param {HTMLElement} element @param {Style} style */
export function applyStyle(element, style) {
  for (const mark of style.marks) element.classList.add(`ansi-${mark}`);
  setColor(element, "color", style.color);
  setColor(element, "background", style.background);
}

/** @param {HTMLElement} element @param {"color" | "background"} property @param {string} value */
function setColor(element, property, value) {
  if (value.startsWith("ansi-")) {
    element.classList.add(property === "color" ? value : value.replace("ansi-", "ansi-on-"));
  } else if (value) {
    element.style[property] = value;
  }
}

/** @param {Style} style @returns {string} equal for equal styles */
export const styleKey = (style) =>
  `${style.color}|${style.background}|${[...style.marks].sort().join(" ")}`;
