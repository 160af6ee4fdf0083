/** The palette: every action of the page and its key, found by its words. Ctrl+Shift+P, F1 or the button open it. */
import { byId, element, valueOf } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { bindDialog } from "../dialog.js";
import { findActions, perform } from "./actions.js";

/** @typedef {import("./actions.js").Action} Action */

/** @param {KeyboardEvent} event */
const opens = ({ key, code, ctrlKey, metaKey, shiftKey }) =>
  key === "F1" || (code === "KeyP" && shiftKey && (ctrlKey || metaKey));

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, dispatch } = page;
  const field = /** @type {HTMLInputElement} */ (byId("palette-search"));
  const list = byId("palette-list");
  /** @type {Action[]} */
  let found = [];
  let chosen = 0;

  /** @param {Action} action */
  function choose(action) {
    byId("palette-dialog").addEventListener("close", () => perform(action, page), { once: true });
    dispatch({ type: "dialog-closed", dialog: "palette" });
  }

  /** @param {Action} action @param {number} at */
  function buildItem(action, at) {
    const isChosen = at === chosen;
    const about = { id: `palette-${at}`, role: "option", "aria-selected": String(isChosen), onclick: () => choose(action) };
    const item = element("li", about, element("span", {}, text(action.title)), action.keys ? element("kbd", {}, text(action.keys)) : null);
    if (isChosen) requestAnimationFrame(() => item.scrollIntoView({ block: "nearest" }));
    return item;
  }

  function show() {
    list.replaceChildren(...found.map(buildItem));
    if (found.length) field.setAttribute("aria-activedescendant", `palette-${chosen}`);
    else field.removeAttribute("aria-activedescendant");
    byId("palette-count").textContent = found.length ? "" : text("Nothing is called that.");
  }

  /** @param {string} wanted */
  function search(wanted) {
    found = findActions(wanted);
    chosen = 0;
    show();
  }

  field.addEventListener("input", (event) => search(valueOf(event)));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !found.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      chosen = (chosen + step + found.length) % found.length;
      show();
    } else if (event.key === "Enter") choose(found[chosen]);
    else return;
    event.preventDefault();
  });
  const open = () => dispatch({ type: "dialog-opened", dialog: "palette" });
  byId("palette").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (!opens(event) || get().dialog || new URLSearchParams(location.search).has("embed")) return;
    event.preventDefault();
    open();
  });
  bindDialog(page, "palette", {
    box: /** @type {HTMLDialogElement} */ (byId("palette-dialog")),
    beforeOpen() {
      field.value = "";
      search("");
    },
    afterOpen: () => field.focus(),
  });
}
