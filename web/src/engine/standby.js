/**
 * The interpreter in reserve: when it is started, and who may have it. Ending a program by force costs the
 * worker; with a standby the next program need not wait for a start.
 */

/** The standby must not slow down the first program. */
const DELAY_MILLISECONDS = 1000;
/** Where programs can be interrupted, it is hardly ever needed. */
const DELAY_WITH_INTERRUPT_MILLISECONDS = 5000;
/** A program that has been at work for so long is one that somebody may stop. */
const LONG_PROGRAM_MILLISECONDS = 1000;
/** A phone with less memory does better with one interpreter. */
const LEAST_GIGABYTES = 4;

/** @typedef {import("./guest.js").Guest} Guest */

/**
 * `?interpreters=1` in the page's address asks for none, for whoever opens many pages and ends no program.
 * @returns {boolean} whether the device has memory for a second interpreter; not every browser says how much
 */
function hasRoomForTwo() {
  if (typeof location === "object" && new URLSearchParams(location.search).get("interpreters") === "1") return false;
  const said = /** @type {any} */ (navigator).deviceMemory;
  const isPhone = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches;
  return (said ?? (isPhone ? 2 : LEAST_GIGABYTES)) >= LEAST_GIGABYTES;
}

/**
 * @param {object} options
 * @param {() => Guest} options.start makes a worker
 * @param {() => boolean} options.isWorking whether there is one at work: a standby must not keep it from starting
 */
export function createStandby({ start, isWorking }) {
  /** @type {Guest | null} */
  let guest = null;
  /** The last one was needed: the next one is not put off. */
  let isUrgent = false;

  /** Starts it now, unless it is there or the device has no room for it. */
  function prepare() {
    if (guest || !isWorking() || !hasRoomForTwo()) return;
    isUrgent = false;
    guest = start();
  }

  return {
    prepare,

    /** The worker at work has started. @param {boolean} isStoppable whether its programs can be interrupted */
    prepareLater(isStoppable) {
      if (isUrgent) prepare();
      else setTimeout(prepare, isStoppable ? DELAY_WITH_INTERRUPT_MILLISECONDS : DELAY_MILLISECONDS);
    },

    /** A program begins. @param {() => boolean} isAtWork whether it has not ended */
    watch(isAtWork) {
      if (!guest) setTimeout(() => isAtWork() && prepare(), LONG_PROGRAM_MILLISECONDS);
    },

    /** A program was ended by force, and somebody may do that again: the next standby begins at once. */
    hurry() {
      isUrgent = true;
    },

    /** @returns {Guest | null} it, for work: it is no standby any more */
    take() {
      const taken = guest;
      guest = null;
      return taken;
    },

    /** @param {Guest} ended */
    forget(ended) {
      if (guest === ended) guest = null;
    },

    /** @returns {Guest | null} it, if it has started */
    ready: () => (guest?.isReady ? guest : null),
  };
}

/** @typedef {ReturnType<typeof createStandby>} Standby */
