/**
 * Links that carry a program: `#v1=` and a base64url text, behind which stand raw deflate, UTF-8 and
 * JSON: `{"code": "…", "title": "…"}`. With the recording of a run it is `#v2=`: behind the JSON,
 * which then has a `"recording"`, stand a line feed and the bytes of the files, one after another.
 * `#v3=` is built alike, and has what else may go along: `"about"`, `"model"` (the name of the one that it
 * was run on), `"files"` (names and sizes), and a recording or none.
 *
 * Everything is after the `#`, which no browser sends to a server. A link made today opens for ever:
 * a new format gets a new number and these stay.
 */
import { Inflate, deflateSync } from "fflate";
import { fileName } from "../storage/file-names.js";
import { text, textLater } from "../texts/texts.js";

const MAX_PROGRAM_BYTES = 2_000_000;
const MAX_RECORDED_BYTES = 12_000_000;
const MAX_TITLE_CHARACTERS = 200;
const MAX_ABOUT_CHARACTERS = 1000;
const MAX_MODEL_CHARACTERS = 100;
/** A program names the files that go along. */
const MAX_FILES = 500;
const LINE_FEED = 10;

/**
 * @typedef {object} Shared
 * @property {string} code
 * @property {string} [title]
 * @property {string} [about] a description
 * @property {string} [model] that its author ran it on
 * @property {Files} [files] that the program needs
 * @property {import("../state/program.js").Recording | null} [recording]
 *
 * @typedef {Map<string, Uint8Array<ArrayBuffer>>} Files
 */

/** Says in plain words why a link does not open. */
export class LinkError extends Error {}

/** @param {Shared} shared @returns {string} the part after `#` */
export function encodeLink({ code, title, about, model, files: own, recording }) {
  const program = title ? { code, title } : { code };
  if (about || model || own?.size) {
    const files = new Map([...(recording?.files ?? []), ...(own ?? [])]);
    const played = recording && { tape: recording.tape, settings: recording.settings };
    const header = { ...program, about, model, ...(played && { recording: played }), files: sizesOf(files) };
    return `v3=${pack(header, files)}`;
  }
  if (!recording) return `v1=${writeBase64(deflateSync(encodeText(JSON.stringify(program)), { level: 9 }))}`;
  const { tape, settings, files } = recording;
  return `v2=${pack({ ...program, recording: { tape, settings, files: sizesOf(files) } }, files)}`;
}

/** @param {Files} files */
const sizesOf = (files) => [...files].map(([name, bytes]) => [name, bytes.length]);

/** @param {object} header @param {Files} files @returns {string} */
function pack(header, files) {
  const bytes = joinBytes([encodeText(JSON.stringify(header)), Uint8Array.of(LINE_FEED), ...files.values()]);
  return writeBase64(deflateSync(bytes, { level: 9 }));
}

