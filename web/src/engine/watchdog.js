/**
 * Notices that a worker has died or hangs, and says so: nobody waits for one in silence.
 *
 * - While it starts: nothing new for a while.
 * - Once it has started it holds a lock for as long as it lives, so the browser tells when it ended.
 * - Where it can answer (no program, or one that waits) it is asked every few seconds.
 * - A program that computes gives a sign every few seconds, or says for how long it will sleep.
 */

export const WATCH = {
  /** A start without progress for this long is said to the visitor. */
  START_MILLISECONDS: 16_000,
  /** How often is looked. */
  LOOK_MILLISECONDS: 3000,
  /** A worker without a program that owes an answer for this long is replaced. */
  ANSWER_MILLISECONDS: 12_000,
  /** A program without any sign for this long is said to the visitor. */
  SILENCE_MILLISECONDS: 15_000,
};

/**
 * @typedef {object} Watched
 * @property {string} name of the worker, and of the lock that it holds
 * @property {() => "starting" | "idle" | "running" | "waiting"} state `waiting`: for the page
 * @property {(id: number) => void} ping
 * @property {() => void} onStalled it does not get on with its start
 * @property {() => void} onDied it has ended, or will not answer any more
 * @property {() => void} onQuiet its program gives no sign
 */

/** @param {Watched} watched */
export function watch({ name, state, ping, onStalled, onDied, onQuiet }) {
  let lastSign = performance.now();
  let lastLook = lastSign;
  let isSaid = false;
  let lastPing = 0;
  /** When the question was asked that has no answer yet. */
  let askedAt = 0;
  const lock = new AbortController();

  function askAgain() {
    askedAt ||= performance.now();
    ping(++lastPing);
  }

  function look() {
    const now = performance.now();
    // The page itself, or the whole device, slept: nobody is late.
    const slept = now - lastLook - WATCH.LOOK_MILLISECONDS;
    lastLook = now;
    if (slept > WATCH.LOOK_MILLISECONDS) {
      lastSign += slept;
      if (askedAt) askedAt += slept;
    }
    const phase = state();
    if (phase === "waiting") lastSign = Math.max(lastSign, now);
    const silence = now - lastSign;
    if (phase === "starting" && silence > WATCH.START_MILLISECONDS && !isSaid) {
      isSaid = true;
      onStalled();
    } else if (phase === "running" && silence > WATCH.SILENCE_MILLISECONDS && !isSaid) {
      isSaid = true;
      onQuiet();
    } else if (phase === "idle" && askedAt && now - askedAt > WATCH.ANSWER_MILLISECONDS) {
      onDied();
      return;
    }
    if (phase === "running") askedAt = 0;
    if (phase !== "starting" && !askedAt) askAgain();
  }
  const timer = setInterval(look, WATCH.LOOK_MILLISECONDS);

  return {
    /** Something was heard. @param {number} [seconds] for which nothing more may be */
    sign(seconds = 0) {
      lastSign = performance.now() + seconds * 1000;
      isSaid = false;
    },

    /** @param {number} id of an answer */
    answered(id) {
      if (id === lastPing) askedAt = 0;
    },

    /** A program begins: what was owed before is forgiven. */
    begin() {
      lastSign = performance.now();
      isSaid = false;
      askedAt = 0;
    },

    /** The worker holds its lock by now: wait for it to be free. */
    waitForEnd() {
      const free = () => {
        if (!lock.signal.aborted) onDied();
      };
      // Without locks (an address that is not secure) the other signs have to do.
      navigator.locks?.request(name, { signal: lock.signal }, free).catch(() => {});
    },

    end() {
      clearInterval(timer);
      lock.abort();
    },
  };
}

/** @typedef {ReturnType<typeof watch>} Watchdog */
