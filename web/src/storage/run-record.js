/** What is kept of the last run of a tab: what was printed, the calls, the recording. */
import * as v from "valibot";

const text = v.string();
const count = v.pipe(v.number(), v.finite());
const maybeCount = v.nullable(count);
const plain = v.record(v.string(), v.any());

const Which = { file: v.optional(text), input: v.optional(count) };
const Frame = v.union([text, v.object({ name: text, line: count, column: count, ...Which })]);
const ProgramError = v.object({
  type: text,
  message: text,
  line: count,
  column: count,
  hint: v.nullable(text),
  stack: v.array(Frame),
  ...Which,
});

/** What is in it besides is looked at by who shows it. */
const View = v.objectWithRest({ view: text, text }, v.any());

const Item = v.union([
  v.object({ kind: v.picklist(["out", "err", "stream", "value"]), text }),
  v.object({ block: v.picklist(["value", "echo", "note"]), text, view: v.optional(View), size: v.optional(count) }),
  v.object({ block: v.literal("error"), error: ProgramError, code: text, isEditor: v.boolean() }),
  v.object({ block: v.literal("fault"), text, details: text }),
  v.object({ block: v.literal("view"), view: View, size: count }),
  v.object({ block: v.literal("break") }),
]);

const Call = v.object({
  id: text,
  provider: text,
  model: text,
  url: text,
  method: text,
  status: count,
  state: v.picklist(["running", "done", "failed"]),
  startedAt: count,
  firstChunkMilliseconds: maybeCount,
  totalMilliseconds: maybeCount,
  request: text,
  response: text,
  text,
  thoughts: v.optional(text, ""),
  sources: v.optional(v.array(v.object({ title: text, url: text })), []),
  toolCalls: v.array(plain),
  usage: v.nullable(plain),
  stopReason: v.nullable(text),
  notes: v.array(text),
  error: v.nullable(text),
  costUsd: maybeCount,
  agent: v.nullable(text),
  turn: count,
  parent: v.optional(count, 0),
  headers: v.optional(v.array(v.tuple([text, text])), []),
  events: v.optional(v.array(v.tuple([count, text, count])), []),
  recorded: v.optional(count, 0),
  repeats: v.optional(v.nullable(text), null),
  attempt: count,
  attempts: count,
});

const Settings = v.object({
  default: v.nullable(text),
  providers: v.record(text, v.object({ base_url: text, model: text, has_key: v.boolean() })),
});

const Recorded = v.object({
  code: text,
  calls: v.array(v.object({ number: count, line: text, asked: text })),
  characters: count,
  isTooLarge: v.boolean(),
  state: v.picklist(["running", "whole", "stopped"]),
  settings: Settings,
  files: v.map(text, v.instance(Uint8Array)),
});

/** The parts of a record: each is written when it has changed. `run` tells which run it is of. */
export const PARTS = {
  log: v.object({ run: text, at: count, isRunning: v.boolean(), code: text, items: v.array(Item) }),
  calls: v.object({ run: text, at: count, list: v.array(Call) }),
  recorded: v.object({ run: text, at: count, recorded: v.nullable(Recorded) }),
};

/** @typedef {keyof typeof PARTS} Part */
/** @typedef {v.InferOutput<typeof PARTS.log>} KeptLog */
/** @typedef {v.InferOutput<typeof PARTS.calls>} KeptCalls */
/** @typedef {v.InferOutput<typeof PARTS.recorded>} KeptRecorded */
