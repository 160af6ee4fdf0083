/** What stands in the list for each file, and what can be done with it there. */
import { download, element, formatBytes } from "../../dom.js";
import { extensionOf, imageType, readCall } from "./preview.js";

/** @param {string} label @param {string} title @param {() => void} onclick */
export const button = (label, title, onclick) =>
  element("button", { type: "button", class: "small", title, "aria-label": title, onclick }, label);

/**
 * @param {import("../page.js").Page} page
 * @param {import("./images.js").Images} images
 * @returns {(file: [string, Uint8Array<ArrayBuffer>]) => HTMLElement}
 */
export const createItems =
  ({ dispatch, editor, removeFile }, images) =>
  ([name, bytes]) => {
    const preview = imageType(name)
      ? element("img", { class: "thumb", alt: "", loading: "lazy", src: images.addressOf(name, bytes) })
      : element("span", { class: "thumb kind", "aria-hidden": "true" }, extensionOf(name));
    const view = () => dispatch({ type: "dialog-opened", dialog: { file: name } });
    return element(
      "li",
      { class: "file", "data-name": name },
      element(
        "button",
        { class: "file-view", type: "button", title: `Look at ${name}`, onclick: view },
        preview,
        element("span", { class: "file-name" }, name),
        element("span", { class: "file-size" }, formatBytes(bytes.length)),
      ),
      button("Use", `Insert ${name} into the program`, () => editor.insert(readCall(name))),
      button("↓", `Download ${name}`, () => download(name.split("/").at(-1) ?? name, new Blob([bytes]))),
      button("✕", `Delete ${name}`, () => removeFile(name)),
    );
  };
