/** The manual's pages and the names of the language, as the Learn panel shows them. */
import { element } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { buildProgram, buildTrees, textOf, withCode } from "./nodes.js";

/**
 * @typedef {import("./nodes.js").Tools} Tools
 * @typedef {import("../../engine/protocol.js").Entry} Entry
 * @typedef {import("./nodes.js").PageOfManual} PageOfManual
 */

/** @param {string} words @param {() => void} onclick @param {string} [about] @returns {HTMLElement} */
export const buildItem = (words, onclick, about) =>
  element("li", {}, element("button", { type: "button", onclick }, words, about ? element("small", {}, about) : null));

/** @param {PageOfManual[]} pages @param {Tools} tools @returns {HTMLElement[]} their list */
export function buildContents(pages, { open }) {
  const parts = [...new Set(pages.map(({ part }) => part))];
  return [
    element("h3", {}, text("Manual")),
    ...parts.flatMap((part) => {
      const items = pages.filter((each) => each.part === part).map(({ name, title }) => buildItem(title, () => open(`manual/${name}`)));
      return [element("h4", {}, part), element("ul", { class: "learn-list" }, ...items)];
    }),
  ];
}

/** @param {PageOfManual[]} pages @param {string} wanted @param {Tools} tools @returns {HTMLElement[]} */
export function buildPage(pages, wanted, tools) {
  const at = pages.findIndex(({ name }) => name === wanted);
  if (at < 0) return buildContents(pages, tools);
  const { title, body } = pages[at];
  const next = pages[at + 1];
  const go = (/** @type {string} */ words, /** @type {string} */ place) =>
    element("button", { type: "button", class: "small", onclick: () => tools.open(place) }, words);
  return [
    element("div", { class: "learn-actions" }, go(text("← All pages"), "manual")),
    element("h3", {}, title),
    element("div", {}, ...buildTrees(body, tools)),
    element("div", { class: "learn-actions" }, next ? go(text("Next: {title} →", { title: next.title }), `manual/${next.name}`) : null),
  ];
}

/** @param {string} chapter as the language calls it @returns {string} as people read it */
const chapterName = (chapter) => chapter.replaceAll("_", " ");

/** @param {Entry[]} entries @param {Tools} tools @returns {HTMLElement[]} all names, by chapter */
export function buildNames(entries, { open }) {
  const chapters = [...new Set(entries.map(({ chapter }) => chapter))].sort();
  return [
    element("h3", {}, text("All names")),
    ...chapters.map((chapter) => {
      const found = entries.filter((each) => each.chapter === chapter);
      const list = element("ul", { class: "learn-list" });
      let isFilled = false;
      const ontoggle = () => {
        if (!isFilled) list.append(...found.map(({ name }) => buildItem(name, () => open(`name/${name}`))));
        isFilled = true;
      };
      return element("details", { ontoggle }, element("summary", {}, chapterName(chapter), " ", element("small", {}, String(found.length))), list);
    }),
  ];
}

/** @param {PageOfManual[]} pages @param {string} name @returns {PageOfManual[]} those that use it */
function pagesWith(pages, name) {
  const pattern = new RegExp(`(^|[\\s()[\\]{}'\`])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}($|[\\s()[\\]{}])`);
  return pages.filter(({ body }) => pattern.test(textOf(body)));
}

const MOST_PAGES = 4;

/**
 * @param {{entries: Entry[], pages: PageOfManual[]}} learning
 * @param {string} wanted
 * @param {Tools} tools
 * @returns {HTMLElement[]} what is known of a name
 */
export function buildEntry({ entries, pages }, wanted, tools) {
  const entry = entries.find(({ name }) => name === wanted) ?? entries.find(({ aliases }) => aliases.includes(wanted));
  const back = element("button", { type: "button", class: "small", onclick: () => tools.open("names") }, text("← All names"));
  if (!entry) return [element("div", { class: "learn-actions" }, back), element("p", {}, text("Nothing is known of {name}.", { name: wanted }))];
  const { name, signature, text: words, chapter, examples, aliases } = entry;
  const others = aliases.filter((each) => each !== name);
  const near = entries.filter((each) => each.chapter === chapter && each.name !== name);
  const uses = pagesWith(pages, name).slice(0, MOST_PAGES);
  return [
    element("div", { class: "learn-actions" }, back),
    element("h3", {}, name),
    element("p", {}, element("code", {}, signature)),
    ...words.split("\n\n").map((each) => element("p", {}, ...withCode(each))),
    ...(others.length ? [element("p", { class: "learn-soft" }, text("Also called {names}", { names: others.join(", ") }))] : []),
    ...examples.flatMap(([code, value]) => {
      const gives = value.startsWith("error: ") ? value : `⇒ ${value}`;
      return [buildProgram({ code }, tools), element("p", { class: "learn-gives" }, gives)];
    }),
    ...(uses.length ? [element("h4", {}, text("In the manual"))] : []),
    element("ul", { class: "learn-list" }, ...uses.map((page) => buildItem(page.title, () => tools.open(`manual/${page.name}`)))),
    element("h4", {}, text("The chapter {chapter}", { chapter: chapterName(chapter) })),
    element("p", {}, ...near.flatMap((each) => [nameButton(each.name, tools), " "])),
  ];
}

/** @param {string} name @param {Tools} tools */
const nameButton = (name, { open }) =>
  element("button", { type: "button", class: "small", onclick: () => open(`name/${name}`) }, name);
