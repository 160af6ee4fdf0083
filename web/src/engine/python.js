/**
 * Starts Pyodide from what was handed over: the ordinary way, or by putting the memory of one that had
 * started into place. The build makes that memory with this very script (tools/snapshot-maker.js).
 */
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { loadPyodide } from "pyodide";
import { STATIC_BYTES, createReader, createSum } from "./memory-image.js";
import { HOME } from "./protocol.js";

/** Addresses that nothing is fetched from: what Pyodide asks for has been handed over. */
const NOWHERE = "https://pyodide.invalid/";
/** Where Python looks for packages. */
export const PACKAGES = "/lib/python3.14/site-packages";
/** Taken before the worker's wall is built, see confinement.js. */
const Inflater = globalThis.DecompressionStream;

/** Python's memory, once it has one. @type {WebAssembly.Memory | undefined} */
let memory;

/** The byte that gzip begins with, and no image. */
const GZIP = 0x1f;

/**
 * Takes an image while it arrives.
 * @returns {{put: (bytes: Uint8Array<ArrayBuffer> | null) => void, image: Promise<import("./memory-image.js").Image>,
 *   arrived: Promise<void>}} `put` gets the next piece, null at the end; `image` is there once its beginning is, and
 *   `arrived` tells when all of it came. It is compressed by gzip, unless the host has sent it compressed in another
 *   way, which the browser has undone.
 */
export function createIntake() {
  const reader = createReader();
  let arrive = () => {};
  /** @type {Promise<void>} */
  const arrived = new Promise((resolve) => {
    arrive = resolve;
  });
  let isFirst = true;
  /** @type {WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | null} */
  let writer = null;
  const sum = createSum();

  function inflate() {
    const { readable, writable } = new Inflater("gzip");
    const pieces = readable.getReader();
    async function readAll() {
      for (;;) {
        const { done, value } = await pieces.read();
        if (done) break;
        reader.put(value);
      }
      reader.end();
      arrive();
    }
    readAll().catch(reader.refuse);
    return writable.getWriter();
  }

  return {
    image: reader.opened,
    arrived,
    put(bytes) {
      if (isFirst && bytes?.[0] === GZIP) writer = inflate();
      if (bytes?.length) isFirst = false;
      if (writer) {
        // What is wrong with the bytes is heard from the reader. It takes none that are shared.
        void (bytes ? writer.write(bytes.slice()) : writer.close()).catch(() => {});
      } else if (bytes) {
        sum.add(bytes);
        reader.put(bytes);
      } else {
        reader.end(sum.value());
        arrive();
      }
    },
  };
}

/**
 * The functions that JavaScript has given to Python. The last one, which counts arguments, is only there
 * where the browser can check types of functions; Python is told where it is, or 0.
 * @param {any} machine Pyodide's module
 * @returns {{table: number, helper: number, helperAt: number}} length of the table without that one, its
 *   place in the table, and in which word of memory that is kept
 */
export function functions({ wasmTable, HEAPU32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: offset }) {
  const helperAt = (__PyRuntime + HEAPU32[offset >>> 2]) >>> 2;
  const helper = HEAPU32[helperAt];
  const isLast = helper === wasmTable.length - 1;
  return { table: wasmTable.length - (isLast ? 1 : 0), helper, helperAt };
}

/**
 * Puts an image in the place of the memory of a machine that has not started Python, as it arrives.
 * @param {any} machine Pyodide's module
 * @param {import("./memory-image.js").Image} image
 * @param {Uint8Array} before the first bytes of its memory, before anything ran in it
 */
async function restore(machine, image, before) {
  // Python keeps addresses of functions: they are only good if the same ones are there.
  const { table, helper, helperAt } = functions(machine);
  if (table !== image.table) throw new Error(`${table} functions in place of the image's ${image.table}`);
  const missing = image.bytes - machine.HEAPU8.length;
  if (missing > 0 && !machine.growMemory(image.bytes)) throw new Error("no memory for the image");
  const heap = machine._emscripten_stack_get_base();
  machine.HEAPU8.fill(0, heap, machine._sbrk(0));
  machine.HEAPU8.set(before);
  await image.lay(machine.HEAPU8);
  machine.HEAPU32[helperAt] = helper;
}

