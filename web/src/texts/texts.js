/**
 * What the page says, in the language of the visitor. A text is asked for by its English words, which stand
 * where they are used; a catalogue such as de.js has them in another language, and is loaded only for that. What
 * is in no catalogue is said in English. `{name}` in a text is a place for what is given.
 */
import { device, readText, writeText } from "../stored.js";

const STORE = "lispcore.language";

/** @typedef {import("./catalogue.js").Catalogue} Catalogue */

/** Languages besides English, with what loads them. @type {Record<string, () => Promise<Catalogue>>} */
const CATALOGUES = { de: () => import("./de.js").then(({ GERMAN }) => GERMAN) };

/** What can be chosen; "" is as the browser says. */
export const LANGUAGES = [
  ["", "As the browser"],
  ["en", "English"],
  ["de", "Deutsch"],
];

/** Attributes that are read by people. */
const ATTRIBUTES = ["title", "aria-label", "placeholder"];

/** @type {Catalogue} */
let catalogue = {};
let language = "en";

/** @param {Catalogue} chosen @param {string} of the language */
export function useCatalogue(chosen, of) {
  catalogue = chosen;
  language = of;
}

/** @param {string} words @param {Record<string, string | number>} given */
const fill = (words, given) => words.replace(/\{(\w+)\}/g, (mark, name) => String(given[name] ?? mark));

/**
 * @param {string} english
 * @param {Record<string, string | number>} [given]
 * @returns {string} it in the visitor's language
 */
export function text(english, given = {}) {
  const found = Object.hasOwn(catalogue, english) ? catalogue[english] : english;
  return fill(typeof found === "string" ? found : (found.other ?? english), given);
}

/**
 * @param {string} english
 * @param {Record<string, string | Node>} given what stands in its places
 * @returns {(string | Node)[]} it in the visitor's language
 */
export const textWith = (english, given) =>
  text(english).split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (given[part] ?? `{${part}}`) : part)).filter((part) => part !== "");

/** Marks words that are asked for later: when a script is loaded, the language is not known yet. @param {string} english */
export const textLater = (english) => english;

/**
 * @param {string} one English words for one
 * @param {string} other English words for another number, `{n}`
 * @param {number} n
 * @returns {string} what is said of so many
 */
export function countText(one, other, n) {
  const rule = new Intl.PluralRules(language).select(n);
  const found = Object.hasOwn(catalogue, other) ? catalogue[other] : { one, other };
  const words = typeof found === "string" ? found : (found[rule] ?? found.other ?? other);
  return fill(words, { n: n.toLocaleString(language) });
}

/** @returns {string} the language in which numbers and times are written */
export const spoken = () => language;

/** @returns {string} what the visitor has chosen, "" for nothing */
export const chosenLanguage = () => readText(device, STORE) ?? "";

/** @param {string} chosen holds from the next time the page is loaded */
export const chooseLanguage = (chosen) => void writeText(device, STORE, chosen);

/** @param {string} address of the page @param {string} chosen @param {readonly string[]} preferred @returns {string} */
export function languageOf(address, chosen, preferred) {
  const wanted = [new URL(address).searchParams.get("lang") ?? "", chosen, ...preferred];
  const known = wanted.map((each) => each.toLowerCase().split("-")[0]);
  return known.find((each) => each === "en" || Object.hasOwn(CATALOGUES, each)) ?? "en";
}

/** @param {string} found in the page @returns {string} the same in the visitor's language, with the space around it */
function translated(found) {
  const words = found.trim().replace(/\s+/g, " ");
  if (!words || !Object.hasOwn(catalogue, words)) return found;
  const [before] = /^\s*/.exec(found) ?? [""];
  const [after] = /\s*$/.exec(found) ?? [""];
  return before + text(words) + after;
}

/**
 * Says in the visitor's language what stands in the page before any script runs.
 * @param {Document} page
 */
export function translatePage(page) {
  const own = page.getElementById("editor"); // the program is nobody's to translate
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node === own ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) {
      for (const name of ATTRIBUTES) {
        const value = node.getAttribute(name);
        if (value !== null) node.setAttribute(name, translated(value));
      }
    } else node.nodeValue = translated(node.nodeValue ?? "");
  }
}

/** Finds out which language it is to be, and brings the page into it. @returns {Promise<void>} */
export async function prepareTexts() {
  const wanted = languageOf(location.href, chosenLanguage(), navigator.languages);
  const load = CATALOGUES[wanted];
  if (!load) return;
  const found = await load().catch(() => null);
  if (!found) return; // without a network it may be missing: English is there
  useCatalogue(found, wanted);
  document.documentElement.lang = wanted;
  document.documentElement.style.setProperty("--output-empty", JSON.stringify(text("What the program prints, returns and streams appears here.")));
  translatePage(document);
}
