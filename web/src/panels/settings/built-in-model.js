/** The state of Chrome's built-in model, and the button that loads it onto this device. */
import { element } from "../../dom.js";
import { text, textLater } from "../../texts/texts.js";
import { button, note } from "./parts.js";

/** What is said of the built-in model, and whether it can be downloaded. @type {Record<string, [string, boolean]>} */
const STATES = {
  missing: [textLater("This browser has no built-in model: it is in desktop Chrome, version 148 and newer."), false],
  unavailable: [
    textLater("Chrome's built-in model does not run on this device: it needs 22 GB of free disk space, and a graphics card with more than 4 GB of memory or a processor with 16 GB."),
    false,
  ],
  downloadable: [textLater("Chrome can load its model onto this device: several gigabytes, once, for all sites."), true],
  downloading: [textLater("Chrome is loading its model onto this device."), true],
  available: [textLater("Ready. Prompts stay on this device."), false],
};

/** @param {import("./parts.js").Place} place @param {import("./parts.js").Options} options */
export async function showBuiltInModel(place, options) {
  const { chrome } = options;
  place.fill(note(text("Asking the browser …")));
  const state = await chrome.availability();
  if (!place.isCurrent()) return;
  const [words, isOffered] = STATES[state] ?? STATES.unavailable;
  const load = () =>
    place.attempt(async () => {
      await chrome.download();
      await showBuiltInModel(place, options);
    });
  place.fill(
    element("p", { class: "field-note", "data-testid": "chrome-state" }, text(words)),
    ...(isOffered ? [button(text("Download"), load, { "data-testid": "chrome-download" })] : []),
  );
}
