/** Chooses how programs wait for the page, by what the browser can do (see `Tier` in protocol.js). */
import { trustedScript } from "../trusted.js";

/** @typedef {import("./protocol.js").Tier} Tier */

/** A service worker that does not answer by then is done without. */
const PATIENCE_MILLISECONDS = 8000;

/** @returns {ServiceWorkerContainer | null} null too where the browser refuses: it throws, then */
function serviceWorkers() {
  try {
    return navigator.serviceWorker ?? null;
  } catch {
    return null;
  }
}

/** @type {Record<Tier, () => boolean>} best first */
const POSSIBLE = {
  suspend: () => typeof WebAssembly === "object" && "Suspending" in WebAssembly,
  shared: () => typeof SharedArrayBuffer === "function",
  service: () => serviceWorkers() !== null,
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
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>} it, or an error if it takes too long
 */
function inTime(promise) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the service worker gives no answer")), PATIENCE_MILLISECONDS);
    promise.then(resolve, reject);
  });
}

/**
 * The service worker as it is asked in the tier "service".
 * @typedef {object} Letterbox
 * @property {(message: object) => void} post
 * @property {(listener: (message: any) => void) => void} listen
 * @property {() => Promise<void>} claim has it answer whatever stands in this page by now
 */

/**
 * Waits until the service worker is at work; for tier "service" only. It is asked by its registration:
 * after a reload past the cache it is at work, too, but this page is not under its control.
 * @param {string} script
 * @returns {Promise<Letterbox>} fails where the browser allows none
 */
export async function openLetterbox(script) {
  const container = serviceWorkers();
  if (!container) throw new Error("there are no service workers");
  await inTime(container.register(trustedScript(script)));
  const registration = await inTime(container.ready);
  isAnswering = true;
  container.startMessages();
  /** @param {object} message @param {Transferable[]} [transfer] */
  const post = (message, transfer = []) => registration.active?.postMessage(message, transfer);
  return {
    post,
    listen: (listener) => container.addEventListener("message", ({ data }) => listener(data)),
    async claim() {
      const { port1, port2 } = new MessageChannel();
      const done = new Promise((/** @type {(value: void) => void} */ resolve) => {
        port1.onmessage = () => resolve();
      });
      post({ type: "claim" }, [port2]);
      await inTime(done);
    },
  };
}

/**
 * Has the service worker keep the page's files, for a visit without a network. Called when there is
 * nothing more urgent; a browser that does not want to keep them loses only that.
 * @param {string} script
 * @param {boolean} hasModel whether the files of the model in this tab are wanted, too
 */
export async function keepForOffline(script, hasModel) {
  const serviceWorker = serviceWorkers();
  if (!serviceWorker) return;
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
