/** The models in this tab: which there are, and how others get onto this device. */
import { element, filesOf, formatBytes, valueOf } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { button, note } from "./parts.js";

/**
 * @typedef {import("./parts.js").Place} Place
 * @typedef {import("./parts.js").Options} Options
 */

const ADDRESS = /^https?:\/\/.+\.gguf(\?.*)?$/;

/** @param {Place} place @param {Options} options */
export async function showLocalModels(place, options) {
  place.fill(note(text("Looking for models on this device …")));
  const models = await options.local.list();
  if (!place.isCurrent()) return;
  const wanted = options.modelOf();
  const chosen = models.some(({ name }) => name === wanted) ? wanted : (models[0]?.name ?? "");
  options.onModel(chosen);
  const again = () => showLocalModels(place, options);
  place.fill(
    listModels(models, chosen, place, options, again),
    buildDownload(place, options, again),
    buildFile(place, options, again),
  );
}

/**
 * @param {import("../../models/local-model.js").LocalModel[]} models
 * @param {string} chosen
 * @param {Place} place
 * @param {Options} options
 * @param {() => Promise<void>} again shows what there is then
 */
function listModels(models, chosen, { attempt }, { local, onModel }, again) {
  if (!models.length) return note(text("No model yet. Small ones (under 1 GB) work best in a tab."));
  const rows = models.map(({ name, address, bytes }) => {
    const onchange = () => onModel(name);
    const choose = element("input", { type: "radio", name: "local-model", checked: name === chosen, onchange });
    const remove = () =>
      attempt(async () => {
        await local.remove(address);
        await again();
      });
    const label = element("label", { class: "check" }, choose, ` ${name} `, element("small", {}, formatBytes(bytes)));
    return element("li", {}, label, button(text("Delete"), remove, { class: "small", "aria-label": text("Delete {path}", { path: name }) }));
  });
  return element("ul", { class: "model-list", "data-testid": "local-models" }, ...rows);
}

/** @param {Place} place @param {Options} options @param {() => Promise<void>} again */
function buildDownload({ attempt }, { local }, again) {
  let entered = "";
  let controller = new AbortController();
  const address = element("input", {
    type: "text",
    inputMode: "url",
    spellcheck: false,
    placeholder: "https://… .gguf",
    "aria-label": text("Address of a GGUF file"),
    "data-testid": "model-address",
    oninput(/** @type {Event} */ event) {
      entered = valueOf(event).trim();
    },
  });
  const abort = () => controller.abort(new Error("cancelled"));
  const cancel = button(text("Cancel"), abort, { class: "small", hidden: true });
  const load = button(text("Download"), () => attempt(download), { "data-testid": "model-download" });

  async function download() {
    if (!ADDRESS.test(entered)) throw new Error(text("Enter a full address that ends in .gguf"));
    controller = new AbortController();
    load.hidden = true;
    cancel.hidden = false;
    try {
      await local.add(entered, controller.signal);
    } catch (error) {
      // Browsers say in words of their own that a download was broken off.
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      load.hidden = false;
      cancel.hidden = true;
    }
    await again();
  }
  return element("div", { class: "row" }, address, load, cancel);
}

/** @param {Place} place @param {Options} options @param {() => Promise<void>} again */
function buildFile({ attempt }, { local }, again) {
  const onchange = (/** @type {Event} */ event) => {
    const [chosen] = filesOf(event);
    attempt(async () => {
      if (chosen) await local.addFile(chosen);
      await again();
    });
  };
  const names = { "aria-label": text("GGUF file"), "data-testid": "model-file" };
  const file = element("input", { type: "file", accept: ".gguf", ...names, onchange });
  return element("label", { class: "field" }, element("span", {}, text("Or a file")), file);
}
