/** The first script of the page, small and fetched first: starts the interpreter, then the page itself. */
import "./early.js";

import("./main.js").catch((error) => {
  // Said by guard.js: as an error of the page, which a promise would hide.
  setTimeout(() => {
    throw error;
  });
});
