/**
 * Zip files: what one holds, unpacking it within bounds, and packing files. Loaded when first used.
 *
 * What a zip file says of itself may be a lie: sizes that are said serve the question alone, and the bytes
 * that really come out are counted.
 */
import { Unzip, UnzipInflate, Zip, ZipDeflate, ZipPassThrough, unzipSync } from "fflate";
import { fileName, readableName } from "../../storage/file-names.js";
import { text } from "../../texts/texts.js";

/** As many as programs may have, and as much. */
export const LIMITS = { files: 2000, bytes: 512 * 1024 * 1024 };
/** A thousandfold of this may come out of one step. */
const STEP_BYTES = 16 * 1024;
/** So much is unpacked, or packed, before the page gets its turn. */
const TURN_BYTES = 4 * 1024 * 1024;
/** What is compressed already. */
const COMPRESSED = /\.(png|jpe?g|gif|webp|avif|zip|gz|br|xz|7z|mp3|m4a|ogg|opus|flac|mp4|webm|pdf|docx|xlsx|pptx|wasm)$/i;

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} Contents
 * @property {{path: string, size: number}[]} files with the sizes that the zip file says
 * @property {number} left what is not taken: hidden files, and what systems add
 *
 * @typedef {object} Unpacked
 * @property {[string, Bytes][]} files
 * @property {string[]} broken names of files that cannot be read
 * @property {number} left
 */

/** What is wrong with a zip file, in words for the visitor. */
export class ArchiveError extends Error {}

const tooMany = () => text("It holds more than {n} files.", { n: LIMITS.files });
const tooLarge = () => text("Unpacked it would need more than 512 MB.");
const broken = () => text("It is damaged, or no zip file.");

const isFolder = (/** @type {string} */ name) => /[\\/]$/.test(name);

/** @param {string} name @returns {string | null} the path of a file that is taken; null for what is hidden */
function pathOf(name) {
  const parts = name.split(/[\\/]/).filter((part) => part && part !== "." && part !== "..");
  if (!parts.length || parts.some((part) => part.startsWith(".")) || parts[0] === "__MACOSX") return null;
  return fileName(readableName(parts.join("/")));
}

/** Lets the page do what waits. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** @param {Uint8Array} data of a zip file @returns {Contents} @throws {ArchiveError} */
export function listArchive(data) {
  /** @type {Contents} */
  const contents = { files: [], left: 0 };
  let count = 0;
  try {
    unzipSync(data, {
      filter({ name, originalSize }) {
        if (++count > LIMITS.files * 5) throw new ArchiveError(tooMany());
        if (isFolder(name)) return false;
        const path = pathOf(name);
        if (path === null) contents.left++;
        else contents.files.push({ path, size: originalSize });
        return false;
      },
    });
  } catch (error) {
    throw error instanceof ArchiveError ? error : new ArchiveError(broken());
  }
  if (contents.files.length > LIMITS.files) throw new ArchiveError(tooMany());
  if (contents.files.reduce((sum, { size }) => sum + size, 0) > LIMITS.bytes) throw new ArchiveError(tooLarge());
  return contents;
}

/** @param {Bytes[]} pieces @returns {Bytes} */
function join(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * @param {Bytes} data of a zip file
 * @param {{files: number, bytes: number}} [limits]
 * @returns {Promise<Unpacked>}
 * @throws {ArchiveError} where more comes out than there is room for
 */
export async function unpack(data, limits = LIMITS) {
  /** @type {Unpacked} */
  const unpacked = { files: [], broken: [], left: 0 };
  let [total, since, count] = [0, 0, 0];
  /** What makes going on useless. @type {ArchiveError | null} */
  let end = null;

  /** @param {import("fflate").UnzipFile} entry */
  function take(entry) {
    if (isFolder(entry.name) || end) return;
    const path = pathOf(entry.name);
    if (path === null) return void unpacked.left++;
    if (++count > limits.files) return void (end = new ArchiveError(tooMany()));
    /** @type {Bytes[] | null} null once it is known to be damaged */
    let pieces = [];
    entry.ondata = (error, piece, isLast) => {
      if (!pieces || end) return;
      if (error) {
        unpacked.broken.push(path);
        pieces = null;
        return;
      }
      total += piece.length;
      since += piece.length;
      if (total > limits.bytes) end = new ArchiveError(tooLarge());
      pieces.push(/** @type {Bytes} */ (piece));
      if (isLast && !end) unpacked.files.push([path, join(pieces)]);
    };
    try {
      entry.start();
    } catch {
      if (pieces) unpacked.broken.push(path); // compressed in a way that is not known here
      pieces = null;
    }
  }

  const unzip = new Unzip(take);
  unzip.register(UnzipInflate);
  for (let at = 0; at < data.length && !end; at += STEP_BYTES) {
    try {
      unzip.push(data.slice(at, at + STEP_BYTES), at + STEP_BYTES >= data.length);
    } catch {
      if (!end) end = new ArchiveError(broken());
    }
    since += STEP_BYTES;
    if (since < TURN_BYTES) continue;
    since = 0;
    await turn();
  }
  if (end) throw end;
  return unpacked;
}

/**
 * @param {[string, Bytes][]} files with their paths
 * @returns {Promise<Blob>} a zip file of them
 */
export async function pack(files) {
  /** @type {Bytes[]} */
  const pieces = [];
  /** @type {Error | null} */
  let failure = null;
  const zip = new Zip((error, piece) => {
    if (error) failure = error;
    else pieces.push(/** @type {Bytes} */ (piece));
  });
  let since = 0;
  for (const [path, bytes] of files) {
    const entry = COMPRESSED.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path);
    zip.add(entry);
    for (let at = 0; at === 0 || at < bytes.length; at += TURN_BYTES) {
      const piece = bytes.slice(at, at + TURN_BYTES);
      entry.push(piece, at + TURN_BYTES >= bytes.length);
      since += piece.length;
      if (since < TURN_BYTES) continue;
      since = 0;
      await turn();
    }
  }
  zip.end();
  if (failure) throw failure;
  return new Blob(pieces, { type: "application/zip" });
}
