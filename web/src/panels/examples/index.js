/** The examples: finds one by topic or by its words, and puts it into the editor. */
import { byId, element, valueOf } from "../../dom.js";
import { countText, text } from "../../texts/texts.js";
import { bindDialog } from "../dialog.js";
import { EXAMPLES } from "./programs.js";

/** @typedef {import("./programs.js").Example} Example */

/** @param {string} wanted @returns {Example[]} those in which all of its words stand */
function find(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return EXAMPLES.filter(({ topic, title, about, code }) => {
    const all = `${topic} ${title} ${about} ${code}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** @param {Example[]} found @param {string} wanted */
function describe(found, wanted) {
  if (!wanted) return countText("{n} example.", "{n} examples.", found.length);
  if (!found.length) return text("No example has these words.");
  return countText("Found: {n} example.", "Found: {n} examples.", found.length);
}

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, programs }) {
  const list = byId("examples-list");
  const search = /** @type {HTMLInputElement} */ (byId("examples-search"));
  /** @type {Example[]} */
  let found = [];

  /** @param {Example} example */
  function choose(example) {
    dispatch({ type: "dialog-closed", dialog: "examples" });
    void programs.chooseExample(example);
  }

  /** @param {Example} example */
  function buildItem(example) {
    const onclick = () => choose(example);
    const about = element("small", {}, example.about);
    const attributes = { type: "button", class: "example", "data-example": example.slug, onclick };
    return element("li", {}, element("button", attributes, example.title, about));
  }

  /** @param {string} wanted */
  function show(wanted) {
    found = find(wanted);
    byId("examples-count").textContent = describe(found, wanted.trim());
    const topics = [...new Set(found.map(({ topic }) => topic))];
    list.replaceChildren(
      ...topics.map((topic) => {
        const items = found.filter((each) => each.topic === topic).map(buildItem);
        return element("section", {}, element("h3", {}, topic), element("ul", { "aria-label": topic }, ...items));
      }),
    );
  }

  search.addEventListener("input", (event) => show(valueOf(event)));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !found.length) return;
    event.preventDefault();
    choose(found[0]);
  });
  byId("examples").addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "examples" }));
  bindDialog({ dispatch, subscribe }, "examples", {
    box: /** @type {HTMLDialogElement} */ (byId("examples-dialog")),
    beforeOpen() {
      search.value = "";
      show("");
    },
    afterOpen: () => search.focus(),
  });
}
