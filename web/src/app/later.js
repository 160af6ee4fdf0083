/**
 * Work that may wait: it is done when the visitor pauses and the browser is idle, and at once when the
 * page is about to go. So a key press costs nothing of what is kept.
 */

/** @type {Set<{hide: () => void, end: () => void}>} what has to be done before the page goes */
const urgent = new Set();

if (typeof document !== "undefined") {
  addEventListener("pagehide", () => urgent.forEach(({ end }) => end()));
  // A tab that nobody sees may be ended without a word.
  document.addEventListener("visibilitychange", () => document.hidden && urgent.forEach(({ hide }) => hide()));
}

/** @param {() => void} work @param {number} most milliseconds */
function whenIdle(work, most) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: most });
  else setTimeout(work, 0);
}

/**
 * @param {() => unknown} work gives a promise if it takes its time
 * @param {object} when
 * @param {number} when.pause milliseconds without a further call
 * @param {number} when.most milliseconds after which it is done although calls go on
 * @param {() => unknown} [when.atEnd] what is done instead, at once, when the page goes and the work waits
 *   or is not done yet
 */
export function createLater(work, { pause, most, atEnd = work }) {
  let timer = 0;
  let since = 0;
  let isWaiting = false;
  let underWay = 0;
  const entry = {
    hide: () => isWaiting && now(),
    end() {
      stopWaiting();
      atEnd();
    },
  };

  function stopWaiting() {
    clearTimeout(timer);
    isWaiting = false;
  }

  function start() {
    whenIdle(() => isWaiting && now(), pause);
  }

  async function now() {
    stopWaiting();
    underWay++;
    try {
      await work();
    } finally {
      underWay--;
      if (!isWaiting && !underWay) urgent.delete(entry);
    }
  }

  /** @param {number} times */
  function within(times) {
    const time = performance.now();
    if (!isWaiting) since = time;
    isWaiting = true;
    urgent.add(entry);
    clearTimeout(timer);
    timer = window.setTimeout(start, Math.max(0, Math.min(pause * times, since + most * times - time)));
  }

  return {
    /** Does it in a while. */
    soon: () => within(1),

    /** Does it later than usual, since it takes longer, too. @param {number} times */
    within,

    /** Does it now, if it waits. */
    flush() {
      if (isWaiting) void now();
    },
  };
}

/** @typedef {ReturnType<typeof createLater>} Later */
