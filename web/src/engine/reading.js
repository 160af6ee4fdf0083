/**
 * Reads values of which nothing is known: each function gives back a plain value of the shape that it
 * names, or throws `Nonsense`. What the messages of a worker are made of stands in checks.js.
 */

/** A message that our worker never sends. */
export class Nonsense extends Error {}

/** Plain values: how many, and how deep. */
const MOST_ITEMS = 500_000;
const MOST_DEPTH = 64;

/** @param {boolean} holds @param {string} what @returns {asserts holds} */
export function must(holds, what) {
  if (!holds) throw new Nonsense(what);
}

/** @param {unknown} value @param {string} what @returns {Record<string, unknown>} */
export function record(value, what) {
  must(typeof value === "object" && value !== null && !Array.isArray(value), `${what} is no object`);
  return /** @type {Record<string, unknown>} */ (value);
}

/** @param {Record<string, unknown>} holder @param {string} name @returns {unknown} its own, or undefined */
export const own = (holder, name) => (Object.hasOwn(holder, name) ? holder[name] : undefined);

/** @param {unknown} value @param {number} most @param {string} what @returns {string} */
export function text(value, most, what) {
  must(typeof value === "string" && value.length <= most, `${what} is no text of at most ${most} characters`);
  return value;
}

/** @param {unknown} value @param {number} least @param {number} most @param {string} what @returns {number} */
export function number(value, least, most, what) {
  must(typeof value === "number" && value >= least && value <= most, `${what} is no number in ${least} … ${most}`);
  return value;
}

/** @param {unknown} value @param {string} what @returns {number} a number that counts something */
export function count(value, what) {
  const found = number(value, 0, Number.MAX_SAFE_INTEGER, what);
  must(Number.isInteger(found), `${what} is no integer`);
  return found;
}

/** @param {unknown} value @param {string} what @returns {boolean} */
export function flag(value, what) {
  must(typeof value === "boolean", `${what} is neither true nor false`);
  return value;
}

/**
 * @template {string} T
 * @param {unknown} value @param {readonly T[]} choices @param {string} what @returns {T}
 */
export function oneOf(value, choices, what) {
  must(choices.includes(/** @type {T} */ (value)), `${what} is unknown`);
  return /** @type {T} */ (value);
}

/**
 * @template T
 * @param {unknown} value @param {number} most @param {(each: unknown) => T} read @param {string} what
 * @returns {T[]}
 */
export function list(value, most, read, what) {
  must(Array.isArray(value) && value.length <= most, `${what} is no list of at most ${most}`);
  return Array.from(value, read);
}

/** @param {unknown} value @param {number} most @param {string} what @returns {Uint8Array<ArrayBuffer>} */
export function bytes(value, most, what) {
  const isBytes = Object.prototype.toString.call(value) === "[object Uint8Array]" && ArrayBuffer.isView(value);
  must(isBytes && value.byteLength <= most, `${what} is no bytes, at most ${most}`);
  const { buffer, byteOffset, byteLength } = value;
  const isPlain = Object.prototype.toString.call(buffer) === "[object ArrayBuffer]";
  must(isPlain, `${what} could change while they are read`);
  try {
    return new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
  } catch {
    throw new Nonsense(`${what} were given away`);
  }
}

/**
 * @param {unknown} value
 * @param {number} most characters of all texts in it
 * @param {string} what
 * @returns {any} a copy that is made of what JSON knows, without names that mean something to JavaScript
 */
export function plain(value, most, what) {
  let items = 0;
  let characters = 0;
  /** @param {unknown} each @param {number} depth @returns {any} */
  const copy = (each, depth) => {
    must(++items <= MOST_ITEMS && depth <= MOST_DEPTH, `${what} is too large`);
    if (typeof each === "string") {
      characters += each.length;
      must(characters <= most, `${what} is too long`);
      return each;
    }
    if (each === undefined || each === null || typeof each === "boolean") return each;
    if (typeof each === "number") return Number.isFinite(each) ? each : null;
    if (Array.isArray(each)) return Array.from(each, (part) => copy(part, depth + 1));
    const isMap = Object.prototype.toString.call(each) === "[object Object]";
    must(isMap, `${what} holds something that is no plain value`);
    const parts = Object.entries(/** @type {object} */ (each)).filter(([name]) => name !== "__proto__");
    return Object.fromEntries(
      parts.map(([name, part]) => [/** @type {string} */ (copy(name, depth + 1)), copy(part, depth + 1)]),
    );
  };
  return copy(value, 0);
}
