/** The first script of the page, small and fetched first: starts the interpreter, then the editor, then the rest. */
import "./early.js";

/** A tab that nobody sees shows nothing, and goes on after so long. */
const MOST_MILLISECONDS = 50;

/** @returns {Promise<void>} when what is in the page so far was shown */
const shown = () =>
  new Promise((resolve) => {
    setTimeout(resolve, MOST_MILLISECONDS);
    requestAnimationFrame(() => setTimeout(resolve, 0));
  });

import("./typing.js")
  .then(shown)
  .then(() => import("./main.js"))
  .catch((error) => {
    // Said by guard.js: as an error of the page, which a promise would hide.
    setTimeout(() => {
      throw error;
    });
  });
