/** What the settings offer beyond fields for some providers: models in the page, servers on this machine, a sign-in. */
import { element } from "../../dom.js";
import { findProvider } from "../../models/providers.js";
import { text } from "../../texts/texts.js";
import { showBuiltInModel } from "./built-in-model.js";
import { showLocalModels } from "./local-models.js";
import { button, note } from "./parts.js";
import { showServers } from "./servers.js";

/**
 * @typedef {import("./parts.js").Place} Place
 * @typedef {import("./parts.js").Options} Options
 */

/** How far the loading of a model is. */
function createProgress() {
  const bar = /** @type {HTMLProgressElement} */ (element("progress", { max: 1, "data-testid": "model-progress" }));
  const words = element("span", {});
  const row = element("div", { class: "row transfer", role: "status" }, bar, words);
  row.hidden = true;
  return {
    row,
    /** @param {import("../../state/interpreter.js").Transfer | null} transfer */
    show(transfer) {
      row.hidden = transfer === null;
      if (!transfer) return;
      const isKnown = !Number.isNaN(transfer.done);
      if (isKnown) bar.value = transfer.done;
      else bar.removeAttribute("value");
      words.textContent = transfer.what + (isKnown ? ` ${Math.round(transfer.done * 100)} %` : "");
    },
  };
}

/** @param {Place} place @param {Options} options */
function showSignIn({ fill, attempt }, { onSignIn }) {
  fill(
    button(text("Sign in with OpenRouter"), () => attempt(onSignIn), { "data-testid": "sign-in" }),
    note(text("You choose there what the key may spend, and come back. Or paste a key below.")),
  );
}

/** What is shown for a provider. @type {Record<string, (place: Place, options: Options) => void>} */
const EXTRAS = {
  chrome: (place, options) => place.attempt(() => showBuiltInModel(place, options)),
  local: (place, options) => place.attempt(() => showLocalModels(place, options)),
  openrouter: showSignIn,
};

/** @param {HTMLElement} box @param {Options} options */
export function createProviderExtras(box, options) {
  const progress = createProgress();
  let shown = "";

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    options.onProblem("");
    try {
      await work();
    } catch (error) {
      options.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    /** @param {string} provider */
    show(provider) {
      shown = provider;
      const show = EXTRAS[provider] ?? (findProvider(provider)?.group === "local" ? showServers : undefined);
      if (!show) {
        box.replaceChildren();
        return;
      }
      const place = {
        fill: (/** @type {(Node | string)[]} */ ...parts) => box.replaceChildren(...parts, progress.row),
        isCurrent: () => shown === provider,
        attempt: (/** @type {() => Promise<void>} */ work) => void attempt(work),
      };
      show(place, options);
    },

    showProgress: progress.show,
  };
}

/** @typedef {ReturnType<typeof createProviderExtras>} ProviderExtras */
