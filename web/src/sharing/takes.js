/** When what a program printed arrived: for a page that replays the run at its own pace. */

/** More moments are not told apart. */
const MOST = 5000;

/** @typedef {[milliseconds: number, characters: number]} Take so much was printed by then, since the run began */

/** @param {Pick<import("../state.js").Store, "get" | "subscribe">} state */
export function watchTakes({ get, subscribe }) {
  let run = -1;
  /** @type {Take[]} */
  let takes = [];
  subscribe(
    ({ run: { printed } }) => printed,
    ({ length }) => {
      const { calls, run: now } = get();
      // What a line below the output prints is no part of the run.
      if (now.ending !== "running" || !length) return;
      if (calls.run !== run) takes = [];
      run = calls.run;
      if (takes.length < MOST) takes.push([Math.max(0, performance.now() - now.startedAt), length]);
    },
    { now: false },
  );
  /** @returns {Take[]} of the last run */
  return () => (get().calls.run === run ? takes : []);
}

/**
 * Cuts printed texts where something arrived.
 * @template {{text: string}} T
 * @param {T[]} parts one after another
 * @param {Take[]} takes
 * @returns {(T & {at: number})[]} the pieces, with the milliseconds at which each was there
 */
export function cutByTime(parts, takes) {
  /** @type {(T & {at: number})[]} */
  const pieces = [];
  let before = 0;
  let next = 0;
  for (const part of parts) {
    let from = 0;
    while (from < part.text.length) {
      const [at, end] = takes[next] ?? [takes.at(-1)?.[0] ?? 0, Infinity];
      const to = Math.min(part.text.length, Math.max(from + 1, end - before));
      pieces.push({ ...part, text: part.text.slice(from, to), at });
      from = to;
      while (next < takes.length && takes[next][1] <= before + from) next++;
    }
    before += part.text.length;
  }
  return pieces;
}
