/** Adds files that the visitor chose, dropped or pasted, and says what became of them. */
import { formatBytes } from "../../dom.js";
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
  if (problems.length > 3) parts.push(`${problems.length - 3} more could not be added`);
  if (added.length === 1) parts.unshift(describeOne(added[0]));
  else if (added.length) {
    const names = renamed.slice(0, 5).map(({ name, given }) => `${given} is now ${name}`);
    const more = renamed.length > 5 ? ` and ${renamed.length - 5} more` : "";
    const said = names.length ? `, renamed since their names were taken: ${names.join(", ")}${more}` : "";
    parts.unshift(`${added.length} files are ready${said}`);
  }
  return parts.join(". ");
}

/** @param {Added} file */
function describeOne({ name, given, size }) {
  const isRenamed = name !== given;
  const ready = `${name} (${formatBytes(size)}) is ready: ${readCall(name)}`;
  return isRenamed ? `The name ${given} is taken or cannot be used. ${ready}` : ready;
}

/** @param {Given} given @returns {Promise<{path: string, bytes: Bytes} | Refused>} */
async function read({ file, path }) {
  if (file.size > MAX_FILE_BYTES) {
    const sizes = `(${formatBytes(file.size)}): at most ${formatBytes(MAX_FILE_BYTES)}`;
    return { problem: `${path} is too large ${sizes}` };
  }
  try {
    return { path, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    return { problem: `${path} could not be read: it is a folder, or it has gone meanwhile` };
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
