/** Chooses how programs wait for the page, by what the browser can do (see `Tier` in protocol.js). */

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

/**
 * Registers the service worker; waits for it only where programs depend on it.
 * @param {Tier} tier
 * @param {string} script
 * @returns {Promise<ServiceWorkerContainer | null>}
 */
export async function prepareTier(tier, script) {
  if (!("serviceWorker" in navigator)) return null;
  const { serviceWorker } = navigator;
  const registered = serviceWorker.register(script).catch(() => null);
  if (tier !== "service") return null;
  await registered;
  if (!serviceWorker.controller) {
    await new Promise((resolve) => {
      serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      setTimeout(resolve, 5000);
    });
  }
  serviceWorker.startMessages();
  return serviceWorker;
}
