/**
 * Has Python look seldom whether it is to stop.
 *
 * A page stops a program that computes through a shared byte (Pyodide's interrupt buffer). CPython
 * asks for it in its loops, every 50th time, and within operations that may take long, each time:
 * when two integers of 130 bits are multiplied, five times. Each question is a call of JavaScript
 * and costs some 300 nanoseconds, so such a product took twenty times as long as it should.
 *
 * Here a counter of a few machine instructions stands in front of the question and lets every
 * `ASKED_EVERY`-th through. A loop then hears of Stop after some 3,000 steps, which is far below a
 * millisecond; a program whose single steps take long is ended together with its worker, as before.
 */

/** A power of two, at most 64: the module below has room for one byte. */
const ASKED_EVERY = 64;

const QUESTION = "_Py_CheckEmscriptenSignals_Helper";

/**
 * The machine code of the counter: a module that imports the question as "a" "a" and exports the
 * function "a", which returns 0 or what the question answers (WebAssembly, chapter 5).
 */
const COUNTER = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f], // a type: () -> i32
  ...[0x02, 0x07, 0x01, 0x01, 0x61, 0x01, 0x61, 0x00, 0x00], // import "a" "a"
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x06, 0x06, 0x01, 0x7f, 0x01, 0x41, 0x00, 0x0b], // a global that changes: the count
  ...[0x07, 0x05, 0x01, 0x01, 0x61, 0x00, 0x01], // export it as "a"
  ...[0x0a, 0x18, 0x01, 0x16, 0x00],
  ...[0x23, 0x00, 0x41, 0x01, 0x6a, 0x24, 0x00], // count = count + 1
  ...[0x23, 0x00, 0x41, ASKED_EVERY - 1, 0x71], // count & (ASKED_EVERY - 1)
  ...[0x04, 0x7f, 0x41, 0x00, 0x05, 0x10, 0x00, 0x0b], // is it 0? then ask, else 0
  0x0b,
];

/**
 * @param {string} loader the text of pyodide.asm.mjs
 * @returns {string} the text of a loader that puts the counter in front of the question
 */
export function askSeldom(loader) {
  const given = `,${QUESTION},`;
  const definition = `function ${QUESTION}(){`;
  if (loader.split(given).length !== 2 || loader.split(definition).length !== 2) {
    throw new Error(`Pyodide no longer gives ${QUESTION} to Python: read seldom-signals.mjs`);
  }
  const counted =
    `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${COUNTER}])),` +
    `{a:{a:${QUESTION}}}).exports.a`;
  return loader.replace(given, `,${QUESTION}:${counted},`);
}
