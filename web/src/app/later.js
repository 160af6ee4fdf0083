/**
 * Work that may wait: it is done when the visitor pauses and the browser is idle, and at once when the
 * page is about to go. So a key press costs nothing of what is kept.
 */

/** @type {Set<() => void>} what has to be done before the page goes */
const urgent = new Set();

function flushAll() {
  for (const flush of urgent) flush();
}

if (typeof document !== "undefined") {
  addEventListener("pagehide", flushAll);
  document.addEventListener("visibilitychange", () => document.hidden && flushAll());
  // Some browsers send neither when a tab is closed.
  addEventListener("beforeunload", flushAll);
}

/** @param {() => void} work @param {number} most milliseconds */
function whenIdle(work, most) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: most });
  else setTimeout(work, 0);
}

/**
 * @param {() => void} work
 * @param {object} when
 * @param {number} when.pause milliseconds without a further call
 * @param {number} when.most milliseconds after which it is done although calls go on
 * @param {() => void} [when.atEnd] what is done instead when the page is about to go
 */
export function createLater(work, { pause, most, atEnd = work }) {
  let timer = 0;
  let since = 0;
  let isWaiting = false;

  function done() {
    clearTimeout(timer);
    isWaiting = false;
    urgent.delete(end);
  }

  function start() {
    whenIdle(() => isWaiting && now(), pause);
  }

  function now() {
    done();
    work();
  }

  function end() {
    done();
    atEnd();
  }

  return {
    /** Does it in a while. */
    soon() {
      const time = performance.now();
      if (!isWaiting) since = time;
      isWaiting = true;
      urgent.add(end);
      clearTimeout(timer);
      timer = window.setTimeout(start, Math.max(0, Math.min(pause, since + most - time)));
    },

    /** Does it now, if it waits. */
    flush() {
      if (isWaiting) now();
    },
  };
}

/** @typedef {ReturnType<typeof createLater>} Later */
