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

/** An odd number without a pattern. */
const FACTOR = 0x9e3779b1;

/** Sums up an image as it arrives, by words: a compressed form that the browser undoes has no such sum of its own. */
export function createSum() {
  let sum = 1;
  let at = 0;
  /** The bytes of a word of which not all are there. */
  const word = new Uint8Array(4);
  const asNumber = new Uint32Array(word.buffer);

  /** A word that is another makes another sum, since each step could be undone. @param {Uint32Array} numbers */
  function addWords(numbers) {
    let found = sum;
    for (let each = 0; each < numbers.length; each++) {
      found = Math.imul(((found << 13) | (found >>> 19)) ^ numbers[each], FACTOR);
    }
    sum = found;
  }

  /** @param {Uint8Array} bytes fewer than two words */
  function addBytes(bytes) {
    for (const byte of bytes) {
      word[at++ % 4] = byte;
      if (at % 4 === 0 && at > SUMMED_FROM) addWords(asNumber);
    }
  }

  return {
    /** @param {Uint8Array} bytes the next ones */
    add(bytes) {
      const start = at < SUMMED_FROM ? SUMMED_FROM - at : -at & 3;
      addBytes(bytes.subarray(0, start));
      const rest = bytes.subarray(start);
      const whole = rest.length & ~3;
      const words = rest.byteOffset & 3 ? rest.slice(0, whole) : rest.subarray(0, whole);
      addWords(new Uint32Array(words.buffer, words.byteOffset, whole / 4));
      at += whole;
      addBytes(rest.subarray(whole));
    },
    /** @returns {number} of all bytes so far */
    value() {
      const last = new Uint32Array(word.slice().fill(0, at % 4).buffer)[0];
      return (Math.imul(sum, FACTOR) ^ (at % 4 ? last : 0) ^ at) >>> 0;
    },
  };
}

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

/**
 * An image whose first numbers were read.
 * @typedef {object} Image
 * @property {number} bytes of the memory
 * @property {number} table length of the function table
 * @property {Uint8Array<ArrayBuffer>} head
 * @property {(memory: Uint8Array) => Promise<void>} lay puts the runs into a memory, as they come; fails if not all
 *   come, or other ones
 */

/** @typedef {ReturnType<typeof createReader>} Reader */

/** Reads an image while it arrives: what it begins with is known before all of it is there. */
export function createReader() {
  /** @type {Uint8Array[]} what came and was not used so far */
  const pieces = [];
  let waiting = 0;
  /** @type {Uint32Array | null} the first numbers */
  let numbers = null;
  /** @type {Uint32Array | null} */
  let runs = null;
  /** The run that is being laid, and how much of it was. */
  let [run, done] = [0, 0];
  /** @type {Uint8Array | null} */
  let memory = null;
  let isOver = false;
  /** @type {unknown} what is wrong with it */
  let problem = null;
  /** @type {(image: Image) => void} */
  let open = () => {};
  /** @type {() => void} */
  let finish = () => {};
  /** @type {((reason: unknown) => void)[]} */
  const refusals = [];
  /** @type {Promise<Image>} */
  const opened = new Promise((resolve, reject) => {
    open = resolve;
    refusals.push(reject);
  });
  /** @type {Promise<void>} */
  const laid = new Promise((resolve, reject) => {
    finish = resolve;
    refusals.push(reject);
  });
  for (const each of [opened, laid]) each.catch(() => {}); // who starts from it hears of it

  /** @param {Uint8Array} target is filled with what came, as far as that goes @returns {number} how much that was */
  function take(target) {
    let taken = 0;
    while (taken < target.length && pieces.length) {
      const part = pieces[0].subarray(0, target.length - taken);
      target.set(part, taken);
      taken += part.length;
      if (part.length === pieces[0].length) pieces.shift();
      else pieces[0] = pieces[0].subarray(part.length);
    }
    waiting -= taken;
    return taken;
  }

  /** @param {number} count @returns {Uint32Array} the next numbers, which are there */
  function takeNumbers(count) {
    const found = new Uint32Array(count);
    take(new Uint8Array(found.buffer));
    return found;
  }

  function readStart() {
    if (!numbers && waiting >= 4 * NUMBERS) {
      numbers = takeNumbers(NUMBERS);
      if (numbers[0] !== MAGIC) throw new Error("this is no image of a memory");
    }
    if (!numbers || runs) return;
    const [, , bytes, table, headSize, count] = numbers;
    if (waiting < headSize + 8 * count) return;
    const head = new Uint8Array(headSize);
    take(head);
    runs = takeNumbers(2 * count);
    // Before the sum is known: what cannot be laid would be waited for without end.
    for (let each = 0; each < runs.length; each += 2) {
      if (runs[each] + runs[each + 1] > bytes) throw new Error("the image of the memory is damaged");
    }
    open({ bytes, table, head, lay });
  }

  function layMore() {
    while (memory && runs && run < runs.length && pieces.length) {
      const from = runs[run] + done;
      done += take(memory.subarray(from, runs[run] + runs[run + 1]));
      if (done === runs[run + 1]) [run, done] = [run + 2, 0];
    }
    if (isOver && memory && runs && run === runs.length) finish();
  }

  /** @param {unknown} reason */
  function refuse(reason) {
    problem ??= reason;
    for (const each of refusals) each(problem);
  }

  function advance() {
    if (problem) return;
    try {
      readStart();
      layMore();
      // All that came was used, and it is not enough.
      if (isOver && (!runs || (memory && run < runs.length))) throw new Error("the image of the memory ends too early");
    } catch (error) {
      refuse(error);
    }
  }

  /** @param {Uint8Array} target @returns {Promise<void>} */
  function lay(target) {
    memory = target;
    advance();
    return laid;
  }

  return {
    opened,
    refuse,
    /** @param {Uint8Array} bytes the next ones */
    put(bytes) {
      pieces.push(bytes);
      waiting += bytes.length;
      advance();
    },
    /** All were there. @param {number} [sum] of them, where it was taken */
    end(sum) {
      if (sum !== undefined && sum !== numbers?.[1]) refuse(new Error("the image of the memory is damaged"));
      isOver = true;
      advance();
    },
  };
}
