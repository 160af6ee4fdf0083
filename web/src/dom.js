/** Builds and finds elements. Text is always text: nothing here takes HTML. */

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties] properties of the element; `class`, `data-…` and
 *   `aria-…` are attributes, `on…` are listeners
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "class" || name === "role" || name.includes("-")) made.setAttribute(name, String(value));
    else /** @type {any} */ (made)[name] = value;
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

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
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** @param {string} name @param {Blob} blob offers a file for download */
export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = /** @type {HTMLAnchorElement} */ (element("a", { href: url, download: name }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
