/** Keeps the page's own files in the browser, so that it opens without a network. */
import { keepForOffline } from "../engine/tier.js";

/** @param {string} address relative to the page */
export const absolute = (address) => new URL(address, document.baseURI).href;

/** @param {typeof __ASSETS__} assets @param {boolean} withLocalModel whether the visitor has models in this tab */
export function keepPage(assets, withLocalModel) {
  const model = withLocalModel ? [assets.localEngine, assets.localWasm] : [];
  const addresses = [...assets.files, ...model, "."].map(absolute);
  // The page's script has its own address: what it is made of says what it is called.
  void keepForOffline(absolute(assets.serviceWorker), [...new Set([...addresses, import.meta.url])]);
}
