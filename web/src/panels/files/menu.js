/** The menu of the panel's head: what is seldom done with files. */
import { byId } from "../../dom.js";

/** @param {HTMLElement[]} items buttons, and what is said between them */
export function mountMenu(items) {
  const menu = byId("files-menu");
  const opener = byId("files-more");
  let isOpen = false;

  /** @param {boolean} isNow */
  function turn(isNow) {
    isOpen = isNow;
    menu.hidden = !isNow;
    opener.setAttribute("aria-expanded", String(isNow));
  }

  menu.replaceChildren(...items);
  // Behind what the button does: that may put the focus elsewhere.
  menu.addEventListener("click", () => turn(false));
  opener.addEventListener("click", () => {
    turn(!isOpen);
    if (isOpen) items[0].focus();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    turn(false);
    opener.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (isOpen && !menu.contains(target) && !opener.contains(target)) turn(false);
  });
}
