/**
 * How fast output is shown: how much of it in one frame, and how soon after that the next. Laying out and
 * painting takes time as well, and on a slow machine too much of it: who types there would wait for it.
 */

/** Time for text in one frame: less when frames come late. */
const FRAME_MILLISECONDS = { least: 1.5, most: 8 };
const LATE_MILLISECONDS = 24;

/** A frame of output that costs more is followed by a rest, in which what is typed is shown without waiting. */
const CHEAP_MILLISECONDS = 18;
/** The rest is so many times as long as the frame was. */
const REST_TIMES = 3;
const LONGEST_REST_MILLISECONDS = 250;

/** How long a frame may lay text in, learnt from how late frames come. */
export function createBudget() {
  const { least, most } = FRAME_MILLISECONDS;
  let budget = most;
  return {
    /**
     * @param {number} now @param {number} asked when the frame was asked for
     * @returns {number} when to end the frame that begins
     */
    endOfFrame(now, asked) {
      const gap = now - asked;
      budget *= gap > LATE_MILLISECONDS ? Math.max(0.3, LATE_MILLISECONDS / gap) : 1.2;
      budget = Math.min(most, Math.max(least, budget));
      return now + budget;
    },
  };
}

/**
 * Measures what frames of output cost, laying out and painting included.
 * @param {(done: () => void) => void} afterFrame calls back once the frame that has begun is painted
 * @param {() => number} clock
 */
export function createPace(afterFrame, clock = () => performance.now()) {
  let restsUntil = 0;
  return {
    /** A frame of output begins. */
    begin() {
      const began = clock();
      afterFrame(() => {
        const now = clock();
        const cost = now - began;
        const rest = cost > CHEAP_MILLISECONDS ? Math.min(LONGEST_REST_MILLISECONDS, cost * REST_TIMES) : 0;
        restsUntil = now + rest;
      });
    },
    /** @returns {number} milliseconds until more should be shown */
    rest: () => Math.max(0, restsUntil - clock()),
  };
}

/** @returns {(done: () => void) => void} what calls back after the frame in which it is called */
export function createAfterFrame() {
  const { port1, port2 } = new MessageChannel();
  /** @type {(() => void)[]} */
  let waiting = [];
  port1.onmessage = () => {
    const now = waiting;
    waiting = [];
    for (const done of now) done();
  };
  return (done) => {
    waiting.push(done);
    port2.postMessage(0);
  };
}
