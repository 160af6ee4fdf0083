/** The Learn panel itself: three parts, a search over all of them, and what is open. Loaded when first opened. */
import { byId, element, valueOf } from "../../dom.js";
import { makeLink } from "../../sharing/link.js";
import { text } from "../../texts/texts.js";
import { createProgress } from "./progress.js";
import { buildContents, buildEntry, buildItem, buildNames, buildPage } from "./reading.js";
import { excerptOf, findItems, listItems } from "./searching.js";
import { createTour } from "./tour.js";

/** The parts of the panel: how their places begin, and what they are called. */
const PARTS = [
  ["tour", "Tour"],
  ["manual", "Manual"],
  ["name", "Names"],
];

/** @param {string} place @returns {[string, string]} its part, and what is open there */
function splitPlace(place) {
  const at = place.indexOf("/");
  return at < 0 ? [place, ""] : [place.slice(0, at), place.slice(at + 1)];
}

/** @param {string} typed @param {number} count */
const describeFound = (typed, count) => (!typed.trim() ? "" : count ? text("Found: {n}", { n: count }) : text("Nothing has these words."));

/**
 * @param {import("../page.js").Page} page
 * @param {HTMLElement} box
 * @param {import("./nodes.js").Learning} given
 * @param {() => void} close
 */
export function createView({ get, dispatch, subscribe, runCode, programs }, box, given, close) {
  // Where the build could not ask the language, the interpreter is asked.
  const learning = { ...given, entries: given.entries.length ? given.entries : get().library };
  const items = listItems(learning);
  const body = element("div", { class: "learn-body", lang: "en", "data-testid": "learn-body" });
  const heading = element("h2", { tabIndex: -1 }, text("Learn"));
  const found = element("p", { class: "hidden-label", role: "status" });
  const tabs = element("div", { class: "learn-actions", role: "group", "aria-label": text("Parts") });
  /** @param {string} place */
  function open(place) {
    if (get().learn === place) show(place); // back from what was found
    else dispatch({ type: "learn-opened", place });
  }
  const progress = createProgress(learning.tour.length);
  /** Lets go of the editor of the step that is shown. */
  let leave = () => {};

  const tools = {
    open,
    /** @param {string} code */
    async run(code) {
      await programs.addSamples(code);
      byId("output").scrollIntoView({ block: "nearest" });
      return runCode(code);
    },
    linkOf: (/** @type {string} */ code) => makeLink({ code }),
    /** @param {import("../../editor/snippet-editor.js").SnippetEditor} editor that is shown until another place is */
    keep(editor) {
      const end = subscribe(({ library }) => library, editor.setLibrary);
      leave = () => {
        end();
        editor.destroy();
        leave = () => {};
      };
    },
  };
  const buildStep = createTour(learning.tour, progress, tools);

  /** @param {string} place @returns {HTMLElement[]} */
  function build(place) {
    const [part, rest] = splitPlace(place);
    if (part === "tour") return buildStep(rest ? Number(rest) || 0 : progress.at());
    if (part === "manual") return rest ? buildPage(learning.pages, rest, tools) : buildContents(learning.pages, tools);
    return rest ? buildEntry(learning, rest, tools) : buildNames(learning.entries, tools);
  }

  /** @param {string} place */
  function showTabs(place) {
    const [now] = splitPlace(place);
    const buttons = PARTS.map(([part, words]) => {
      const isCurrent = now.startsWith(part);
      const place = part === "name" ? "names" : part;
      const attributes = { type: "button", "aria-current": isCurrent ? "true" : undefined, "data-testid": `learn-part-${part}` };
      return element("button", { ...attributes, onclick: () => open(place) }, text(words));
    });
    tabs.replaceChildren(...buttons);
  }

  /** @param {string} place */
  function show(place) {
    leave();
    showTabs(place);
    search.value = "";
    found.textContent = "";
    body.replaceChildren(...build(place));
    body.scrollTop = 0;
    heading.focus({ preventScroll: true });
  }

  /** @param {string} typed */
  function showFound(typed) {
    const place = get().learn ?? "tour";
    leave();
    if (!typed.trim()) {
      found.textContent = "";
      body.replaceChildren(...build(place));
      return;
    }
    const matches = findItems(items, typed);
    const words = describeFound(typed, matches.length);
    found.textContent = words;
    const list = matches.map((each) => buildItem(`${each.kind}: ${each.title}`, () => open(each.place), excerptOf(each.text, typed)));
    body.replaceChildren(element("p", { class: "learn-soft" }, words), element("ul", { class: "learn-list" }, ...list));
    body.scrollTop = 0;
  }

  const search = /** @type {HTMLInputElement} */ (
    element("input", {
      type: "search",
      class: "learn-search",
      placeholder: text("Search in tour, manual and names"),
      "aria-label": text("Search in tour, manual and names"),
      "data-testid": "learn-search",
      autocomplete: "off",
      spellcheck: false,
      oninput: (/** @type {Event} */ event) => showFound(valueOf(event)),
    })
  );
  const leaving = element("button", { type: "button", "aria-label": text("Close Learn"), "data-testid": "learn-close", onclick: close }, "✕");
  box.replaceChildren(element("div", { class: "learn-head" }, heading, tabs, element("span", { class: "gap" }), leaving, search), found, body);
  return { show };
}

/** @typedef {ReturnType<typeof createView>} View */
