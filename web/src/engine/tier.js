/** Chooses how programs wait for the page, by what the browser can do (see `Tier` in protocol.js). */
import { trustedScript } from "../trusted.js";

/** @typedef {import("./protocol.js").Tier} Tier */

/** @type {Record<Tier, () => boolean>} best first */
const POSSIBLE = {
  suspend: () => "Suspending" in WebAssembly,
  shared: () => typeof SharedArrayBuffer === "function",
  service: () => "serviceWorker" in navigator,
  direct: () => true,
};

/**
 * @param {string | null} wanted a tier to be tried out, from the page's address
 * @returns {Tier}
 */
export function chooseTier(wanted) {
  const names = /** @type {Tier[]} */ (Object.keys(POSSIBLE));
  const found = names.find((name) => name === wanted && POSSIBLE[name]());
  return found ?? names.find((name) => POSSIBLE[name]()) ?? "direct";
}

/** Whether programs wait with the service worker: then nothing must come in its place. */
let isAnswering = false;

/**
 * @param {Tier | null} tier null: nothing, whatever the tier
 * @param {string[]} waiting where the service worker answers; Firefox takes an answer that it makes for one
 *   of its script's address
 * @returns {{frame: "closed" | "own" | "open", connect: string[]}} what a worker of this tier may connect to
 */
export function connectionsOf(tier, waiting) {
  if (tier === "service") return { frame: "own", connect: waiting };
  if (tier !== "direct") return { frame: "closed", connect: [] };
  // Python itself sends requests there: to the addresses that the page would call.
  return { frame: "open", connect: ["https:", "http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*"] };
}

/**
 * Waits until the service worker answers; for tier "service" only.
 * @param {string} script
 * @returns {Promise<ServiceWorkerContainer>}
 */
export async function prepareServiceWorker(script) {
  const { serviceWorker } = navigator;
  isAnswering = true;
  await serviceWorker.register(trustedScript(script));
  if (!serviceWorker.controller) {
    await new Promise((resolve) => {
      serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      setTimeout(resolve, 5000);
    });
  }
  serviceWorker.startMessages();
  return serviceWorker;
}

/**
 * Has the service worker keep the page's files, for a visit without a network. Called when there is
 * nothing more urgent; a browser that does not want to keep them loses only that.
 * @param {string} script
 * @param {boolean} hasModel whether the files of the model in this tab are wanted, too
 */
export async function keepForOffline(script, hasModel) {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  /** @param {ServiceWorker | null} worker */
  const keep = (worker) => worker?.postMessage({ type: "keep", hasModel });
  try {
    const { waiting } = await serviceWorker.register(trustedScript(script));
    if (waiting && !isAnswering) {
      // One of a new build waits as long as a page of the old one is open.
      serviceWorker.addEventListener("controllerchange", () => keep(serviceWorker.controller), { once: true });
      waiting.postMessage({ type: "take-over", build: document.documentElement.dataset.build });
    } else {
      keep((await serviceWorker.ready).active);
    }
  } catch {
    // Private windows and file: addresses have no service workers.
  }
}
