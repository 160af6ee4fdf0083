/** Names of files: what one may look like, and which is free. */

/** File systems take names of up to 255 bytes; a number may come behind it. */
const MAX_BYTES = 200;
const MAX_EXTENSION_BYTES = 20;
/** Of what a stranger calls a file. */
const MAX_PATH_CHARACTERS = 1000;
const MAX_PART_CHARACTERS = 255;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;

/** @param {string} name @returns {[string, string]} what is before its extension, and that with its dot */
function splitExtension(name) {
  const [, stem, extension] = /^(.*?[^/])(\.tar\.[^./]+|\.[^./]+)$/s.exec(name) ?? ["", name, ""];
  return [stem, extension];
}

/** @param {string} part of a path @returns {string} it, as long as file systems take it; its extension stays */
function shorten(part) {
  if (bytesOf(part) <= MAX_BYTES) return part;
  const [stem, extension] = splitExtension(part);
  const end = bytesOf(extension) <= MAX_EXTENSION_BYTES ? extension : "";
  let kept = "";
  for (const character of end ? stem : part) {
    if (bytesOf(kept + character + end) > MAX_BYTES) break;
    kept += character;
  }
  return kept + end;
}

/**
 * @param {unknown} value
 * @returns {string | null} the name of a file below the program's folder; null if it is none
 */
export function fileName(value) {
  if (typeof value !== "string" || !value || value.length > MAX_PATH_CHARACTERS) return null;
  if (/[\u0000-\u001f\u007f-\u009f\\]/.test(value) || !value.isWellFormed()) return null;
  const isPart = (/** @type {string} */ part) => part && part !== "." && part !== ".." && part.length <= MAX_PART_CHARACTERS;
  return value.split("/").every(isPart) ? value : null;
}

/** @param {string} name @returns {string} the name as a path below the program's folder */
export function cleanName(name) {
  const parts = name.toWellFormed().replace(CONTROLS, "").replaceAll("\\", "/").split("/");
  const kept = parts.filter((part) => part && part !== "." && part !== "..");
  const path = kept.map((part) => (part.length > MAX_PART_CHARACTERS ? shorten(part) : part)).join("/");
  return path.slice(-MAX_PATH_CHARACTERS).replace(/^\/+/, "") || "file";
}

/**
 * @param {string} name as the visitor's system gives it
 * @returns {string} as a program can name it. One name can be written in two ways (é as one character or
 *   as two): this is the one that is typed.
 */
export function readableName(name) {
  const clean = cleanName(name.normalize("NFC").replace(UNSEEN, ""));
  const parts = clean.split("/").map((part) => shorten(part.trim()));
  return parts.filter(Boolean).join("/") || "file";
}

/** Names that people, or file systems, take for the same. @param {string} name */
const folded = (name) => name.normalize("NFC").toLowerCase();

/** @param {string} name @returns {string[]} the folders that it is in */
function foldersOf(name) {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** @param {Iterable<string>} names */
function createTaken(names) {
  const all = [...names].map(folded);
  const files = new Set(all);
  const folders = new Set(all.flatMap(foldersOf));
  return {
    has: (/** @type {string} */ name) => files.has(folded(name)) || folders.has(folded(name)),
    /** Whether a file lies where a folder of it would be. */
    isBarred: (/** @type {string} */ name) => foldersOf(folded(name)).some((folder) => files.has(folder)),
  };
}

/**
 * @param {string} name
 * @param {Iterable<string>} names that are taken; upper and lower case count as the same
 * @returns {string} the name, or `image-2.png` where there is an `image.png`
 */
export function freeName(name, names) {
  const taken = createTaken(names);
  const wanted = taken.isBarred(name) ? name.replaceAll("/", "-") : name;
  const [stem, extension] = splitExtension(wanted);
  let next = wanted;
  for (let number = 2; taken.has(next); number++) next = `${stem}-${number}${extension}`;
  return next;
}

/** @param {string} name @param {Iterable<string>} names @returns {string} `notes (from other tab).txt` */
export function nameOfOther(name, names) {
  const taken = createTaken(names);
  const [stem, extension] = splitExtension(name);
  let next = `${stem} (from other tab)${extension}`;
  for (let number = 2; taken.has(next); number++) next = `${stem} (from other tab ${number})${extension}`;
  return next;
}
