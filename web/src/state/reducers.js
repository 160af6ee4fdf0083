/**
 * How the concerns of the page's state are put together.
 *
 * A concern is a module of this folder: the types of its part of the state, the part as it is when the page
 * opens (`first`), its events, and its reducers: what each event makes of its own part. An event belongs to
 * one concern, and others may listen: their reducers change their own parts. All of them are given the
 * state as it was before the event, so no order of theirs matters.
 */

/**
 * @template {{type: string}} Own the events of the concern, each with a reducer
 * @template {{type: string}} Others events that it may listen to
 * @template Seen the parts of the state that it looks at
 * @template Part the part that it changes
 * @typedef {{[T in Own["type"]]: (state: Seen, event: Extract<Own, {type: T}>) => Partial<Part>}
 *   & {[T in Others["type"]]?: (state: Seen, event: Extract<Others, {type: T}>) => Partial<Part>}} Reducers
 */

/** @typedef {(state: any, event: any) => object} Reducer */

/**
 * @param {Record<string, Reducer>[]} tables
 * @returns {Map<string, Reducer[]>} for each event who listens to it
 */
export function listeners(tables) {
  /** @type {Map<string, Reducer[]>} */
  const found = new Map();
  for (const [type, reducer] of tables.flatMap(Object.entries)) {
    found.set(type, [...(found.get(type) ?? []), reducer]);
  }
  return found;
}
