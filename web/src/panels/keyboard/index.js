/**
 * The keyboard on the screen of a phone: tells the styles how much of the page it covers, so that dialogs
 * and what is said at the lower edge stay above it. Browsers differ in whether they make the page smaller
 * then; what can be seen of it is asked of `visualViewport`.
 */

/** Less is no keyboard, but an edge of the browser that comes and goes. */
const LEAST_PIXELS = 80;

/**
 * @param {number} whole height of the page's window
 * @param {{height: number, offsetTop: number, scale: number}} seen what can be seen of it
 * @returns {number} pixels that are covered at the lower edge
 */
export function coveredBelow(whole, { height, offsetTop, scale }) {
  if (scale > 1.01) return 0; // somebody has zoomed in
  const covered = Math.round(whole - height - offsetTop);
  return covered >= LEAST_PIXELS ? covered : 0;
}

export function mount() {
  const seen = window.visualViewport;
  if (!seen) return;
  const tell = () => {
    document.documentElement.style.setProperty("--covered-below", `${coveredBelow(window.innerHeight, seen)}px`);
  };
  seen.addEventListener("resize", tell);
  seen.addEventListener("scroll", tell);
  tell();
}
