/**
 * What a visitor presses before the page's script is there, which may take a moment on a slow network: it
 * is done as soon as it can be.
 */

/**
 * @param {() => void} run runs what is in the editor, once there is something that can
 * @param {() => unknown} which program is in the editor: one that came meanwhile is not what was meant
 */
export function createPatience(run, which) {
  /** @type {Map<HTMLButtonElement, unknown>} the program that was there then */
  const pressed = new Map();
  let isOver = false;
  /** @type {{program: unknown} | null} */
  let wanted = null;

  /** @param {Event} event */
  function note(event) {
    const button = event.composedPath().find((each) => each instanceof HTMLButtonElement);
    if (button) pressed.set(button, which());
  }
  document.addEventListener("click", note, { capture: true });

  return {
    run() {
      if (isOver) run();
      else wanted = { program: which() };
    },
    /** The page is there. */
    end() {
      isOver = true;
      document.removeEventListener("click", note, { capture: true });
      const now = which();
      for (const [button, program] of pressed) if (program === now) button.click();
      if (wanted?.program === now) run();
    },
  };
}
