/** What the Learn panel shows: the tour, the manual, the names of the language. */

/**
 * @typedef {object} LearnPart
 * @property {string | null} learn the place that is open, null while the panel is closed: "tour", "manual",
 *   "manual/" and a page, "names", "name/" and a name
 *
 * @typedef {{type: "learn-opened", place: string} | {type: "learn-closed"}} LearnEvent
 */

/** @type {LearnPart} */
export const first = { learn: null };

/** @type {import("./reducers.js").Reducers<LearnEvent, never, LearnPart, LearnPart>} */
export const reducers = {
  "learn-opened": (_, { place }) => ({ learn: place }),
  "learn-closed": () => ({ learn: null }),
};
