/** Finds a text in what the output pane shows: every place is marked, and one after the other comes into view. */
import { byId, element, valueOf } from "../../dom.js";
import { spoken, text } from "../../texts/texts.js";

const MOST = 10_000;
const FOUND = "output-found";
const CURRENT = "output-current";
/** How far from the edge of the pane a place is brought. */
const MARGIN_PIXELS = 60;

/** @param {Node} box @param {string} sought @returns {Range[]} every place of it, whatever its case */
function findAll(box, sought) {
  /** @type {Range[]} */
  const found = [];
  const wanted = sought.toLowerCase();
  const texts = document.createNodeIterator(box, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node && found.length < MOST; node = texts.nextNode()) {
    const all = /** @type {Text} */ (node).data.toLowerCase();
    for (let at = all.indexOf(wanted); at >= 0 && found.length < MOST; at = all.indexOf(wanted, at + wanted.length)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, Math.min(at + wanted.length, /** @type {Text} */ (node).length));
      found.push(range);
    }
  }
  return found;
}

/** @param {string} name @param {Range[]} ranges */
function mark(name, ranges) {
  const { highlights } = /** @type {any} */ (CSS);
  if (highlights) highlights.set(name, new Highlight(...ranges));
}

/** @param {HTMLElement} box that is searched, and scrolls */
export function createSearch(box) {
  const bar = byId("output-search");
  const told = element("span", { class: "search-told", role: "status" });
  const field = element("input", {
    type: "search",
    "aria-label": text("Find in the output"),
    placeholder: text("Find in the output"),
    autocomplete: "off",
    spellcheck: false,
    oninput: (/** @type {Event} */ event) => start(valueOf(event)),
    onkeydown,
  });
  const button = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {() => void} */ onclick) =>
    element("button", { type: "button", class: "small", "aria-label": label, title: label, onclick }, sign);
  bar.replaceChildren(
    field,
    told,
    button(text("Previous place"), "↑", () => go(-1)),
    button(text("Next place"), "↓", () => go(1)),
    button(text("Close the search"), "✕", close),
  );
  let typed = "";
  /** @type {Range[]} */
  let places = [];
  let at = 0;

  function show() {
    mark(FOUND, places);
    mark(CURRENT, places.slice(at, at + 1));
    const all = places.length.toLocaleString(spoken()) + (places.length === MOST ? "+" : "");
    const where = places.length ? text("{at} of {all}", { at: (at + 1).toLocaleString(spoken()), all }) : text("Not found");
    told.replaceChildren(typed ? where : "");
    const place = places[at]?.getBoundingClientRect();
    if (!place?.height) return;
    const pane = box.getBoundingClientRect();
    if (place.top < pane.top || place.bottom > pane.bottom) box.scrollTop += place.top - pane.top - MARGIN_PIXELS;
  }

  /** @param {string} wanted */
  function start(wanted) {
    typed = wanted;
    places = typed ? findAll(box, typed) : [];
    at = 0;
    show();
  }

  /** @param {1 | -1} step */
  function go(step) {
    // More may have been printed.
    places = typed ? findAll(box, typed) : [];
    if (places.length) at = (at + step + places.length) % places.length;
    show();
  }

  /** @param {KeyboardEvent} event */
  function onkeydown(event) {
    if (event.key === "Escape") close();
    else if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }

  function close() {
    bar.hidden = true;
    mark(FOUND, []);
    mark(CURRENT, []);
    box.focus();
  }

  return {
    begin() {
      bar.hidden = false;
      field.focus();
      if (typed) start(typed);
    },
  };
}