/**
 * @param {object} parts
 * @param {WebAssembly.Module | Promise<WebAssembly.Module>} parts.module
 * @param {ArrayBuffer} [parts.stdlib] the zip of the standard library; without `image`
 * @param {Promise<import("./memory-image.js").Image>} [parts.image] a memory: its beginning is waited for, and the
 *   machine made ready while the rest comes
 * @param {object} [parts.more] options of Pyodide
 * @param {(memory: ArrayBuffer) => void} [parts.onFresh] is shown the memory before anything runs in it
 * @returns {Promise<any>} Pyodide
 */
export async function startPython({ module, stdlib, image, more = {}, onFresh }) {
  const scope = /** @type {any} */ (globalThis);
  const { instantiateStreaming } = WebAssembly;
  /** @type {Uint8Array} */
  let before;
  // It asks for the library as if that were a file of a server, so there is something to ask until it
  // has started.
  scope.fetch = async () => ({ ok: true, arrayBuffer: async () => stdlib ?? new ArrayBuffer(0) });
  WebAssembly.instantiateStreaming = async (_source, imports) => {
    const machine = await module;
    const instance = await WebAssembly.instantiate(machine, imports);
    memory = /** @type {WebAssembly.Memory} */ (instance.exports.memory);
    if (image) before = new Uint8Array(memory.buffer).slice(0, STATIC_BYTES);
    onFresh?.(memory.buffer);
    return { module: machine, instance };
  };
  const options = {
    indexURL: NOWHERE,
    packageBaseUrl: NOWHERE,
    stdLibURL: `${NOWHERE}stdlib.zip`,
    lockFileContents: { info: __LOCK_INFO__, packages: {} },
    createPyodideModule: async (/** @type {any} */ settings) => {
      const machine = await createPyodideModule(settings);
      if (image) await restore(machine, await image, before);
      return machine;
    },
    _loadSnapshot: image?.then(({ head }) => head),
    env: { HOME, LANG: "en_US.UTF-8" },
    fullStdLib: false,
    ...more,
  };
  const python = await loadPyodide(/** @type {any} */ (options));
  WebAssembly.instantiateStreaming = instantiateStreaming;
  delete scope.fetch;
  return python;
}

/**
 * Makes an instance of a module on Python's memory, see lispcore/hosts/browser_machine.py.
 * @param {Uint8Array<ArrayBuffer>} bytes the module
 * @param {() => number} pause is asked every few milliseconds whether the module is to stop
 * @returns {((base: number) => boolean) | undefined} runs it with the values at an address, and tells whether
 *   it came to its end; nothing if the browser refuses it
 */
export function prepareModule(bytes, pause) {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      m: { memory: /** @type {WebAssembly.Memory} */ (memory), pause },
    });
    const run = /** @type {(base: number) => void} */ (exports.run);
    return (base) => {
      try {
        run(base);
        return true;
      } catch {
        return false; // it has left what it could not do, or there was no stack for more calls
      }
    };
  } catch {
    return undefined;
  }
}

/**
 * Makes the language importable, and a home for the files of programs.
 * @param {any} python
 * @param {ArrayBuffer} language
 */
export function installLanguage(python, language) {
  const bytes = python.toPy(new Uint8Array(language));
  const install = python.runPython(`${__MODULES_IN_ONE__}\ninstall`);
  install(bytes, PACKAGES);
  install.destroy();
  bytes.destroy();
}

/** Makes the folder of a program's files. @param {any} python */
export function enterHome(python) {
  python.FS.mkdirTree(HOME);
  python.FS.chdir(HOME);
}
