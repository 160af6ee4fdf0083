/**
 * The line between the two halves: drawn or moved by keys it makes one of them wider, and folds it at the
 * end. Where it was is remembered.
 */
import { byId } from "../../dom.js";
import { device, readText, writeText } from "../../stored.js";
import { text } from "../../texts/texts.js";

const STORE = "lispcore.halves";
const EVEN = 50;
const STEP = 5;
/** What stands left and right of the halves, with half of the line, in pixels. */
const EDGE = 18;
/** A half that would be narrower is folded. */
const LEAST = 15;

/** @param {number} percent of the program's half @returns {number} one that can be: 0 and 100 fold a half */
export function fitting(percent) {
  if (!Number.isFinite(percent)) return EVEN;
  if (percent < LEAST) return 0;
  return percent > 100 - LEAST ? 100 : Math.round(percent);
}

/** @param {string} key @param {number} now @returns {number | null} where a key moves the line */
export function moved(key, now) {
  const near = Math.min(100 - LEAST, Math.max(LEAST, now));
  if (key === "ArrowLeft") return fitting(now === 100 ? near : now - STEP);
  if (key === "ArrowRight") return fitting(now === 0 ? near : now + STEP);
  if (key === "Home") return 0;
  if (key === "End") return 100;
  return key === "Enter" || key === " " ? EVEN : null;
}

/** @param {number} percent */
function describe(percent) {
  if (percent === 0) return text("The program is folded");
  return percent === 100 ? text("The results are folded") : text("The program has {percent} percent", { percent });
}

export function mount() {
  const divider = byId("divider");
  let percent = EVEN;

  /** @param {number} wanted */
  function show(wanted) {
    percent = wanted;
    document.documentElement.style.setProperty("--program", `${percent}fr`);
    document.documentElement.style.setProperty("--results", `${100 - percent}fr`);
    document.documentElement.classList.toggle("program-folded", percent === 0);
    document.documentElement.classList.toggle("results-folded", percent === 100);
    divider.setAttribute("aria-valuenow", String(percent));
    divider.setAttribute("aria-valuetext", describe(percent));
  }

  /** @param {number} wanted */
  function choose(wanted) {
    show(wanted);
    writeText(device, STORE, String(percent));
  }

  show(fitting(Number.parseFloat(readText(device, STORE) ?? "")));
  divider.addEventListener("keydown", (event) => {
    const wanted = moved(event.key, percent);
    if (wanted === null) return;
    event.preventDefault();
    choose(wanted);
  });
  divider.addEventListener("dblclick", () => choose(EVEN));
  divider.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    divider.focus();
    divider.setPointerCapture(event.pointerId);
    // Of the room that the two halves have: the Learn panel may stand beside them.
    const { left, width } = byId("halves").getBoundingClientRect();
    const move = (/** @type {PointerEvent} */ { clientX }) => show(fitting(((clientX - left - EDGE) / (width - 2 * EDGE)) * 100));
    divider.addEventListener("pointermove", move);
    divider.addEventListener(
      "lostpointercapture",
      () => {
        divider.removeEventListener("pointermove", move);
        choose(percent);
      },
      { once: true },
    );
  });
}
