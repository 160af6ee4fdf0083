/**
 * The worker's own wall: takes away from its global all that reaches beyond it, before Python starts.
 *
 * What may stay is listed, so that what browsers will invent is taken away, too: the names of the
 * language JavaScript, and what Python's runtime needs. Storage, caches, network, channels to other
 * pages, workers inside the worker, locks and whatever else is found have to go, from the global
 * itself and from the objects that it inherits from. The policy of engine/enclosure.js holds besides.
 */

/** ECMAScript, chapters 19 to 28, and what is coming. */
const LANGUAGE = `
  globalThis Infinity NaN undefined eval isFinite isNaN parseFloat parseInt decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape unescape AggregateError Array ArrayBuffer
  AsyncDisposableStack AsyncIterator Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date
  DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function
  Int16Array Int32Array Int8Array InternalError Intl Iterator JSON Map Math Number Object Promise Proxy
  RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol
  SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap
  WeakRef WeakSet WebAssembly`;

/** What Pyodide and our own scripts call. None of it leaves the worker or outlives it. */
const NEEDED = `
  self constructor name location navigator performance crypto console isSecureContext
  crossOriginIsolated origin WorkerGlobalScope DedicatedWorkerGlobalScope WorkerNavigator
  WorkerLocation Performance Crypto SubtleCrypto CryptoKey setTimeout clearTimeout setInterval
  clearInterval queueMicrotask structuredClone atob btoa TextEncoder TextDecoder URL URLSearchParams
  EventTarget Event MessageEvent MessageChannel MessagePort AbortController AbortSignal DOMException`;

/** What a program may know of the browser. */
const NAVIGATOR = `
  constructor userAgent userAgentData appName appVersion appCodeName product platform language
  languages onLine hardwareConcurrency deviceMemory`;

/** @param {string} text @returns {Set<string>} */
const names = (text) => new Set(text.trim().split(/\s+/));

/** @param {object} holder @param {string} name @returns {boolean} whether it is more than a number or a text */
function reaches(holder, name) {
  const found = Object.getOwnPropertyDescriptor(holder, name);
  return !found || !("value" in found) || Object(found.value) === found.value;
}

/**
 * @param {object} holder
 * @param {Set<string>} kept
 * @returns {string[]} what could not be taken away
 */
function strip(holder, kept) {
  const left = [];
  for (const name of Object.getOwnPropertyNames(holder)) {
    if (kept.has(name)) continue;
    if (Reflect.deleteProperty(holder, name)) continue;
    const gone = { value: undefined, writable: false, configurable: false };
    if (!Reflect.defineProperty(holder, name, gone) && reaches(holder, name)) left.push(name);
  }
  return left;
}

/**
 * @param {object} first
 * @param {object | null} end not one of them any more
 * @returns {object[]} an object and those that it inherits from
 */
function chain(first, end) {
  const found = [];
  for (let each = first; each && each !== end; each = Object.getPrototypeOf(each)) found.push(each);
  return found;
}

/**
 * @param {any} scope the global of the worker
 * @param {string[]} [besides] names that this worker needs as well
 * @returns {string[]} what could not be taken away
 */
export function confine(scope, besides = []) {
  const kept = new Set([...names(LANGUAGE), ...names(NEEDED), ...besides]);
  const objects = chain(scope, scope.EventTarget.prototype);
  const left = objects.flatMap((each) => strip(each, kept));
  const navigators = chain(scope.navigator, Object.prototype);
  left.push(...navigators.flatMap((each) => strip(each, names(NAVIGATOR))));
  // An address of a blob is what a worker or a script could be made of.
  left.push(...strip(scope.URL, names("length name prototype canParse parse")));
  return left;
}

/** @returns {boolean} whether the browser refuses to run text as a script, as our policy says */
export function refusesText() {
  try {
    // What comes of it is looked at, or the bundler would leave it out.
    return typeof new Function("") !== "function";
  } catch {
    return true;
  }
}
