/**
 * What a worker may tell of long jobs (state/jobs.js). It comes from a program, so nothing of it is
 * believed: who shows it reads it here first.
 */
import * as v from "valibot";

const MOST_CHARACTERS = 1_000_000;
const MOST_NAME = 1000;
const MOST_ITEMS = 100_000;
const MOST_NAMES = 10_000;
const MOST_ROWS = 100;

const words = v.pipe(v.string(), v.maxLength(MOST_CHARACTERS));
const name = v.pipe(v.string(), v.maxLength(MOST_NAME));
const amount = v.pipe(v.number(), v.minValue(0), v.maxValue(1e15));
const count = v.pipe(amount, v.integer());
const price = v.nullable(amount);
const names = v.pipe(v.array(name), v.maxLength(MOST_NAMES));
const pairs = v.pipe(v.array(v.tuple([words, words])), v.maxLength(MOST_ROWS));
const numbers = v.pipe(v.array(count), v.maxLength(MOST_ITEMS));
const change = v.picklist(["", "better", "worse", "new"]);

const trial = v.object({
  passed: v.boolean(),
  answer: words,
  problems: v.pipe(v.array(words), v.maxLength(MOST_ITEMS)),
  error: v.nullable(words),
  usd: price,
  tokens: amount,
  ms: amount,
  calls: numbers,
});
const column = v.object({
  name,
  passed: amount,
  of: amount,
  rate: amount,
  lowest: amount,
  highest: amount,
  usd: price,
  ms: amount,
});
const cell = v.object({ passed: amount, of: amount, change, kept: v.boolean() });
const ended = v.object({
  name,
  passes: v.boolean(),
  error: v.nullable(words),
  models: v.pipe(v.array(column), v.maxLength(MOST_NAMES)),
  cells: v.pipe(v.array(cell), v.maxLength(MOST_ITEMS)),
});

const told = v.variant("type", [
  v.object({ type: v.literal("eval-began"), name, cases: names, models: names, repeat: count }),
  v.object({ type: v.literal("eval-trial"), name, case: count, model: count, trial }),
  v.object({ type: v.literal("eval-ended"), table: ended }),
  v.object({
    type: v.literal("rows"),
    out: name,
    state: v.picklist(["running", "complete", "budget", "stopped"]),
    rows: count,
    done: count,
    failed: count,
    skipped: count,
    total: v.nullable(count),
    cost: amount,
    budget: price,
    seconds: amount,
    errors: pairs,
    last: pairs,
  }),
]);

/** @typedef {import("valibot").InferOutput<typeof told>} Told */
/** @typedef {Extract<Told, {type: "rows"}>} Rows */
/** @typedef {import("valibot").InferOutput<typeof trial>} Trial */
/** @typedef {import("valibot").InferOutput<typeof column>} Column */
/** @typedef {import("valibot").InferOutput<typeof ended>} Ended */

/** @param {unknown} value @returns {Told | null} null for what our worker never tells */
export function readTold(value) {
  const read = v.safeParse(told, value);
  return read.success ? read.output : null;
}
