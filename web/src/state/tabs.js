/** What is open in the editor. */

/**
 * @typedef {object} TabsPart
 * @property {Tabs} tabs
 *
 * @typedef {{names: readonly string[], current: string}} Tabs the files that are open beside the program, and what is
 *   shown: the name of one, or "" for the program
 *
 * @typedef {{type: "tabs-changed", tabs: Tabs}} TabsEvent
 */

/** @type {TabsPart} */
export const first = { tabs: { names: [], current: "" } };

/** @type {import("./reducers.js").Reducers<TabsEvent, never, TabsPart, TabsPart>} */
export const reducers = {
  "tabs-changed": (_, { tabs }) => ({ tabs }),
};
