/** What can be taken back for some seconds: how, is known here; that it can, is part of the state. */
import { text } from "../texts/texts.js";

/** @param {string[]} names @param {"deleted" | "deleted by the program"} about @returns {string} */
function describe(names, about) {
  const [first, last, n] = [names[0], names[names.length - 1], names.length - 1];
  if (about === "deleted") {
    if (!n) return text("{name} was deleted", { name: first });
    return n === 1 ? text("{first} and {last} were deleted", { first, last }) : text("{first} and {n} others were deleted", { first, n });
  }
  if (!n) return text("{name} was deleted by the program", { name: first });
  return n === 1 ? text("{first} and {last} were deleted by the program", { first, last }) : text("{first} and {n} others were deleted by the program", { first, n });
}

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
     * @param {"deleted" | "deleted by the program"} about what was done
     * @param {() => void} takeBack
     */
    offer(name, about, takeBack) {
      const before = open?.about === about && get().undo?.number === open.number ? open : null;
      const names = [...(before?.names.filter((each) => each !== name) ?? []), name];
      open = { number: ++count, about, names, takeBack: [...(before?.takeBack ?? []), takeBack] };
      dispatch({ type: "undo-offered", number: count, text: describe(names, about) });
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
