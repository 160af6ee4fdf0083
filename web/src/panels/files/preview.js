/** How a file is shown: what kind of thing it is, and its text or its bytes. */
import { textOfFile } from "../../storage/file-text.js";

const MAX_SHOWN_BYTES = 200_000;
/** Shown as an image it runs no script and loads nothing; images.js gives it an address without an origin. */
export const SVG = "image/svg+xml";
const IMAGE_TYPES = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["gif", "image/gif"],
  ["webp", "image/webp"],
  ["bmp", "image/bmp"],
  ["avif", "image/avif"],
  ["svg", SVG],
]);

/** @param {string} name @returns {string | undefined} the type, if browsers show such images */
export const imageType = (name) => IMAGE_TYPES.get(endOf(name));

const AUDIO_TYPES = new Map([
  ["mp3", "audio/mpeg"],
  ["wav", "audio/wav"],
  ["ogg", "audio/ogg"],
  ["oga", "audio/ogg"],
  ["opus", "audio/ogg"],
  ["flac", "audio/flac"],
  ["m4a", "audio/mp4"],
  ["aac", "audio/aac"],
  ["weba", "audio/webm"],
]);

/** @param {string} name @returns {string} what it ends with, in small letters */
const endOf = (name) => name.split(".").at(-1)?.toLowerCase() ?? "";

/** @param {string} name @returns {string | undefined} the type of a recording */
export const audioType = (name) => AUDIO_TYPES.get(endOf(name));

/** @typedef {"image" | "audio" | "pdf" | "table" | "markdown" | "zip" | "text"} Kind */

/** @param {string} name @returns {Kind} what is shown of it above the page */
export function kindOf(name) {
  if (imageType(name)) return "image";
  if (audioType(name)) return "audio";
  if (/\.pdf$/i.test(name)) return "pdf";
  if (/\.(csv|tsv)$/i.test(name)) return "table";
  if (/\.(md|markdown)$/i.test(name)) return "markdown";
  return /\.zip$/i.test(name) ? "zip" : "text";
}

/** @param {string} name @param {Uint8Array} bytes @returns {boolean} whether who opens it wants to edit it */
export const opensInEditor = (name, bytes) => kindOf(name) === "text" && textOfFile(bytes) !== null;

/** @param {string} name @returns {string} the form that reads it */
export function readCall(name) {
  const type = imageType(name);
  const binary = (type && type !== SVG) || audioType(name) || /\.(pdf|zip|gz|wasm|mp4)$/i.test(name);
  return `(${binary ? "file/read-bytes" : "file/read"} ${JSON.stringify(name)})`;
}

/** @param {string} name @returns {string} what it ends with, "file" if that says nothing */
export function extensionOf(name) {
  const [, extension = "file"] = /\.([^./]{1,5})$/.exec(name) ?? [];
  return extension;
}

/** @param {Uint8Array} bytes @returns {string} its text, or its first bytes in hexadecimal */
export function previewText(bytes) {
  const start = bytes.subarray(0, MAX_SHOWN_BYTES);
  try {
    const text = new TextDecoder("utf-8", { fatal: bytes.length <= MAX_SHOWN_BYTES }).decode(start);
    if (!text.includes("\0")) return text;
  } catch {
    // Not text.
  }
  const rows = [];
  for (let at = 0; at < Math.min(start.length, 4096); at += 16) {
    const row = [...start.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    rows.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return rows.join("\n");
}
