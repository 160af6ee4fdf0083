/** The examples: finds one by topic or by its words, and puts it into the editor. */
import { byId, element, valueOf } from "../../dom.js";
import { countText, text } from "../../texts/texts.js";
import { bindDialog } from "../dialog.js";
import { EXAMPLES } from "./programs.js";

/** @typedef {import("./programs.js").Example} Example */
/** @typedef {{example: Example, shown: HTMLElement, title: string, words: string}} Item what is searched in, in small letters */

/** The first second belongs to what is needed to type and run. */
const BUILT_AFTER_MILLISECONDS = 3000;

/** @param {number} found @param {string} wanted */
function describe(found, wanted) {
  if (!wanted) return countText("{n} example.", "{n} examples.", found);
  if (!found) return text("No example has these words.");
  return countText("Found: {n} example.", "Found: {n} examples.", found);
}

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, programs }) {
  const list = byId("examples-list");
  const search = /** @type {HTMLInputElement} */ (byId("examples-search"));
  /** All of them, made once: a search hides and shows. @type {{topic: HTMLElement, items: Item[]}[]} */
  let topics = [];
  /** What Enter opens: one with the words in its title, if there is one. @type {Item | undefined} */
  let first;

  /** @param {Example} example */
  function choose(example) {
    dispatch({ type: "dialog-closed", dialog: "examples" });
    void programs.chooseExample(example);
  }

  /** @param {Example} example */
  function buildItem(example) {
    const { slug, topic, title, about, code } = example;
    const onclick = () => choose(example);
    const attributes = { type: "button", class: "example", "data-example": slug, onclick };
    const shown = element("li", {}, element("button", attributes, title, element("small", {}, about)));
    return { example, shown, title: title.toLowerCase(), words: `${topic} ${title} ${about} ${code}`.toLowerCase() };
  }

  function build() {
    if (topics.length) return;
    topics = [...new Set(EXAMPLES.map(({ topic }) => topic))].map((name) => {
      const items = EXAMPLES.filter(({ topic }) => topic === name).map(buildItem);
      const listed = element("ul", { "aria-label": name }, ...items.map(({ shown }) => shown));
      return { topic: element("section", {}, element("h3", {}, name), listed), items };
    });
    list.replaceChildren(...topics.map(({ topic }) => topic));
  }

  /** @param {string} wanted shows those in which all of its words stand */
  function show(wanted) {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    /** @type {Item[]} */
    const found = [];
    for (const { topic, items } of topics) {
      const before = found.length;
      for (const item of items) {
        const fits = words.every((word) => item.words.includes(word));
        item.shown.hidden = !fits;
        if (fits) found.push(item);
      }
      topic.hidden = found.length === before;
    }
    first?.shown.classList.remove("at-enter");
    first = found.find(({ title }) => words.every((word) => title.includes(word))) ?? found[0];
    if (words.length) first?.shown.classList.add("at-enter");
    byId("examples-count").textContent = describe(found.length, wanted.trim());
  }

  search.addEventListener("input", (event) => show(valueOf(event)));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !first) return;
    event.preventDefault();
    choose(first.example);
  });
  const button = byId("examples");
  // Whoever presses it does not wait for the list.
  setTimeout(() => globalThis.requestIdleCallback?.(build), BUILT_AFTER_MILLISECONDS);
  button.addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "examples" }));
  bindDialog({ dispatch, subscribe }, "examples", {
    box: /** @type {HTMLDialogElement} */ (byId("examples-dialog")),
    beforeOpen() {
      build();
      search.value = "";
      show("");
    },
    afterOpen: () => search.focus(),
  });
}
