/**
 * What the language knows of a text (lispcore/services/): asked of an interpreter that has nothing to do, never
 * of one that would have to be started. Answers are read into plain values of known shape, since a program
 * may have taken the interpreter over; places come and go as JavaScript counts them.
 */
import { count, list, must, number, oneOf, own, record, text } from "../engine/reading.js";
import { CATALOG } from "../models/catalog.js";
import { describeSettings } from "../models/settings.js";

/** Longer programs are not sent while somebody types: their answers would take too long. */
const MOST_CHARACTERS = 300_000;
const MOST_PLACES = 100_000;
const MOST_LETTERS = 10_000_000;

/** Characters beyond the first plane are one for Python, and two here. */
const WIDE = /[\uD800-\uDBFF][\uDC00-\uDFFF]/;

/** @param {string} source @param {number} at @returns {number} as Python counts */
export const toPoints = (source, at) => (WIDE.test(source) ? [...source.slice(0, at)].length : at);

/** @param {string} source @returns {(at: number) => number} from what Python counts */
export function fromPoints(source) {
  if (!WIDE.test(source)) return (at) => Math.min(at, source.length);
  const places = [0];
  for (const each of source) places.push(places[places.length - 1] + each.length);
  return (at) => places[Math.min(at, places.length - 1)];
}

/** @typedef {import("../editor/service-types.js").Services} Services */

/** @param {unknown} value @param {string} what */
const word = (value, what) => text(value, 100_000, what);
/** @param {unknown} value @param {string} what */
const maybe = (value, what) => (value === null || value === undefined ? "" : word(value, what));

/** @param {unknown} value @param {(at: number) => number} place @returns {[number, number][]} */
function ranges(value, place) {
  return list(value, MOST_PLACES, (each) => {
    const [from, to] = list(each, 2, (at) => place(count(at, "a place")), "a range");
    must(from <= to, "a range that ends before it begins");
    return /** @type {[number, number]} */ ([from, to]);
  }, "ranges");
}

/** @param {string} source */
function offsetsOfLines(source) {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  /** @param {unknown} line @param {unknown} column */
  return (line, column) => {
    const start = starts[number(line, 1, starts.length, "a line") - 1];
    const end = source.indexOf("\n", start);
    const inLine = source.slice(start, end < 0 ? undefined : end);
    return start + fromPoints(inLine)(count(column, "a column") - 1);
  };
}

const READERS = {
  /** @param {unknown} value @param {string} source */
  diagnose(value, source) {
    const at = offsetsOfLines(source);
    return list(value, 1000, (each) => {
      const given = record(each, "a mistake");
      const from = at(own(given, "line"), own(given, "column"));
      return {
        from,
        to: Math.max(from, at(own(given, "end_line"), own(given, "end_column"))),
        severity: oneOf(own(given, "severity"), /** @type {const} */ (["error", "warning"]), "a severity"),
        message: word(own(given, "message"), "a message"),
        hint: maybe(own(given, "hint"), "a hint"),
      };
    }, "mistakes");
  },
  /** @param {unknown} value */
  format: (value) => text(value, MOST_LETTERS, "a layout"),
  /** @param {unknown} value @param {string} source */
  definition: (value, source) => ranges(value, fromPoints(source)),
  /** @param {unknown} value @param {string} source */
  rename: (value, source) => ranges(value, fromPoints(source)),
  /** @param {unknown} value @param {string} source */
  signature(value, source) {
    if (value === null) return null;
    const given = record(value, "a signature");
    const label = word(own(given, "label"), "a label");
    const options = own(given, "options") ?? null;
    return {
      label,
      parameters: ranges(own(given, "parameters"), (at) => Math.min(at, label.length)),
      active: number(own(given, "active"), -1, 1000, "a parameter"),
      text: maybe(own(given, "text"), "a text"),
      options: options === null ? [] : list(options, 1000, (each) => word(each, "an option"), "options"),
      option: maybe(own(given, "option"), "an option"),
      start: fromPoints(source)(count(own(given, "start"), "a place")),
    };
  },
  /** @param {unknown} value */
  completions: (value) =>
    list(value, 1000, (each) => {
      const given = record(each, "a completion");
      return { label: word(own(given, "label"), "a name"), kind: word(own(given, "kind"), "a kind") };
    }, "completions"),
};

/**
 * @param {Record<"askService" | "askValue", (question: string) => Promise<string | null>>} interpreter
 * @param {import("../state.js").Store["get"]} get
 * @returns {Services}
 */
export function createServices({ askService, askValue }, get) {
  /**
   * @param {keyof typeof READERS} service @param {string} source
   * @param {{at?: number, name?: string}} [more]
   */
  async function ask(service, source, { at = 0, name } = {}) {
    if (source.length > MOST_CHARACTERS) return { said: null, error: "" };
    const question = { service, text: source, offset: toPoints(source, at), ...(name === undefined ? {} : { name }) };
    const answer = await askService(JSON.stringify(question));
    if (answer === null) return { said: null, error: "" };
    try {
      const given = record(JSON.parse(answer), "an answer");
      if (Object.hasOwn(given, "error")) {
        const hint = maybe(own(given, "hint"), "a hint");
        return { said: null, error: word(own(given, "error"), "an error") + (hint && `: ${hint}`) };
      }
      return { said: READERS[service](own(given, "answer"), source), error: "" };
    } catch (error) {
      console.warn("an answer about the text makes no sense:", error);
      return { said: null, error: "" };
    }
  }

  /** @type {Services["valueOf"]} */
  async function valueOf(name) {
    const local = get().debugging.pause?.locals.find(([known]) => known === name);
    if (local) return { text: local[1], isNow: true };
    const answer = await askValue(JSON.stringify({ service: "value", name }));
    try {
      const value = maybe(own(record(JSON.parse(answer ?? "{}"), "an answer"), "answer"), "a value");
      return value ? { text: value, isNow: false } : null;
    } catch (error) {
      console.warn("an answer about a variable makes no sense:", error);
      return null;
    }
  }
  return { ask: /** @type {Services["ask"]} */ (ask), valueOf, models: () => modelNames(get()) };
}

/** @param {import("../state.js").State} state @returns {string[]} models that the visitor has set, and that providers are set to */
function modelNames(state) {
  const { providers } = describeSettings(state);
  const set = Object.values(providers).map(({ model }) => model);
  return [...new Set([...set, ...CATALOG.map(({ model }) => model)])].filter(Boolean);
}
