/** What is kept of a program: a record with its versions; texts and outputs lie beside it, once each. */
import * as v from "valibot";

const MAX_NAME_CHARACTERS = 120;
const MAX_VERSIONS = 200;

const Time = v.pipe(v.number(), v.finite());
const Key = v.pipe(v.string(), v.maxLength(100));

export const Version = v.object({
  /** Key of its text. */
  text: Key,
  /** Characters of it. */
  size: v.pipe(v.number(), v.finite(), v.minValue(0)),
  title: v.pipe(v.string(), v.maxLength(MAX_NAME_CHARACTERS)),
  /** Milliseconds since 1970: when it was begun, and when it became what it is. */
  begun: Time,
  at: Time,
  /** Characters that were taken out of it while it became what it is. */
  removed: v.pipe(v.number(), v.finite(), v.minValue(0)),
  /** Key of what its last run printed, "" if it was not run. */
  output: v.union([v.literal(""), Key]),
  /** How that run ended; "running" if nobody knows. */
  ending: v.picklist(["", "running", "whole", "failed", "stopped"]),
});

export const Program = v.object({
  id: Key,
  /** Given by the visitor; "" for the title of the last version. */
  name: v.pipe(v.string(), v.maxLength(MAX_NAME_CHARACTERS)),
  from: v.picklist(["own", "link"]),
  isPinned: v.boolean(),
  deletedAt: v.nullable(Time),
  changedAt: Time,
  versions: v.pipe(v.array(Version), v.minLength(1), v.maxLength(MAX_VERSIONS)),
});

/** @typedef {v.InferOutput<typeof Version>} Version */
/** @typedef {v.InferOutput<typeof Program>} Program */

/** @param {Program} program @returns {Version} */
export const latestOf = ({ versions }) => versions[versions.length - 1];

/** @param {Program} program @returns {string} what it is called */
export const nameOf = (program) => program.name || latestOf(program).title;

/** @param {string} name @returns {string} it, as short as a record takes it */
export const cutName = (name) => [...name.replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, " ").trim()].slice(0, 80).join("");

const DEFINITION = /^\s*\(\s*(def\w*|define-\S+)\s+\(?\s*([^\s()[\]{}"';]+)/mu;

/**
 * @param {string} text of a program
 * @returns {string} a title: its first comment, else what it defines first, else its first line
 */
export function titleOf(text) {
  const start = text.slice(0, 20_000);
  const comment = /^\s*;[\s;=*-]*([^\s;=*-][^\n]*)$/mu.exec(firstComments(start));
  if (comment) return cutName(comment[1]);
  const definition = DEFINITION.exec(start);
  if (definition) return cutName(definition[2]);
  return cutName(start.trim().split("\n")[0] ?? "") || "Empty program";
}

/** @param {string} text @returns {string} the lines before its first form */
function firstComments(text) {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => line.trim() && !line.trim().startsWith(";"));
  return lines.slice(0, end < 0 ? lines.length : end).join("\n");
}
