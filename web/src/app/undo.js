/** What can be taken back for some seconds: how, is known here; that it can, is part of the state. */

/** @param {import("../state.js").Store} state */
export function createUndo({ get, dispatch, subscribe }) {
  let count = 0;
  /** @type {{number: number, about: string, names: string[], takeBack: (() => void)[]} | null} */
  let open = null;

  // The visitor has let it go: nothing holds on to what was deleted.
  subscribe(
    ({ undo }) => undo?.number ?? 0,
    (number) => {
      if (open && open.number !== number) open = null;
    },
    { now: false },
  );

  return {
    /**
     * Offers to take something back. What is done in a row is taken back together.
     * @param {string} name of what it was done to
     * @param {string} about what was done, such as "deleted"
     * @param {() => void} takeBack
     */
    offer(name, about, takeBack) {
      const before = open?.about === about && get().undo?.number === open.number ? open : null;
      const names = [...(before?.names.filter((each) => each !== name) ?? []), name];
      open = { number: ++count, about, names, takeBack: [...(before?.takeBack ?? []), takeBack] };
      const others = names.length > 2 ? `${names.length - 1} others` : names.at(-1);
      const text = names.length === 1 ? `${name} was ${about}` : `${names[0]} and ${others} were ${about}`;
      dispatch({ type: "undo-offered", number: count, text });
    },

    /** Takes back what is offered. */
    takeBack() {
      const taken = open;
      if (!taken) return;
      dispatch({ type: "undo-closed", number: taken.number });
      for (const each of taken.takeBack.toReversed()) each();
    },
  };
}

/** @typedef {ReturnType<typeof createUndo>} Undo */
