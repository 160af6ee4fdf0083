/**
 * Links that carry a program: `#v1=` and a base64url text, behind which stand raw deflate, UTF-8 and
 * JSON: `{"code": "…", "title": "…"}`. Everything is after the `#`, which no browser sends to a
 * server. A link made today opens for ever: a new format gets a new number and this one stays.
 */
import { Inflate, deflateSync } from "fflate";

const PREFIX = "v1=";
const MAX_PROGRAM_BYTES = 2_000_000;
const MAX_TITLE_CHARACTERS = 200;

/** @typedef {{code: string, title?: string}} Shared */

/** Says in plain words why a link does not open. */
export class LinkError extends Error {}

/** @param {Shared} shared @returns {string} the part after `#` */
export function encodeLink({ code, title }) {
  const text = JSON.stringify(title ? { code, title } : { code });
  const packed = deflateSync(new TextEncoder().encode(text), { level: 9 });
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  const base64 = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return PREFIX + base64;
}

/**
 * @param {string} hash `location.hash`
 * @returns {Shared | null} null if there is no program in it
 * @throws {LinkError}
 */
export function decodeLink(hash) {
  const text = hash.replace(/^#/, "");
  if (!text) return null;
  const [, version] = /^v(\d+)=/.exec(text) ?? [];
  if (!version) return null;
  if (version !== "1") {
    throw new LinkError(`it was made by a newer version of this page (format ${Number(version)})`);
  }
  return readShared(unpack(readBase64(text.slice(PREFIX.length))));
}

/** @param {string} text @returns {Uint8Array} */
function readBase64(text) {
  // Mail programs break long links and append punctuation: white space is harmless.
  const clean = text.replace(/\s|%20/g, "");
  if (!/^[A-Za-z0-9_-]+$/.test(clean)) throw new LinkError("it contains characters that do not belong there");
  try {
    const binary = atob(clean.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new LinkError("it is incomplete: a part of it was lost on the way");
  }
}

/** @param {Uint8Array} packed @returns {string} */
function unpack(packed) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  let complete = false;
  const inflate = new Inflate((piece, last) => {
    size += piece.length;
    // A few bytes can stand for gigabytes: stop while it is still small.
    if (size > MAX_PROGRAM_BYTES) throw new LinkError("the program in it is too large");
    pieces.push(piece);
    complete ||= last;
  });
  try {
    for (let at = 0; at < packed.length; at += 1024) {
      inflate.push(packed.subarray(at, at + 1024), at + 1024 >= packed.length);
    }
    if (!complete) throw new Error("no end");
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("it is damaged or incomplete");
  }
}

/** @param {string} text @returns {Shared} */
function readShared(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LinkError("it is damaged or incomplete");
  }
  if (typeof value?.code !== "string") throw new LinkError("there is no program in it");
  const title = typeof value.title === "string" ? value.title.slice(0, MAX_TITLE_CHARACTERS) : "";
  return title ? { code: value.code, title } : { code: value.code };
}
