/** The menu of the output: find, how it is shown, and ways to take it along. */
import { byId, download, element, isOn } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { createSearch } from "./search.js";

/**
 * @param {import("../page.js").Page} page
 * @param {import("./tools.js").Tools} tools
 * @param {import("./pane.js").Pane} pane
 */
export function mountMenu({ log }, tools, pane) {
  const box = byId("output");
  const menu = byId("output-menu");
  const opener = byId("output-more");
  const search = createSearch(box);
  const { choices } = tools;
  let isOpen = false;

  /** @param {boolean} open */
  function turn(open) {
    isOpen = open;
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  }

  /** @param {string} label @param {() => unknown} act */
  const action = (label, act) =>
    element("button", { type: "button", onclick: () => (turn(false), act()) }, label);

  /** @param {string} label @param {boolean} checked @param {(isChosen: boolean) => void} choose */
  function choice(label, checked, choose) {
    const field = element("input", { type: "checkbox", checked, onchange: (/** @type {Event} */ event) => choose(isOn(event)) });
    return element("label", {}, field, label);
  }

  const showWrapped = () => void box.classList.toggle("unwrapped", !choices.get().isWrapped);
  const first = action(text("Find …"), search.begin);
  menu.replaceChildren(
    first,
    action(text("Copy as Markdown"), () => tools.copy(pane.markdown(), text("Output copied as Markdown"))),
    action(text("Save as text"), () => download("output.txt", new Blob([log.text()]))),
    action(text("Save as Markdown"), () => download("output.md", new Blob([pane.markdown()]))),
    choice(text("Break long lines"), choices.get().isWrapped, (isWrapped) => {
      choices.choose({ isWrapped });
      showWrapped();
    }),
    choice(text("Format models’ replies"), choices.get().isFormatted, (isFormatted) => choices.choose({ isFormatted })),
  );
  showWrapped();
  opener.addEventListener("click", () => {
    turn(!isOpen);
    if (isOpen) first.focus();
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
  box.addEventListener("keydown", (event) => {
    if (event.key !== "f" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    search.begin();
  });
}
