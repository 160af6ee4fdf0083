/**
 * The files that programs see.
 */

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} FilesPart
 * @property {ReadonlyMap<string, Bytes>} files
 * @property {ReadonlySet<string>} made those that a program has written since the page was opened
 * @property {ReadonlyMap<string, Bytes>} earlier the visitor's files as they were before a program
 *   changed or deleted them
 * @property {ReadonlySet<string>} unkept names of files that the browser has no room for: a reload loses them
 * @property {number} filesWanted how often somebody wanted to be led to the files
 */

/**
 * @typedef {{type: "file-put", name: string, bytes: Bytes}
 *   | {type: "file-removed", name: string}
 *   | {type: "file-written", name: string, bytes: Bytes}
 *   | {type: "file-lost", name: string}
 *   | {type: "files-changed", changes: [string, Bytes | null][]}
 *   | {type: "files-kept-again", names: string[]}
 *   | {type: "files-wanted"}
 *   | {type: "files-restored", files: [string, Bytes][]}
 *   | {type: "unkept-changed", names: ReadonlySet<string>}} FileEvent
 */

/** Of files that programs have changed, so much is kept for going back. */
const MAX_EARLIER_BYTES = 256 * 1024 * 1024;

/** @type {FilesPart} */
export const first = { files: new Map(), made: new Set(), earlier: new Map(), unkept: new Set(), filesWanted: 0 };

/** @type {import("./reducers.js").Reducers<FileEvent, never, FilesPart, FilesPart>} */
export const reducers = {
  "file-put": ({ files, made, earlier }, { name, bytes }) => ({
    files: new Map(files).set(name, bytes),
    made: made.has(name) ? new Set([...made].filter((each) => each !== name)) : made,
    earlier: without(earlier, name),
  }),
  "file-removed": ({ files, earlier }, { name }) => ({
    files: without(files, name),
    earlier: without(earlier, name),
  }),
  "file-written": (state, { name, bytes }) => changeFiles(state, [[name, bytes]]),
  "file-lost": (state, { name }) => changeFiles(state, [[name, null]]),
  "files-changed": (state, { changes }) => changeFiles(state, changes),
  // What was written meanwhile is newer than what was kept.
  "files-restored": (state, { files }) => ({ files: new Map([...files, ...state.files]) }),
  "unkept-changed": (_, { names }) => ({ unkept: names }),
  // They are the same, as far as anybody else can see; what programs did to them is not forgotten.
  "files-kept-again": ({ files }, { names }) => ({
    files: new Map([...files].map(([name, bytes]) => [name, names.includes(name) ? bytes.slice() : bytes])),
  }),
  "files-wanted": ({ filesWanted }) => ({ filesWanted: filesWanted + 1 }),
};

/**
 * @template T
 * @param {ReadonlyMap<string, T>} map
 * @param {string} name
 */
function without(map, name) {
  if (!map.has(name)) return map;
  const rest = new Map(map);
  rest.delete(name);
  return rest;
}

/** @param {Bytes | undefined} a @param {Bytes} b */
const isSameContent = (a, b) => a?.length === b.length && a.every((byte, at) => byte === b[at]);

/**
 * @param {FilesPart} state
 * @param {[string, Bytes | null][]} changes that programs made; null for a file that is gone
 * @returns {Pick<FilesPart, "files" | "made" | "earlier">}
 */
function changeFiles(state, changes) {
  const files = new Map(state.files);
  const made = new Set(state.made);
  let { earlier } = state;
  for (const [name, bytes] of changes) {
    if (bytes && isSameContent(files.get(name), bytes)) continue;
    earlier = keepEarlier({ ...state, files, made, earlier }, name);
    if (bytes) {
      files.set(name, bytes);
      made.add(name);
    } else {
      files.delete(name);
    }
  }
  return { files, made, earlier };
}

/**
 * @param {FilesPart} state
 * @param {string} name of a file that a program is changing or deleting
 * @returns {FilesPart["earlier"]} with what the visitor had there. Hidden files are those of programs.
 */
function keepEarlier({ files, made, earlier }, name) {
  const before = files.get(name);
  if (!before || made.has(name) || earlier.has(name) || name.startsWith(".")) return earlier;
  const kept = [...earlier, /** @type {[string, Bytes]} */ ([name, before])];
  let size = kept.reduce((sum, [, each]) => sum + each.length, 0);
  while (size > MAX_EARLIER_BYTES && kept.length > 1) size -= kept.shift()?.[1].length ?? 0;
  return new Map(kept);
}
