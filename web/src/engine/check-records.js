/** Reads what a worker tells of its model calls, for the inspector and the recording: see checks.js. */
import { count, list, number, oneOf, plain, record, text } from "./reading.js";

const RECORDS = /** @type {const} */ ([
  "call-start",
  "call-end",
  "call-summary",
  "call-preview",
  "step-start",
  "step-end",
  "recording",
  "eval-began",
  "eval-trial",
  "eval-ended",
  "rows",
]);
/** Of one text or list. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const MOST_ITEMS = 100_000;

/**
 * @template T
 * @param {(value: unknown, what: string) => T} read
 * @returns {(value: unknown, what: string) => T | null} the same, where nothing may stand as well
 */
const maybe = (read) => (value, what) => (value === undefined || value === null ? null : read(value, what));

const words = (/** @type {unknown} */ value, /** @type {string} */ what) => text(value, MOST_CHARACTERS, what);
const amount = (/** @type {unknown} */ value, /** @type {string} */ what) => number(value, 0, 1e15, what);

/** @param {unknown} value @param {string} what */
const texts = (value, what) => list(value ?? [], MOST_ITEMS, (each) => words(each, what), what);

/** @param {unknown} value @param {string} what @returns {Record<string, number | null>} */
function amounts(value, what) {
  const given = Object.entries(record(value, what));
  return Object.fromEntries(given.map(([name, each]) => [name, maybe(amount)(each, what)]));
}

/** @param {unknown} value @returns {[string, string][]} also where they are given as an object */
function headers(value) {
  const given = Array.isArray(value) || !value ? (value ?? []) : Object.entries(record(value, "headers"));
  return list(given, 1000, (each) => {
    const [name = "", what = ""] = list(each, 2, (part) => words(part, "a header"), "a header");
    return /** @type {[string, string]} */ ([name, what]);
  }, "headers");
}

/** @param {Record<string, any>} told */
const readStart = ({ id, parent, provider, model, method, url, headers: given, body }) => ({
  id: count(id, "the number of a call"),
  parent: count(parent ?? 0, "the number of a step"),
  method: words(method ?? "", "a method"),
  url: words(url ?? "", "an address"),
  headers: headers(given),
  provider: words(provider ?? "", "a provider"),
  model: words(model ?? "", "a model"),
  body: words(body ?? "", "a body"),
});

/** @param {Record<string, any>} told */
const readEnd = (told) => ({
  id: count(told.id, "the number of a call"),
  status: count(told.status ?? 0, "a status"),
  seconds: amount(told.seconds ?? 0, "seconds"),
  text: words(told.text ?? "", "what a model said"),
  thinking: words(told.thinking ?? "", "what a model thought"),
  sources: list(told.sources ?? [], MOST_ITEMS, (each) => {
    const { title, url } = record(each, "a source");
    return { title: words(title ?? "", "a source"), url: words(url ?? "", "a source") };
  }, "sources"),
  tool_calls: list(told.tool_calls ?? [], MOST_ITEMS, (each) => record(each, "a tool call"), "tool calls"),
  usage: maybe(amounts)(told.usage, "usage"),
  stop_reason: maybe(words)(told.stop_reason, "a reason"),
  model: words(told.model ?? "", "a model"),
  events: list(told.events ?? [], MOST_ITEMS, (each) => {
    const [seconds, name, size] = list(each, 3, (part) => part, "an event");
    return [amount(seconds, "seconds"), words(name, "an event"), amount(size ?? 0, "a size")];
  }, "events"),
  notes: texts(told.notes, "a note"),
  error: maybe((error) => {
    const { type, message } = record(error, "an error");
    return { type: words(type ?? "", "an error"), message: words(message ?? "", "an error") };
  })(told.error, "an error"),
});

/** @param {Record<string, any>} told */
const readSummary = (told) => ({
  ids: list(told.ids ?? [], MOST_ITEMS, (each) => count(each, "the number of a call"), "the calls"),
  recorded: count(told.recorded ?? 0, "the number of a call"),
  cost_usd: maybe(amount)(told.cost_usd, "a price"),
  agent: maybe(words)(told.agent, "an agent"),
  turn: maybe(count)(told.turn, "a turn") ?? 1,
});

/** @param {Record<string, any>} told */
const readRecording = ({ number: which, line, asked }) => ({
  number: count(which, "the number of a call"),
  line: words(line, "a line of a tape"),
  asked: words(asked ?? "", "a question"),
});

/** @param {Record<string, any>} told */
const readPreview = (told) => ({ ...readStart({ ...told, id: 0 }), notes: texts(told.notes, "a note") });

/** @param {Record<string, any>} told */
const readStepStart = ({ id, parent, kind, name, arguments: given, at }) => ({
  id: count(id, "the number of a step"),
  parent: count(parent ?? 0, "the number of a step"),
  kind: oneOf(kind, /** @type {const} */ (["agent", "tool"]), "a kind of step"),
  name: words(name ?? "", "the name of a step"),
  arguments: record(given ?? {}, "arguments"),
  at: amount(at ?? 0, "a time"),
});

/** @param {Record<string, any>} told */
const readStepEnd = ({ id, seconds, result, error }) => ({
  id: count(id, "the number of a step"),
  seconds: amount(seconds ?? 0, "seconds"),
  result: words(result ?? "", "the result of a step"),
  error: words(error ?? "", "an error"),
});

/** Jobs are read where they are shown, by panels/jobs/told.js: nobody else looks into what they tell. */
const readJob = () => ({});

/** @type {Record<typeof RECORDS[number], (told: Record<string, any>) => object>} */
const READERS = {
  "call-start": readStart,
  "call-end": readEnd,
  "call-summary": readSummary,
  "call-preview": readPreview,
  "step-start": readStepStart,
  "step-end": readStepEnd,
  recording: readRecording,
  "eval-began": readJob,
  "eval-trial": readJob,
  "eval-ended": readJob,
  rows: readJob,
};

/**
 * @param {unknown} value
 * @param {number} most characters
 * @returns {Record<string, any>} what a model call did (lispcore/llm/inspection.py)
 */
export function readRecord(value, most) {
  const told = plain(record(value, "a record"), most, "a record");
  const type = oneOf(told.type, RECORDS, "a record");
  return { ...told, type, ...READERS[type](told) };
}
