/** What the settings offer beyond fields for some providers: models in the page, servers on this machine, a sign-in. */
import { element, formatBytes } from "./dom.js";
import { MIXED_CONTENT, adviseOn, findLocalServers } from "./local-servers.js";
import { findProvider } from "./providers.js";

/** @typedef {{what: string, done: number} | null} Progress `done` from 0 to 1, or not a number */

/**
 * @typedef {object} ExtrasOptions
 * @property {HTMLElement} box
 * @property {import("./chrome-model.js").ChromeModel} chrome
 * @property {import("./local-model.js").LocalModels} local
 * @property {(provider: string) => string} baseUrlOf
 * @property {() => string} modelOf what stands in the field of the model
 * @property {(model: string) => void} onModel
 * @property {(provider: string, model: string) => void} onServer a model of a server was chosen
 * @property {() => Promise<void>} onSignIn
 * @property {(text: string) => void} onProblem
 */

/** @param {string} text @param {() => void} onclick @param {Record<string, any>} [more] */
const button = (text, onclick, more = {}) => element("button", { type: "button", onclick, ...more }, text);

/** @param {string} text */
const note = (text) => element("p", { class: "field-note" }, text);

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {ExtrasOptions} options */
export function createProviderExtras(options) {
  const { box, chrome, local, onProblem } = options;
  let shown = "";
  const bar = /** @type {HTMLProgressElement} */ (element("progress", { max: 1, "data-testid": "model-progress" }));
  const barText = element("span", {});
  const barRow = element("div", { class: "row transfer", role: "status" }, bar, barText);
  barRow.hidden = true;

  /** @param {...(Node | string)} parts */
  const fill = (...parts) => box.replaceChildren(...parts, barRow);

  /** Runs what a button started; what goes wrong is said below the fields. @param {() => Promise<void>} work */
  async function attempt(work) {
    onProblem("");
    try {
      await work();
    } catch (error) {
      onProblem(messageOf(error));
    }
  }

  async function showChrome() {
    fill(note("Asking the browser …"));
    const state = await chrome.availability();
    if (shown !== "chrome") return;
    const [text, offer] = CHROME_STATES[state] ?? CHROME_STATES.unavailable;
    const parts = [element("p", { class: "field-note", "data-testid": "chrome-state" }, text)];
    if (offer) {
      const load = () =>
        void attempt(async () => {
          await chrome.download();
          await showChrome();
        });
      parts.push(button("Download", load, { "data-testid": "chrome-download" }));
    }
    fill(...parts);
  }

  async function showLocal() {
    fill(note("Looking for models on this device …"));
    const models = await local.list();
    if (shown !== "local") return;
    const chosen = models.some(({ name }) => name === options.modelOf()) ? options.modelOf() : (models[0]?.name ?? "");
    options.onModel(chosen);
    fill(listModels(models, chosen), ...addModel());
  }

  /** @param {import("./local-model.js").LocalModel[]} models @param {string} chosen */
  function listModels(models, chosen) {
    if (!models.length) return note("No model yet. Small ones (under 1 GB) work best in a tab.");
    const rows = models.map(({ name, address, bytes }) => {
      const choose = element("input", {
        type: "radio",
        name: "local-model",
        checked: name === chosen,
        onchange: () => options.onModel(name),
      });
      const remove = () =>
        void attempt(async () => {
          await local.remove(address);
          await showLocal();
        });
      const label = element("label", { class: "check" }, choose, ` ${name} `, element("small", {}, formatBytes(bytes)));
      return element("li", {}, label, button("Delete", remove, { class: "small", "aria-label": `Delete ${name}` }));
    });
    return element("ul", { class: "model-list", "data-testid": "local-models" }, ...rows);
  }

  /** @returns {HTMLElement[]} how a model gets onto this device */
  function addModel() {
    const address = /** @type {HTMLInputElement} */ (
      element("input", {
        type: "text",
        inputMode: "url",
        spellcheck: false,
        placeholder: "https://… .gguf",
        "aria-label": "Address of a GGUF file",
        "data-testid": "model-address",
      })
    );
    const file = /** @type {HTMLInputElement} */ (
      element("input", { type: "file", accept: ".gguf", "aria-label": "GGUF file", "data-testid": "model-file" })
    );
    let controller = new AbortController();
    const cancel = button("Cancel", () => controller.abort(new Error("cancelled")), { class: "small", hidden: true });
    const load = button("Download", () => void attempt(download), { "data-testid": "model-download" });
    async function download() {
      const url = address.value.trim();
      if (!/^https?:\/\/.+\.gguf(\?.*)?$/.test(url)) throw new Error("Enter a full address that ends in .gguf");
      controller = new AbortController();
      load.hidden = true;
      cancel.hidden = false;
      try {
        await local.add(url, controller.signal);
      } catch (error) {
        // Browsers say in words of their own that a download was broken off.
        throw controller.signal.aborted ? controller.signal.reason : error;
      } finally {
        load.hidden = false;
        cancel.hidden = true;
      }
      await showLocal();
    }
    file.addEventListener("change", () =>
      attempt(async () => {
        if (file.files?.[0]) await local.addFile(file.files[0]);
        await showLocal();
      }),
    );
    return [
      element("div", { class: "row" }, address, load, cancel),
      element("label", { class: "field" }, element("span", {}, "Or a file"), file),
    ];
  }

  /** Servers on this machine. */
  function showServers() {
    const results = element("div", { class: "servers", "data-testid": "servers", role: "status" });
    const look = async () => {
      results.replaceChildren(note("Looking … the browser may ask whether this page may reach your machine."));
      const found = await findLocalServers(options.baseUrlOf);
      const some = found.some(({ state }) => state === "found" || state === "closed");
      const order = [...found].sort((a, b) => rankOf(a) - rankOf(b));
      results.replaceChildren(...order.map(describeServer), ...(some ? [] : [note(MIXED_CONTENT)]));
    };
    fill(button("Look for local servers", () => void attempt(look), { "data-testid": "look" }), results);
  }

  /** @param {import("./local-servers.js").Found} found */
  function describeServer(found) {
    const { text, commands } = adviseOn(found);
    const models = found.models.map((model) =>
      button(model, () => options.onServer(found.server.provider, model), { class: "small model" }),
    );
    return element(
      "section",
      { class: `server ${found.state}` },
      element("p", {}, text),
      ...commands.map((command) => element("pre", {}, command)),
      models.length > 0 && element("div", { class: "models" }, ...models),
    );
  }

  function showSignIn() {
    const start = () => void attempt(options.onSignIn);
    fill(
      button("Sign in with OpenRouter", start, { "data-testid": "sign-in" }),
      note("You choose there what the key may spend, and come back. Or paste a key below."),
    );
  }

  return {
    /** @param {string} provider */
    show(provider) {
      shown = provider;
      if (provider === "chrome") void attempt(showChrome);
      else if (provider === "local") void attempt(showLocal);
      else if (provider === "openrouter") showSignIn();
      else if (findProvider(provider)?.group === "local") showServers();
      else box.replaceChildren();
    },

    /** @param {Progress} progress */
    showProgress(progress) {
      barRow.hidden = progress === null;
      if (!progress) return;
      if (Number.isNaN(progress.done)) bar.removeAttribute("value");
      else bar.value = progress.done;
      const percent = Number.isNaN(progress.done) ? "" : ` ${Math.round(progress.done * 100)} %`;
      barText.textContent = progress.what + percent;
    },
  };
}

/** @param {import("./local-servers.js").Found} found */
const rankOf = ({ state }) => ["found", "closed", "forbidden", "silent"].indexOf(state);

/** What is said of the built-in model, and whether it can be downloaded. @type {Record<string, [string, boolean]>} */
const CHROME_STATES = {
  missing: ["This browser has no built-in model: it is in desktop Chrome, version 148 and newer.", false],
  unavailable: [
    "Chrome's built-in model does not run on this device: it needs 22 GB of free disk space, and a graphics " +
      "card with more than 4 GB of memory or a processor with 16 GB.",
    false,
  ],
  downloadable: ["Chrome can load its model onto this device: several gigabytes, once, for all sites.", true],
  downloading: ["Chrome is loading its model onto this device.", true],
  available: ["Ready. Prompts stay on this device.", false],
};
