/**
 * Several texts in one editor: each has a state of its own, with its cursor, its marks and what can be undone.
 * One of them is shown; the others wait.
 */
/** @typedef {import("@codemirror/state").EditorState} EditorState */
/** @typedef {import("@codemirror/view").EditorView} EditorView */

/**
 * @param {EditorView} view shows the first one
 * @param {string} first what that is called
 * @param {(name: string, text: string) => EditorState} make
 */
export function createDocuments(view, first, make) {
  /** Those that wait. @type {Map<string, {state: EditorState, scrolled: any}>} */
  const waiting = new Map();
  /** Their texts, as far as somebody has asked: the lines may have had other ends. @type {Map<string, string>} */
  const texts = new Map();
  let current = first;

  /** @param {string} name @returns {EditorState | undefined} */
  const stateOf = (name) => (name === current ? view.state : waiting.get(name)?.state);

  /** @param {string} name @returns {string} */
  function textOf(name) {
    const known = texts.get(name);
    if (known !== undefined) return known;
    const text = stateOf(name)?.doc.toString() ?? "";
    texts.set(name, text);
    return text;
  }

  /** @param {string} name @param {import("@codemirror/state").TransactionSpec} change also of one that waits */
  function apply(name, change) {
    if (name === current) {
      view.dispatch(change);
      return;
    }
    const entry = waiting.get(name);
    if (!entry) return;
    entry.state = entry.state.update(change).state;
    if (change.changes) texts.delete(name);
  }

  return {
    current: () => current,
    has: (/** @type {string} */ name) => stateOf(name) !== undefined,
    stateOf,
    textOf,
    apply,

    /** The one that is shown was changed. */
    changed: () => void texts.delete(current),

    /** Shows one. @param {string} name @param {string} text of one that was not there */
    open(name, text) {
      if (name === current) return;
      waiting.set(current, { state: view.state, scrolled: view.scrollSnapshot() });
      const entry = waiting.get(name);
      waiting.delete(name);
      current = name;
      view.setState(entry?.state ?? make(name, text));
      if (entry) view.dispatch({ effects: entry.scrolled });
    },

    /** Gives one another text; undo brings the old one back. @param {string} name @param {string} text */
    replace(name, text) {
      const state = stateOf(name);
      if (!state || textOf(name) === text) return;
      const changes = { from: 0, to: state.doc.length, insert: text };
      apply(name, { changes, selection: { anchor: 0 }, scrollIntoView: name === current });
    },

    /** @param {string} before @param {string} after what it is called from now on */
    rename(before, after) {
      if (before === current) {
        current = after;
        texts.delete(before);
        return;
      }
      const entry = waiting.get(before);
      waiting.delete(before);
      texts.delete(before);
      if (entry) waiting.set(after, entry);
    },

    /** Lets go of one that waits. @param {string} name */
    forget(name) {
      waiting.delete(name);
      texts.delete(name);
    },

    /** Changes what all of them have. @param {import("@codemirror/state").TransactionSpec} change */
    applyToAll(change) {
      for (const name of [current, ...waiting.keys()]) apply(name, change);
    },
  };
}

/** @typedef {ReturnType<typeof createDocuments>} Documents */