/** @param {string} text */
const encodeText = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array[]} pieces @returns {Uint8Array<ArrayBuffer>} */
function joinBytes(pieces) {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** @param {Uint8Array} bytes @returns {string} */
function writeBase64(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * @param {string} hash `location.hash`
 * @returns {Shared | null} null if there is no program in it
 * @throws {LinkError}
 */
export function decodeLink(hash) {
  const link = hash.replace(/^#/, "");
  if (!link) return null;
  const [start, version] = /^v(\d+)=/.exec(link) ?? [];
  if (!start) return null;
  const read = READERS.get(version);
  if (!read) {
    throw new LinkError(text("it was made by a newer version of this page (format {version})", { version: Number(version) }));
  }
  return read(readBase64(link.slice(start.length)));
}

/** How each format is read. @type {Map<string, (packed: Uint8Array) => Shared>} */
const READERS = new Map([
  ["1", (packed) => readProgram(readJson(unpack(packed, MAX_PROGRAM_BYTES)))],
  ["2", (packed) => readRecorded(unpack(packed, MAX_RECORDED_BYTES))],
  ["3", (packed) => readPackage(unpack(packed, MAX_RECORDED_BYTES))],
]);

/** @param {string} letters @returns {Uint8Array} */
function readBase64(letters) {
  // Mail programs break long links and append punctuation: white space is harmless.
  const clean = letters.replace(/\s|%20/g, "");
  if (!/^[A-Za-z0-9_-]+$/.test(clean)) throw new LinkError(text("it contains characters that do not belong there"));
  try {
    const binary = atob(clean.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new LinkError(text("it is incomplete: a part of it was lost on the way"));
  }
}

/** @param {Uint8Array} packed @param {number} limit @returns {Uint8Array<ArrayBuffer>} */
function unpack(packed, limit) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  let complete = false;
  const inflate = new Inflate((piece, last) => {
    size += piece.length;
    // A few bytes can stand for gigabytes: stop while it is still small.
    if (size > limit) throw new LinkError(text("the program in it is too large"));
    pieces.push(piece);
    complete ||= last;
  });
  try {
    for (let at = 0; at < packed.length; at += 1024) {
      inflate.push(packed.subarray(at, at + 1024), at + 1024 >= packed.length);
    }
    if (!complete) throw new Error("no end");
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError(text(DAMAGED));
  }
  return joinBytes(pieces);
}

const DAMAGED = textLater("it is damaged or incomplete");

/** @param {Uint8Array} bytes @returns {any} */
function readJson(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new LinkError(text(DAMAGED));
  }
}

/** @param {any} value @returns {Shared} */
function readProgram(value) {
  if (typeof value?.code !== "string") throw new LinkError(text("there is no program in it"));
  const title = readText(value.title, MAX_TITLE_CHARACTERS);
  return title ? { code: value.code, title } : { code: value.code };
}

/** @param {unknown} value @param {number} most */
const readText = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {{value: any, rest: Uint8Array<ArrayBuffer>}} what stands before the files, and they */
function splitHeader(bytes) {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0) throw new LinkError(text(DAMAGED));
  return { value: readJson(bytes.subarray(0, end)), rest: bytes.subarray(end + 1) };
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Shared} */
function readRecorded(bytes) {
  const { value, rest } = splitHeader(bytes);
  const program = readProgram(value);
  const { tape, settings, files: sizes = [] } = value.recording ?? {};
  if (typeof tape !== "string" || !Array.isArray(sizes)) throw new LinkError(text("there is no recording in it"));
  return { ...program, recording: { tape, settings: readSettings(settings), files: readFiles(sizes, rest) } };
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Shared} a program with whatever goes along */
function readPackage(bytes) {
  const { value, rest } = splitHeader(bytes);
  const shared = readProgram(value);
  const about = readText(value.about, MAX_ABOUT_CHARACTERS);
  const model = readText(value.model, MAX_MODEL_CHARACTERS);
  const files = readFiles(Array.isArray(value.files) ? value.files : [], rest);
  if (about) shared.about = about;
  if (model) shared.model = model;
  if (files.size) shared.files = files;
  if (!value.recording) return shared;
  const { tape, settings } = value.recording;
  if (typeof tape !== "string") throw new LinkError(text("there is no recording in it"));
  return { ...shared, recording: { tape, settings: readSettings(settings), files } };
}

/**
 * @param {unknown[]} sizes names and sizes of files
 * @param {Uint8Array<ArrayBuffer>} bytes theirs, one after another
 * @returns {Files}
 */
function readFiles(sizes, bytes) {
  if (sizes.length > MAX_FILES) throw new LinkError(text("it brings more than {n} files along", { n: MAX_FILES }));
  /** @type {Files} */
  const files = new Map();
  let at = 0;
  for (const entry of sizes) {
    const [name, size] = Array.isArray(entry) ? entry : [];
    if (typeof name !== "string" || !Number.isInteger(size) || size < 0 || at + size > bytes.length) {
      throw new LinkError(text(DAMAGED));
    }
    // A name is a path below the program's folder, and nothing else.
    if (fileName(name) === null) throw new LinkError(text("it brings a file along whose name cannot be"));
    files.set(name, bytes.slice(at, (at += size)));
  }
  return files;
}

/**
 * Settings out of a link say who answered, never where: nothing is sent while a recording plays.
 * @param {any} given
 * @returns {import("../engine/protocol.js").ModelSettings}
 */
function readSettings(given) {
  /** @type {import("../engine/protocol.js").ModelSettings["providers"]} */
  const providers = Object.create(null);
  const named = given?.providers;
  for (const [name, entry] of Object.entries(named && typeof named === "object" ? named : {})) {
    const { model, has_key: hasKey } = /** @type {any} */ (entry) ?? {};
    providers[name] = {
      base_url: NOWHERE,
      model: typeof model === "string" ? model : "",
      has_key: hasKey === true,
    };
  }
  return { default: typeof given?.default === "string" ? given.default : null, providers };
}

/** Stands for every address in a recording. A name in this domain never exists (RFC 2606). */
export const NOWHERE = "https://recorded.invalid";

/** @param {Shared} shared @returns {string} the address of this page with the program in it */
export function makeLink(shared) {
  const url = new URL(location.href);
  url.searchParams.delete("theme"); // of one visitor, or of a page around
  url.hash = encodeLink(shared);
  return url.href;
}

/**
 * @param {string} hash
 * @returns {Shared | {problem: string} | null}
 */
export function openLink(hash) {
  try {
    return decodeLink(hash);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { problem: text("This link does not open: {problem}. Your own program is untouched.", { problem: error.message }) };
  }
}
