/**
 * Makes the memory from which the page's interpreters start (src/engine/memory-image.js): runs
 * snapshot-maker.js in this Node.js, in a global of its own that has what a worker's has and nothing
 * of Node.js, so that Pyodide does what it does in a browser. It is kept in web/.cache under what it
 * was made of: compressed by gzip, which the worker undoes on any host, and beside that by Brotli, for
 * hosts that send `name.br` in the place of `name`, which the browser undoes. A build without it works, and
 * starts slower.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import zlib from "node:zlib";
import { brotli } from "./compress.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const cache = path.join(path.dirname(here), ".cache");
/** The address that the script believes to have. */
const NOWHERE = "https://pyodide.invalid/worker.js";
/** Of what a worker has besides JavaScript, what Pyodide uses: see src/engine/confinement.js. */
const GIVEN = `
  performance crypto setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone atob
  btoa TextEncoder TextDecoder URL URLSearchParams EventTarget Event MessageEvent MessageChannel
  MessagePort AbortController AbortSignal DOMException`;

/**
 * Python asks once whether WebAssembly can be suspended, and notes it for good. Where it can not, each
 * attempt is refused besides; so in the image it can.
 * @param {string} loader the text of pyodide.asm.mjs
 * @returns {string} the text of a loader that says yes
 */
export function mayWait(loader) {
  const question = "()=>jspiSupported}";
  if (loader.split(question).length !== 2) throw new Error("Pyodide no longer asks in one place: read snapshot.mjs");
  return loader.replace(question, "()=>true}");
}

/** @returns {any} a global like that of a worker */
function createScope() {
  const names = GIVEN.trim().split(/\s+/);
  const given = Object.fromEntries(names.map((name) => [name, /** @type {any} */ (globalThis)[name]]));
  class WorkerGlobalScope {
    static [Symbol.hasInstance]() {
      return true;
    }
  }
  const location = { href: NOWHERE, toString: () => NOWHERE };
  const navigator = { userAgent: "", platform: "", languages: ["en-US"] };
  const scope = vm.createContext({ ...given, console, WorkerGlobalScope, location, navigator });
  vm.runInContext("globalThis.self = globalThis", scope);
  return scope;
}

/**
 * @param {object} from
 * @param {string} from.script the bundled snapshot-maker.js
 * @param {Uint8Array} from.machine
 * @param {Uint8Array} from.stdlib
 * @param {Uint8Array} from.language
 * @returns {Promise<Uint8Array>} the image
 */
async function make({ script, machine, stdlib, language }) {
  const scope = createScope();
  vm.runInContext(script, scope, { filename: "snapshot-maker.js" });
  // Arrays of the other global: Pyodide looks whose they are.
  const Bytes = vm.runInContext("Uint8Array", scope);
  const parts = { machine: new Bytes(machine), stdlib: new Bytes(stdlib).buffer, language: new Bytes(language).buffer };
  return scope.makeImage(parts);
}

/**
 * @param {Parameters<typeof make>[0]} from
 * @returns {Promise<{file: string | null, problem: string}>} the compressed image, or why there is none
 */
export async function makeSnapshot(from) {
  const hash = createHash("sha256").update(fs.readFileSync(fileURLToPath(import.meta.url)));
  for (const part of [from.script, from.machine, from.stdlib, from.language]) hash.update(part).update("\0");
  const file = path.join(cache, `snapshot-${hash.digest("hex").slice(0, 12)}.bin`);
  if (fs.existsSync(file)) return { file, problem: "" };
  try {
    const image = await make(from);
    fs.mkdirSync(cache, { recursive: true });
    // The last one is looked for the next time.
    for (const [name, content] of /** @type {const} */ ([
      [`${file}.br`, brotli(image)],
      [file, zlib.gzipSync(image, { level: 9 })],
    ])) {
      fs.writeFileSync(`${name}.${process.pid}`, content);
      fs.renameSync(`${name}.${process.pid}`, name);
    }
    return { file, problem: "" };
  } catch (error) {
    return { file: null, problem: String(/** @type {Error} */ (error)?.stack ?? error) };
  }
}
