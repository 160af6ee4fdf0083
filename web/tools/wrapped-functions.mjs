/**
 * Gives functions of JavaScript to Python all at once.
 *
 * Python calls some 260 functions of JavaScript through its table of functions, which takes functions of
 * WebAssembly alone. Emscripten makes a module around each, one after another, when a worker starts, after
 * a first try that throws: a tenth of the start. Here one module holds all of them, in the same order.
 */

const WRAP_ONE = "var convertJsFunctionToWasm=(func,sig)=>{";
const WRAP_ALL = "var reportUndefinedSymbols=()=>{for(";
const TRY = "try{setWasmTableEntry(ret,func)}catch(err){";

/**
 * Makes a module that takes functions and exports each as one of WebAssembly (WebAssembly, chapter 5). It
 * stands in the loader, and is written for it: types are packed by the loader's own function.
 * @param {[Function, string][]} wanted functions and their types, as Emscripten writes them
 * @param {(types: string) => number[]} typesOf
 * @returns {Map<Function, Function>}
 */
function wrapTogether(wanted, typesOf) {
  if (!wanted.length) return new Map();
  const types = [...new Set(wanted.map(([, sig]) => sig))];
  const number = (/** @type {number} */ value) => [(value & 127) | 128, value >> 7]; // below 16,384
  const text = (/** @type {string} */ value) => [value.length, ...Array.from(value, (each) => each.charCodeAt(0))];
  const section = (/** @type {number} */ id, /** @type {number[][]} */ parts) => {
    const content = [...number(parts.length), ...parts.flat()];
    const size = content.length;
    return [id, (size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14, ...content];
  };
  const bytes = [
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, types.map((sig) => [96, ...typesOf(sig.slice(1)), ...typesOf(sig[0] === "v" ? "" : sig[0])])),
    ...section(2, wanted.map(([, sig], at) => [...text("e"), ...text(String(at)), 0, ...number(types.indexOf(sig))])),
    ...section(7, wanted.map((_, at) => [...text(String(at)), 0, ...number(at)])),
  ];
  const given = Object.fromEntries(wanted.map(([func], at) => [at, func]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { e: given });
  return new Map(wanted.map(([func], at) => [func, /** @type {Function} */ (exports[at])]));
}

/**
 * @param {string} loader the text of pyodide.asm.mjs
 * @returns {string} the text of a loader that wraps functions together
 */
export function wrapAtOnce(loader) {
  if ([WRAP_ONE, WRAP_ALL, TRY].some((each) => loader.split(each).length !== 2)) {
    throw new Error("Pyodide no longer wraps its functions one by one: read wrapped-functions.mjs");
  }
  const missing =
    "Object.entries(GOT).filter(([,entry])=>entry.value==-1).map(([name])=>resolveGlobalSymbol(name,true).sym)" +
    '.filter((each)=>typeof each=="function"&&each.sig&&!getFunctionAddress(each)).map((each)=>[each,each.sig])';
  return loader
    .replace(WRAP_ONE, () => `var wrappedFunctions=new Map;${wrapTogether}${WRAP_ONE}`)
    .replace(WRAP_ALL, () => `var reportUndefinedSymbols=()=>{wrappedFunctions=wrapTogether(${missing},generateTypePack);for(`)
    .replace(TRY, () => `try{setWasmTableEntry(ret,wrappedFunctions.get(func)??func)}catch(err){`);
}
