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

/**
 * Has the page's load event wait: who drives the page goes on when that was, and finds `playground` then.
 * A document that is being written into holds up the one around it.
 * @returns {() => void} lets it come
 */
function holdLoad() {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  frame.contentDocument?.open();
  return () => {
    frame.contentDocument?.close();
    frame.remove();
  };
}

const release = holdLoad();
import("./typing.js")
  .then(shown)
  .then(() => import("./main.js"))
  .finally(release)
  .catch((error) => {
    // Said by guard.js: as an error of the page, which a promise would hide.
    setTimeout(() => {
      throw error;
    });
  });
