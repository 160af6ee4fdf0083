/**
 * Bounds what a worker may send in a time: beyond it the worker is ended, so that one that floods the
 * page cannot freeze it. And spreads the work that messages make, so that the page stays usable.
 */

export const FLOOD = {
  /** So many messages at once, and so many more each second. */
  MESSAGES: 5000,
  MESSAGES_PER_SECOND: 1000,
  /** Bytes and characters, in the same way. */
  BYTES: 1024 * 1024 * 1024,
  BYTES_PER_SECOND: 128 * 1024 * 1024,
  /** So many messages may wait until the page has time for them. */
  WAITING: 20_000,
};

/** Half of the page's time is for messages, and so much in one go; the rest is for the visitor. */
const SHARE = 0.5;
const SLICE_MILLISECONDS = 8;

/** @param {number} room @param {number} perSecond */
function createBucket(room, perSecond) {
  let level = 0;
  let last = performance.now();
  /** @param {number} amount @returns {boolean} whether it still fits */
  return (amount) => {
    const now = performance.now();
    level = Math.max(0, level - ((now - last) / 1000) * perSecond) + amount;
    last = now;
    return level <= room;
  };
}

/** @param {any} value @returns {number} roughly, its size in bytes: that of all texts and bytes in it */
function sizeOf(value) {
  if (typeof value === "string" || ArrayBuffer.isView(value)) return /** @type {any} */ (value).length;
  if (typeof value !== "object" || value === null) return 0;
  let size = 0;
  for (const part of Object.values(value)) size += sizeOf(part);
  return size;
}

/**
 * Hands messages on in their order: at once while there is time, else with the next slice.
 * @template T
 * @param {(message: T) => void} take
 * @param {() => void} onFlood
 */
export function createIntake(take, onFlood) {
  const fitsCount = createBucket(FLOOD.MESSAGES, FLOOD.MESSAGES_PER_SECOND);
  const fitsSize = createBucket(FLOOD.BYTES, FLOOD.BYTES_PER_SECOND);
  /** @type {T[]} */
  let waiting = [];
  let at = 0;
  /** Milliseconds that may be used now; below zero after a message that took long. */
  let budget = SLICE_MILLISECONDS;
  let last = performance.now();
  let isScheduled = false;
  let isClosed = false;

  /** @param {number} now @returns {boolean} */
  function hasTime(now) {
    budget = Math.min(SLICE_MILLISECONDS, budget + (now - last) * SHARE);
    last = now;
    return budget > 0;
  }

  function work() {
    let now = performance.now();
    while (at < waiting.length && !isClosed && hasTime(now)) {
      const before = now;
      take(waiting[at++]);
      now = performance.now();
      budget -= now - before;
    }
    if (at === waiting.length) {
      waiting = [];
      at = 0;
    } else if (!isScheduled && !isClosed) {
      isScheduled = true;
      setTimeout(() => {
        isScheduled = false;
        work();
      }, Math.max(1, (SLICE_MILLISECONDS - budget) / SHARE));
    }
  }

  return {
    /** @param {T} message */
    put(message) {
      if (isClosed) return;
      // A question costs nothing: whoever asks waits, and guest.js counts those that are open.
      const cost = /** @type {any} */ (message).type === "ask" ? 0 : 1;
      if (!fitsCount(cost) || !fitsSize(sizeOf(message)) || waiting.length - at >= FLOOD.WAITING) {
        onFlood();
        return;
      }
      waiting.push(message);
      if (!isScheduled) work();
    },

    close() {
      isClosed = true;
      waiting = [];
      at = 0;
    },
  };
}
