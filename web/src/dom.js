/**
 * Builds and finds elements. Text is always text: nothing here takes HTML, and characters that nobody
 * would see are marked.
 */
import { describeInvisible, nameInvisible, splitInvisible, withoutInvisible } from "./invisible.js";

/** What a browser shows of it besides, where no mark can stand. */
const TOLD = new Set(["title", "alt", "aria-label", "placeholder"]);

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties] properties of the element; `class`, `data-…` and
 *   `aria-…` are attributes, `on…` are listeners
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, given] of Object.entries(properties)) {
    if (given === undefined || given === null || given === false) continue;
    const value = TOLD.has(name) ? nameInvisible(String(given)) : given;
    if (name.startsWith("on")) made.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "class" || name === "role" || name.includes("-")) made.setAttribute(name, String(value));
    else /** @type {any} */ (made)[name] = value;
  }
  for (const child of children) {
    if (typeof child === "string") made.append(...markInvisible(child));
    else if (child) made.append(child);
  }
  return made;
}

/** @param {string} characters @param {Text | string} [content] @returns {HTMLElement} the mark of invisible characters */
export function invisibleMark(characters, content = characters) {
  const mark = document.createElement("span");
  const told = describeInvisible(characters);
  mark.className = "invisible";
  mark.dataset.mark = told;
  mark.title = `Invisible: ${told}`;
  mark.append(content);
  return mark;
}

/** @param {string} text @returns {(Node | string)[]} it, with a mark for what nobody would see */
const markInvisible = (text) =>
  splitInvisible(text).map((piece) => (piece.isInvisible ? invisibleMark(piece.text) : piece.text));

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T} the element, for a panel that is mounted on it
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return /** @type {T} */ (found);
}

/** @param {Event} event of a field @returns {string} what the visitor has entered there */
export const valueOf = ({ currentTarget }) => /** @type {HTMLInputElement} */ (currentTarget).value;

/** @param {Event} event of a field for files @returns {File[]} what the visitor has chosen */
export const filesOf = ({ currentTarget }) => [.../** @type {HTMLInputElement} */ (currentTarget).files ?? []];

/**
 * @param {Event} event of a box to tick, or of something that opens
 * @returns {boolean} whether it is ticked, or open, now
 */
export function isOn({ currentTarget }) {
  const { checked, open } = /** @type {any} */ (currentTarget);
  return checked ?? open;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/**
 * Offers a file for download: as bytes, so that no browser opens it as a page of ours, and under a name
 * that says what it is ("photo\u202Egnp.exe" reads as a picture).
 * @param {string} name @param {Blob} content
 */
export function download(name, content) {
  const url = URL.createObjectURL(content.slice(0, content.size, "application/octet-stream"));
  const link = /** @type {HTMLAnchorElement} */ (element("a", { href: url, download: withoutInvisible(name) }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
