/** Adds files that the visitor chose, dropped or pasted, and says what became of them. */
import { formatBytes } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { readCall } from "./preview.js";

export const MAX_FILE_BYTES = 200 * 1024 * 1024;
const READ_AT_ONCE = 64;

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{name: string, given: string, size: number}} Added `given`: the name that the file had
 * @typedef {{problem: string}} Refused
 * @typedef {{file: File, path: string}} Given a file, and its name with the folders that came with it
 */

/** @param {(Added | Refused)[]} outcomes @returns {string} what is said of them */
export function describeAdded(outcomes) {
  const added = outcomes.filter((each) => "name" in each);
  const problems = outcomes.filter((each) => "problem" in each).map(({ problem }) => problem);
  const renamed = added.filter(({ name, given }) => name !== given);
  const parts = problems.slice(0, 3);
  if (problems.length > 3) parts.push(text("{n} more could not be added", { n: problems.length - 3 }));
  if (added.length === 1) parts.unshift(describeOne(added[0]));
  else if (added.length) {
    const names = renamed.slice(0, 5).map(({ name, given }) => text("{given} is now {name}", { given, name }));
    if (renamed.length > 5) names.push("…");
    const given = { n: added.length, names: names.join(", ") };
    parts.unshift(names.length ? text("{n} files are ready, renamed since their names were taken: {names}", given) : text("{n} files are ready", given));
  }
  return parts.join(". ");
}

/** @param {Added} file */
function describeOne({ name, given, size }) {
  const isRenamed = name !== given;
  const ready = text("{name} ({size}) is ready: {call}", { name, size: formatBytes(size), call: readCall(name) });
  return isRenamed ? `${text("The name {given} is taken or cannot be used.", { given })} ${ready}` : ready;
}

/** @param {Given} given @returns {Promise<{path: string, bytes: Bytes} | Refused>} */
async function read({ file, path }) {
  if (file.size > MAX_FILE_BYTES) {
    const sizes = { size: formatBytes(file.size), most: formatBytes(MAX_FILE_BYTES) };
    return { problem: text("{path} is too large ({size}): at most {most}", { path, ...sizes }) };
  }
  try {
    return { path, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    return { problem: text("{path} could not be read: it is a folder, or it has gone meanwhile", { path }) };
  }
}

/** @param {import("../page.js").Files} files @param {Given[]} given @returns {Promise<(Added | Refused)[]>} */
export async function addFiles(files, given) {
  /** @type {(Added | Refused)[]} */
  const outcomes = [];
  for (let at = 0; at < given.length; at += READ_AT_ONCE) {
    for (const each of await Promise.all(given.slice(at, at + READ_AT_ONCE).map(read))) {
      if ("problem" in each) outcomes.push(each);
      else outcomes.push({ name: files.add(each.path, each.bytes), given: each.path, size: each.bytes.length });
    }
  }
  return outcomes;
}
