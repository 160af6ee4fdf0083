/**
 * Leaves out of Pyodide what only compiled extension packages could use: the page loads none.
 *
 * Pyodide's WebAssembly exports 8,560 functions and addresses, for extensions to link against: all of
 * C++'s library, SDL and Python's C API. So nothing that nobody calls was ever left out, and the loader
 * names each export twice. Here an export stays if its name occurs in a script, the loader included; what
 * then nobody calls is left out by Binaryen's `remove-unused-module-elements`. Functions that Python's data
 * refers to stand in the table of functions, which is left as it is.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const cache = path.join(path.dirname(here), ".cache");
const ASSIGN = "function assignWasmExports(wasmExports){";
const DECLARE = "var ";
const ONE = /^([\w$]+)=Module\["([\w$]+)"\]=wasmExports\["([^"]+)"\](?:\.value>>>0)?$/;
const WORD = /[A-Za-z_$][\w$]*/g;

/**
 * Takes the loader apart.
 * @param {string} loader the text of pyodide.asm.mjs
 * @returns {{before: string, names: string[], between: string, statements: string[], after: string}} the variables
 *   of its exports, what gives them their values, and the text around these
 */
function takeApart(loader) {
  const from = loader.indexOf(ASSIGN);
  const end = loader.indexOf("}", from);
  const declared = loader.lastIndexOf(DECLARE, from);
  const list = loader.slice(declared + DECLARE.length, from);
  if (loader.split(ASSIGN).length !== 2 || !/^[\w$,]+;$/.test(list)) {
    throw new Error("Pyodide no longer takes its exports in one place: read trim-machine.mjs");
  }
  return {
    before: loader.slice(0, declared + DECLARE.length),
    names: list.slice(0, -1).split(","),
    between: `;${ASSIGN}`,
    statements: loader.slice(from + ASSIGN.length, end).split(";"),
    after: loader.slice(end),
  };
}

/**
 * @param {string} loader the text of pyodide.asm.mjs
 * @param {string[]} scripts the texts of all others that use the machine
 * @returns {{text: string, isNeeded: (name: string) => boolean}} a loader that takes only what is used, and of
 *   which exports that holds
 */
export function trimLoader(loader, scripts) {
  const { before, names, between, statements, after } = takeApart(loader);
  /** @param {string} text */
  const wordsOf = (text) => text.match(WORD) ?? [];
  const parts = statements.map((text) => ({ text, found: ONE.exec(text) }));
  const others = parts.filter(({ found }) => !found).map(({ text }) => text);
  const words = new Set([before, after, ...others, ...scripts].flatMap(wordsOf));
  const left = parts.filter(({ found }) => found && ![found[1], found[2], found[3]].some((name) => words.has(name)));
  if (left.length === 0 || left.length === parts.length) {
    throw new Error("Pyodide no longer names its exports as it did: read trim-machine.mjs");
  }
  const isLeft = new Set(left.map(({ text }) => text));
  const unused = new Set(left.map(({ found }) => /** @type {RegExpExecArray} */ (found)[1]));
  const kept = new Set(parts.filter(({ text, found }) => found && !isLeft.has(text)).map(({ found }) => found?.[3]));
  return {
    text:
      before +
      names.filter((name) => !unused.has(name)).join(",") +
      between +
      statements.filter((text) => !isLeft.has(text)).join(";") +
      after,
    isNeeded: (name) => kept.has(name) || words.has(name),
  };
}

/**
 * @param {Uint8Array} machine Pyodide's WebAssembly
 * @param {(name: string) => boolean} isNeeded whether an export is
 * @returns {Promise<Uint8Array>} it without what is not needed
 */
async function trim(machine, isNeeded) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(machine);
  const count = module.getNumExports();
  const names = Array.from({ length: count }, (_, at) => binaryen.getExportInfo(module.getExportByIndex(at)).name);
  for (const name of names) if (!isNeeded(name)) module.removeExport(name);
  module.runPasses(["remove-unused-module-elements"]);
  const trimmed = module.emitBinary();
  module.dispose();
  return trimmed;
}

/**
 * @param {Uint8Array} machine Pyodide's WebAssembly
 * @param {(name: string) => boolean} isNeeded whether an export is
 * @returns {Promise<Uint8Array>} it without what is not needed; kept in web/.cache, since it takes some seconds
 */
export async function trimMachine(machine, isNeeded) {
  const names = WebAssembly.Module.exports(await WebAssembly.compile(/** @type {BufferSource} */ (machine))).map(
    ({ name }) => name,
  );
  const hash = createHash("sha256").update(fs.readFileSync(fileURLToPath(import.meta.url)));
  hash.update(machine).update(names.filter(isNeeded).join(" "));
  const kept = path.join(cache, `machine-${hash.digest("hex").slice(0, 12)}.wasm`);
  if (!fs.existsSync(kept)) {
    const trimmed = await trim(machine, isNeeded);
    fs.mkdirSync(cache, { recursive: true });
    fs.writeFileSync(`${kept}.${process.pid}`, trimmed);
    fs.renameSync(`${kept}.${process.pid}`, kept);
  }
  return fs.readFileSync(kept);
}
