/**
 * Starts an interpreter up to the point where it could be used, and gives its memory. Bundled and run
 * by snapshot.mjs, in a global that looks like that of a worker.
 */
import { STATIC_BYTES, packImage } from "../src/engine/memory-image.js";
import { enterHome, functions, installLanguage, startPython } from "../src/engine/python.js";

/**
 * Writes zeros over what nobody reads any more: free pieces of the heap (dlmalloc's chunks: length and
 * two flags in the second word, "in use" being 2) and the part of the stack that is not in use.
 * @param {any} machine Pyodide's module
 */
function clearUnused(machine) {
  const { HEAPU8: bytes, HEAPU32: words } = machine;
  const end = machine._sbrk(0);
  let at = machine._emscripten_stack_get_base();
  while (at < end) {
    const head = words[(at + 4) >>> 2];
    const size = head & ~7;
    if (size < 16 || at + size > end) throw new Error(`the heap is not as expected at ${at}`);
    // Two words, or six if it is large, link free pieces to others.
    const links = size < 256 ? 16 : 32;
    if (!(head & 2)) bytes.fill(0, at + links, at + size);
    at += size;
  }
  bytes.fill(0, machine._emscripten_stack_get_end(), machine.stackSave());
}

/**
 * @param {object} parts
 * @param {Uint8Array} parts.machine
 * @param {ArrayBuffer} parts.stdlib
 * @param {ArrayBuffer} parts.language
 * @returns {Promise<Uint8Array>} the image of the memory
 */
globalThis.makeImage = async ({ machine, stdlib, language }) => {
  /** @type {Uint8Array} */
  let before;
  const onFresh = (memory) => {
    const all = new Uint8Array(memory);
    before = all.slice(0, STATIC_BYTES);
    if (all.subarray(STATIC_BYTES).some(Boolean)) throw new Error("the machine has more data than expected");
  };
  const module = await WebAssembly.compile(machine);
  // The same memory each time, so the same file.
  const env = { HOME: "/home/web", LANG: "en_US.UTF-8", PYTHONHASHSEED: "0" };
  const python = await startPython({ module, stdlib, onFresh, more: { env, _makeSnapshot: true } });
  installLanguage(python, language);
  enterHome(python);
  const host = python.pyimport("lispcore.hosts.browser_snapshot");
  host.prepare();
  host.destroy();
  python.runPython("import gc; gc.collect()");
  clearUnused(python._module);
  const snapshot = python.makeMemorySnapshot();
  const size = new Uint32Array(snapshot.buffer, 0, 2)[1];
  return packImage({
    memory: snapshot.subarray(size),
    before,
    table: functions(python._module).table,
    head: snapshot.slice(0, size),
  });
};
