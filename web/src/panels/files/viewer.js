/** Shows a file above the page, until it is closed. */
import { element } from "../../dom.js";
import { button } from "./items.js";
import { imageType, previewText } from "./preview.js";

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {import("./images.js").Images} images
 * @param {() => void} onClose
 */
function buildViewer(name, bytes, images, onClose) {
  const content = imageType(name)
    ? element("img", { class: "full", alt: name, src: images.addressOf(name, bytes) })
    : element("pre", { class: "full" }, previewText(bytes));
  const head = element("div", { class: "dialog-head" }, element("h2", {}, name), button("✕", "Close", onClose));
  const viewer = element("dialog", { class: "viewer", "aria-label": name }, head, content);
  viewer.addEventListener("close", () => {
    viewer.remove();
    onClose();
  });
  return /** @type {HTMLDialogElement} */ (viewer);
}

/** @param {import("../page.js").Page} page @param {import("./images.js").Images} images */
export function showViewer({ get, dispatch, subscribe }, images) {
  /** @type {HTMLDialogElement | undefined} */
  let viewer;
  subscribe(
    ({ dialog }) => (typeof dialog === "object" ? dialog : null),
    (dialog) => {
      viewer?.close();
      viewer = undefined;
      if (!dialog) return;
      const close = () => dispatch({ type: "dialog-closed", dialog });
      const bytes = get().files.get(dialog.file);
      if (!bytes) {
        close(); // the program has deleted it meanwhile
        return;
      }
      viewer = buildViewer(dialog.file, bytes, images, close);
      document.body.append(viewer);
      viewer.showModal();
    },
  );
}
