/** A row of the tree, and what can be done with a file or a folder there. */
import { element, formatBytes } from "../../dom.js";
import { countText, text } from "../../texts/texts.js";
import { extensionOf, imageType } from "./preview.js";

/**
 * @typedef {import("./tree.js").Row} Row
 *
 * @typedef {object} Actions what the buttons of a row do; each gets its path
 * @property {(path: string) => void} open shows a file in a tab or above the page, opens or closes a folder
 * @property {(path: string) => void} look shows a file above the page
 * @property {(path: string) => void} insert
 * @property {(path: string) => void} rename
 * @property {(path: string) => void} download a folder as a zip file
 * @property {(path: string, isFolder: boolean) => void} remove
 * @property {(path: string) => void} bringBack
 * @property {(folder: string) => void} create a file in a folder
 * @property {(path: string) => void} choose makes a row the one that has the focus, and shows its buttons
 *
 * @typedef {object} Shown of the row besides
 * @property {boolean} isCurrent it is the one that the keyboard is at
 * @property {boolean} isInEditor
 * @property {boolean} isUnkept
 * @property {boolean} isChanged a program has changed it
 * @property {HTMLElement | null} field for its new name
 * @property {string} [image] its address
 */

/** @param {string} label @param {string} title @param {() => void} onclick */
export const button = (label, title, onclick) =>
  element("button", { type: "button", class: "small", title, "aria-label": title, onclick }, label);

/**
 * A button of a row. What it shows is no text of the row: the row is called as its file is.
 * @param {string} label @param {string} title @param {() => void} onclick @param {number} tabIndex
 */
function rowButton(label, title, onclick, tabIndex) {
  const made = element("button", { type: "button", class: "small", title, "aria-label": title, onclick, tabIndex });
  made.dataset.label = label;
  return made;
}

/** @param {string} name of a file of the visitor's that a program has deleted @param {() => void} bringBack */
export function buildLost(name, bringBack) {
  const label = text("Bring {name} back", { name });
  return element(
    "li",
    { class: "file lost", "data-name": name },
    element("span", { class: "file-name" }, name),
    element("span", { class: "file-size" }, text("deleted by the program")),
    element("button", { type: "button", class: "small", title: label, "aria-label": label, onclick: bringBack }, text("Bring back")),
  );
}

/** @param {Row} row @param {Shown} shown @returns {string} its size, in words */
function describe({ isFolder, size, count }, { isUnkept }) {
  if (isFolder && !count) return text("empty");
  const files = isFolder ? `${countText("{n} file", "{n} files", count)}, ` : "";
  return `${files}${formatBytes(size)}${isUnkept ? ` · ${text("until this tab closes")}` : ""}`;
}

/** @param {Row} row @param {Shown} shown @param {Actions} actions @returns {HTMLElement[]} */
function buildActions({ path, isFolder, count }, { isCurrent, isChanged }, actions) {
  const put = (/** @type {string} */ label, /** @type {string} */ title, /** @type {() => void} */ act) =>
    rowButton(label, title, act, isCurrent ? 0 : -1);
  const buttons = isFolder
    ? [put("+", text("New file in {path}", { path }), () => actions.create(path))]
    : [
        isChanged && put("↶", text("Bring back {path} as it was before the program changed it", { path }), () => actions.bringBack(path)),
        put(text("Look"), text("Look at {path}", { path }), () => actions.look(path)),
        put(text("Insert"), text("Insert {path} into the program", { path }), () => actions.insert(path)),
      ];
  return [
    ...buttons,
    put(text("Rename"), text("Rename or move {path} (F2)", { path }), () => actions.rename(path)),
    (!isFolder || count > 0) && put("↓", isFolder ? text("Download {path} as a zip file", { path }) : text("Download {path}", { path }), () => actions.download(path)),
    put("✕", isFolder ? text("Delete {path} and all in it", { path }) : text("Delete {path}", { path }), () => actions.remove(path, isFolder)),
  ].filter((each) => each !== false);
}

/** @param {Row} row @param {Shown} shown */
function buildMark({ name, isFolder, isOpen }, { image }) {
  if (image) return element("img", { class: "thumb", alt: "", loading: "lazy", src: image });
  return isFolder
    ? element("span", { class: "file-mark", "data-label": isOpen ? "▾" : "▸" })
    : element("span", { class: "thumb kind", "data-label": extensionOf(name) });
}

/** @typedef {{node: HTMLElement, reach: (isReached: boolean) => void}} Item `reach` says whether Tab comes to it */

/**
 * @param {Row} row @param {Shown} shown @param {Actions} actions
 * @param {Record<string, any>} listeners of the row
 * @returns {Item}
 */
export function buildRow(row, shown, actions, listeners) {
  const { path, name, level, isFolder, isOpen, place, beside } = row;
  const size = describe(row, shown);
  const about = {
    class: `file${isFolder ? " folder" : ""}${shown.isCurrent ? " current" : ""}`,
    role: "treeitem",
    "aria-label": `${name} ${size}`,
    "aria-level": level,
    "aria-posinset": place,
    "aria-setsize": beside,
    "aria-expanded": isFolder ? String(isOpen) : undefined,
    "aria-current": shown.isInEditor ? "true" : undefined,
    tabIndex: shown.isCurrent ? 0 : -1,
    draggable: !shown.field,
    [isFolder ? "data-folder" : "data-name"]: path,
    ...listeners,
  };
  const onclick = () => {
    actions.choose(path);
    actions.open(path);
  };
  const mark = buildMark(row, shown);
  const words = [element("span", { class: "file-name" }, name), " ", element("span", { class: "file-size" }, size)];
  const title = isFolder ? path : text("Open {path}", { path });
  const buttons = shown.field ? [] : buildActions(row, shown, actions);
  const more = rowButton("⋯", text("More for {path}", { path }), () => actions.choose(path), -1);
  more.classList.add("file-more");
  const node = shown.field
    ? element("li", about, element("span", { class: "file-view" }, mark, shown.field))
    : element(
        "li",
        about,
        element("span", { class: "file-view", title, onclick }, mark, ...words),
        more,
        element("span", { class: "file-actions" }, ...buttons),
      );
  node.style.setProperty("--level", String(level));
  return {
    node,
    reach(isReached) {
      node.tabIndex = isReached ? 0 : -1;
      for (const each of buttons) each.tabIndex = node.tabIndex;
      node.classList.toggle("current", isReached);
    },
  };
}

/** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes @param {import("./images.js").Images} images */
export const imageOf = (name, bytes, images) => (imageType(name) ? images.addressOf(name, bytes) : undefined);
