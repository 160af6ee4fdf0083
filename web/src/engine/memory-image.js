/**
 * The memory of an interpreter that has started: made once by the build (tools/snapshot.mjs), put into
 * place by each worker instead of starting Python and importing the language (memory snapshot).
 *
 * Only what differs from the memory of a fresh machine is in it: where nothing but zeros or the
 * machine's own data stands, nothing is sent. All numbers have 32 bits, little endian:
 *
 *     MAGIC  sum of what follows  bytes of memory  length of the function table  bytes of the head  number of runs
 *     the head: what Pyodide itself wants to know of a snapshot
 *     the runs: address and length of each, in bytes
 *     the bytes of all runs, one after the other
 */

const MAGIC = 0x4c495350;
const NUMBERS = 6;
/** Behind the first two numbers begins what is summed up. */
const SUMMED_FROM = 8;
/** All that the machine brings along lies below; above are its stack and heap, which begin as zeros. */
export const STATIC_BYTES = 4 * 1024 * 1024;
/** So many equal bytes are sent along before a new run begins. */
const SHORTEST_GAP = 64;

/** Sums up an image as it arrives: a compressed form that the browser undoes has no such sum of its own. */
export function createSum() {
  let [sum, sums] = [1, 0];
  let skipped = 0;
  return {
    /** @param {Uint8Array} bytes the next ones */
    add(bytes) {
      const from = Math.min(SUMMED_FROM - skipped, bytes.length);
      skipped += from;
      let [one, all] = [sum, sums];
      for (let at = from; at < bytes.length; at++) {
        one = (one + bytes[at]) | 0;
        all = (all + one) | 0;
      }
      [sum, sums] = [one, all];
    },
    /** @returns {number} of all bytes so far */
    value: () => (sum ^ Math.imul(sums, 31)) >>> 0,
  };
}

/** @param {Uint8Array} first the first bytes of an image @returns {number | null} the sum that its other bytes should have */
export const readSum = (first) =>
  first.length < SUMMED_FROM ? null : new DataView(first.buffer, first.byteOffset).getUint32(SUMMED_FROM / 2, true);

/**
 * @param {Uint8Array} now a memory
 * @param {Uint8Array} before its first bytes in a fresh machine; all behind them were zeros
 * @returns {number[]} address and length of each stretch that differs
 */
export function findRuns(now, before) {
  /** @type {number[]} */
  const runs = [];
  let start = -1;
  let end = 0; // behind the last byte that differs
  for (let at = 0; at < now.length; at++) {
    if (now[at] === (at < before.length ? before[at] : 0)) continue;
    if (start >= 0 && at - end >= SHORTEST_GAP) {
      runs.push(start, end - start);
      start = -1;
    }
    if (start < 0) start = at;
    end = at + 1;
  }
  if (start >= 0) runs.push(start, end - start);
  return runs;
}

/**
 * @param {object} parts
 * @param {Uint8Array} parts.memory
 * @param {Uint8Array} parts.before the first bytes of a fresh machine's memory
 * @param {number} parts.table length of the function table
 * @param {Uint8Array} parts.head a multiple of four bytes long
 * @returns {Uint8Array<ArrayBuffer>} the image
 */
export function packImage({ memory, before, table, head }) {
  const runs = findRuns(memory, before);
  const numbers = [MAGIC, 0, memory.length, table, head.length, runs.length / 2];
  let size = 4 * (numbers.length + runs.length) + head.length;
  for (let each = 1; each < runs.length; each += 2) size += runs[each];
  const image = new Uint8Array(size);
  let at = 0;
  const put = (/** @type {Uint8Array} */ bytes) => {
    image.set(bytes, at);
    at += bytes.length;
  };
  put(new Uint8Array(Uint32Array.from(numbers).buffer));
  put(head);
  put(new Uint8Array(Uint32Array.from(runs).buffer));
  for (let each = 0; each < runs.length; each += 2) put(memory.subarray(runs[each], runs[each] + runs[each + 1]));
  const sum = createSum();
  sum.add(image);
  new DataView(image.buffer).setUint32(SUMMED_FROM / 2, sum.value(), true);
  return image;
}

/** Reads bytes that lie in pieces, without joining them. */
class Pieces {
  /** @param {Uint8Array[]} pieces */
  constructor(pieces) {
    this.pieces = pieces;
    this.piece = 0;
    this.at = 0;
  }

  /** @param {Uint8Array} target is filled with the next bytes */
  fill(target) {
    for (let done = 0; done < target.length; ) {
      const piece = this.pieces[this.piece];
      if (!piece) throw new Error("the image of the memory ends too early");
      const part = piece.subarray(this.at, this.at + target.length - done);
      target.set(part, done);
      done += part.length;
      this.at += part.length;
      if (this.at === piece.length) {
        this.piece++;
        this.at = 0;
      }
    }
  }

  /** @param {number} count @returns {Uint32Array} the next numbers */
  numbers(count) {
    const found = new Uint32Array(count);
    this.fill(new Uint8Array(found.buffer));
    return found;
  }
}

/**
 * An image whose first numbers were read.
 * @typedef {object} Image
 * @property {number} bytes of the memory
 * @property {number} table length of the function table
 * @property {Uint8Array<ArrayBuffer>} head
 * @property {(memory: Uint8Array) => void} lay puts the runs into a memory
 */

/** @param {Uint8Array[]} parts the image, in pieces @returns {Image} */
export function openImage(parts) {
  const pieces = new Pieces(parts);
  const [magic, , bytes, table, headSize, count] = pieces.numbers(NUMBERS);
  if (magic !== MAGIC) throw new Error("this is no image of a memory");
  const head = new Uint8Array(headSize);
  pieces.fill(head);
  const runs = pieces.numbers(2 * count);
  const lay = (/** @type {Uint8Array} */ memory) => {
    for (let each = 0; each < runs.length; each += 2) {
      pieces.fill(memory.subarray(runs[each], runs[each] + runs[each + 1]));
    }
  };
  return { bytes, table, head, lay };
}
