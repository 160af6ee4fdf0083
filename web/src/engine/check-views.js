/**
 * Reads views: what a program shows in another form than text. Like all that a worker says, a view is
 * believed by nobody: each becomes a new plain value of known shape and size (reading.js). Its texts stay
 * texts: whoever shows them does so as text.
 */
import { Nonsense, count, flag, list, must, number, oneOf, own, record, text } from "./reading.js";

const MB = 1024 * 1024;
const LIMITS = { all: 8 * MB, rows: 10_000, columns: 200, cell: 10_000, word: 1000, pixels: 10_000, points: 20_000 };
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const IMAGES = /** @type {const} */ (["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);
const SOUNDS = ["audio/mpeg", "audio/ogg", "audio/flac", "audio/webm", "audio/wav", "audio/mp4", "audio/aac"];

/** @param {Record<string, unknown>} given @param {readonly string[]} types */
function media(given, types) {
  const data = text(own(given, "data"), LIMITS.all, "data");
  must(BASE64.test(data), "data is no base64");
  return { type: oneOf(own(given, "type"), types, "a media type"), data };
}

const CHARTS = /** @type {const} */ (["line", "bar", "scatter", "histogram"]);

/** @param {unknown} value @returns {[number | string, number, string]} x, y, and the series */
function point(value) {
  const [x, y, series] = list(value, 3, (each) => each, "a point");
  return [
    typeof x === "string" ? text(x, LIMITS.word, "a name") : number(x, -Number.MAX_VALUE, Number.MAX_VALUE, "x"),
    number(y, -Number.MAX_VALUE, Number.MAX_VALUE, "y"),
    text(series, LIMITS.word, "a series"),
  ];
}

/** @param {unknown} value */
function column(value) {
  const given = record(value, "a column");
  return { name: text(own(given, "name"), LIMITS.cell, "a name"), number: flag(own(given, "number"), "number") };
}

/** What belongs to a view of each kind, beside its text. @type {Record<string, (given: Record<string, unknown>) => object>} */
const VIEWS = {
  markdown: (given) => ({ reply: own(given, "reply") === true }),
  table: (given) => {
    const columns = list(own(given, "columns"), LIMITS.columns, column, "columns");
    const cell = (/** @type {unknown} */ each) => text(each, LIMITS.cell, "a cell");
    const row = (/** @type {unknown} */ each) => {
      const cells = list(each, LIMITS.columns, cell, "a row");
      must(cells.length === columns.length, "a row has other columns");
      return cells;
    };
    const rows = list(own(given, "rows"), LIMITS.rows, row, "rows");
    return { columns, rows, title: text(own(given, "title"), LIMITS.cell, "a title"), more: count(own(given, "more"), "more") };
  },
  image: (given) => {
    const width = own(given, "width") ?? 0;
    const pixels = count(width, "a width");
    must(pixels <= LIMITS.pixels, "a width is too large");
    return { ...media(given, IMAGES), alt: text(own(given, "alt"), LIMITS.cell, "words"), width: pixels };
  },
  audio: (given) => media(given, SOUNDS),
  chart: (given) => {
    const word = (/** @type {string} */ name) => text(own(given, name), LIMITS.word, name);
    return {
      kind: oneOf(own(given, "kind"), CHARTS, "a kind of chart"),
      title: word("title"),
      x: word("x"),
      y: word("y"),
      width: number(own(given, "width"), 0, Number.MAX_VALUE, "a width"),
      points: list(own(given, "points"), LIMITS.points, point, "points"),
    };
  },
  diff: (given) => ({
    before: text(own(given, "before"), LIMITS.all, "a text"),
    after: text(own(given, "after"), LIMITS.all, "a text"),
  }),
};

/**
 * @param {string} json
 * @returns {import("./protocol.js").View}
 * @throws {Nonsense}
 */
export function readView(json) {
  must(json.length <= LIMITS.all, "a view is too long");
  let parsed;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Nonsense("a view is no JSON");
  }
  const given = record(parsed, "a view");
  const kind = own(given, "view");
  must(typeof kind === "string" && Object.hasOwn(VIEWS, kind), "a view of an unknown kind");
  return { view: kind, text: text(own(given, "text"), LIMITS.all, "the text of a view"), ...VIEWS[kind](given) };
}
