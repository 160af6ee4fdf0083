/** Says something for a few seconds, above everything else; and, longer, what can be taken back. */
import { byId, element } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { tellOfLostParts } from "./lost-parts.js";

const SHOWN_MILLISECONDS = 4000;
const MILLISECONDS_A_CHARACTER = 45;
const UNDO_MILLISECONDS = 12_000;

/** @param {import("../page.js").Page} page */
function showUndo({ dispatch, subscribe, undo }) {
  const box = byId("undo");
  let timer = 0;
  let number = 0;
  const close = () => dispatch({ type: "undo-closed", number });
  const wait = () => {
    clearTimeout(timer);
    timer = window.setTimeout(close, UNDO_MILLISECONDS);
  };
  // Whoever is about to press it has all the time.
  for (const type of ["pointerenter", "focusin"]) box.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["pointerleave", "focusout"]) box.addEventListener(type, wait);
  subscribe(
    (state) => state.undo,
    (offered) => {
      box.hidden = !offered;
      clearTimeout(timer);
      if (!offered) return;
      number = offered.number;
      box.replaceChildren(
        element("span", {}, offered.text),
        element("button", { type: "button", class: "small", "data-testid": "undo", onclick: undo }, text("Undo")),
        element("button", { type: "button", class: "small", "aria-label": text("Close"), onclick: close }, "✕"),
      );
      wait();
    },
  );
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  tellOfLostParts(page.dispatch);
  const box = byId("toast");
  let timer = 0;
  page.subscribe(
    ({ toast }) => toast,
    (toast) => {
      if (!toast) return;
      box.textContent = toast.text;
      box.classList.add("shown");
      clearTimeout(timer);
      const shown = Math.max(SHOWN_MILLISECONDS, toast.text.length * MILLISECONDS_A_CHARACTER);
      timer = window.setTimeout(() => box.classList.remove("shown"), shown);
    },
  );
  showUndo(page);
}
