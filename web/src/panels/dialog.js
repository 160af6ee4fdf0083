/** A dialog that stands in the page and is open while the state says so. */

/**
 * @param {Pick<import("./page.js").Page, "dispatch" | "subscribe">} page
 * @param {import("../state/notices.js").Dialog} name
 * @param {object} options
 * @param {HTMLDialogElement} options.box
 * @param {() => void} options.beforeOpen fills it
 * @param {() => void} [options.afterOpen] does what needs the focus in it
 */
export function bindDialog({ dispatch, subscribe }, name, { box, beforeOpen, afterOpen = () => {} }) {
  box.tabIndex = -1;
  // Escape and its own buttons close it without asking the state.
  box.addEventListener("close", () => dispatch({ type: "dialog-closed", dialog: name }));
  subscribe(
    ({ dialog }) => dialog === name,
    (isOpen) => {
      if (!isOpen) {
        box.close();
        return;
      }
      beforeOpen();
      box.showModal();
      // Else the browser takes the first thing in it: the button that closes it.
      box.focus();
      afterOpen();
    },
    { now: false },
  );
}
