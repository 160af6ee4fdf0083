/** Images and recordings, from their bytes: nothing is fetched. */
import { element } from "../../../dom.js";

/** @param {{type: string, data: string}} view @returns {string} an address of its bytes, within this page */
function addressOf({ type, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type }));
}

/** @param {{type: string, data: string, alt: string, width?: number, text: string}} view @param {Pick<import("../tools.js").Tools, "grown" | "text">} tools */
export function buildImage(view, { grown, text }) {
  const address = addressOf(view);
  const said = element("p", { class: "note", hidden: true }, text("This image cannot be read: it is damaged, or of a kind that this browser does not know."));
  const image = element("img", {
    src: address,
    alt: view.alt,
    class: "shown-image",
    onload: () => {
      URL.revokeObjectURL(address);
      grown();
    },
    onerror: () => {
      image.hidden = true;
      said.hidden = false;
    },
  });
  if (view.width) image.style.width = `${view.width}px`;
  return element("figure", { class: "media" }, image, said);
}

/** @param {{type: string, data: string, text: string}} view */
export function buildAudio(view) {
  const player = element("audio", { src: addressOf(view), controls: true, preload: "metadata", "aria-label": view.text });
  return element("figure", { class: "media" }, player);
}
