/**
 * Bounds the memory of the interpreter, so that a list which grows without end is an error of the
 * program, soon, and not the end of the tab.
 *
 * Pyodide lets the memory grow to 4 GiB: in Chromium such a program went on for 25 seconds, then the tab
 * was gone on machines that have less. Where the bound is reached Python raises MemoryError, what the
 * program held is freed, and the session goes on.
 */

const GIBIBYTE = 2 ** 30;
/** A quarter of the machine's memory, which browsers tell up to 8 GiB; half of them do not tell it. */
const BOUND = `Math.min(2,Math.max(.5,(globalThis.navigator?.deviceMemory??8)/4))*${GIBIBYTE}`;
const DEFINITION = "getHeapMax=()=>4294901760;";

/**
 * @param {string} loader the text of pyodide.asm.mjs
 * @returns {string} the text of a loader that lets the memory grow to the bound
 */
export function boundMemory(loader) {
  if (loader.split(DEFINITION).length !== 2) {
    throw new Error("Pyodide no longer says in one place how far its memory may grow: read bounded-memory.mjs");
  }
  return loader.replace(DEFINITION, `getHeapMax=()=>${BOUND};`);
}
