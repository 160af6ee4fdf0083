/** What stands in the list for each file, and what can be done with it there. */
import { download, element, formatBytes } from "../../dom.js";
import { extensionOf, imageType, readCall } from "./preview.js";

/** @param {string} label @param {string} title @param {() => void} onclick */
export const button = (label, title, onclick) =>
  element("button", { type: "button", class: "small", title, "aria-label": title, onclick }, label);

/**
 * @param {Pick<import("../page.js").Page, "files">} page
 * @param {string} name of a file of the visitor's that a program has deleted
 */
export function buildLost({ files }, name) {
  const onclick = () => files.bringBack(name);
  const label = `Bring ${name} back`;
  return element(
    "li",
    { class: "file lost", "data-name": name },
    element("span", { class: "file-name" }, name),
    element("span", { class: "file-size" }, "deleted by the program"),
    element("button", { type: "button", class: "small", title: label, "aria-label": label, onclick }, "Bring back"),
  );
}

/**
 * @param {import("../page.js").Page} page
 * @param {import("./images.js").Images} images
 * @returns {(file: [string, Uint8Array<ArrayBuffer>]) => HTMLElement}
 */
export const createItems =
  ({ get, dispatch, editor, files }, images) =>
  ([name, bytes]) => {
    const { earlier, unkept } = get();
    const preview = imageType(name)
      ? element("img", { class: "thumb", alt: "", loading: "lazy", src: images.addressOf(name, bytes) })
      : element("span", { class: "thumb kind", "aria-hidden": "true" }, extensionOf(name));
    const view = () => dispatch({ type: "dialog-opened", dialog: { file: name } });
    const note = unkept.has(name) ? " · until this tab closes" : "";
    return element(
      "li",
      { class: "file", "data-name": name },
      element(
        "button",
        { class: "file-view", type: "button", title: `Look at ${name}`, onclick: view },
        preview,
        element("span", { class: "file-name" }, name),
        element("span", { class: "file-size" }, formatBytes(bytes.length) + note),
      ),
      earlier.has(name) &&
        button("↶", `Bring back ${name} as it was before the program changed it`, () => files.bringBack(name)),
      button("Insert", `Insert ${name} into the program`, () => editor.insert(readCall(name))),
      button("↓", `Download ${name}`, () => download(name.split("/").at(-1) ?? name, new Blob([bytes]))),
      button("✕", `Delete ${name}`, () => files.remove(name)),
    );
  };
