/** Keeps the page's own files in the browser, so that it opens without a network. */
import { keepForOffline } from "../engine/tier.js";

/** @param {string} address relative to the page */
export const absolute = (address) => new URL(address, document.baseURI).href;

/** @param {typeof __ASSETS__} assets @param {boolean} withLocalModel whether the visitor has models in this tab */
export function keepPage(assets, withLocalModel) {
  void keepForOffline(absolute(assets.serviceWorker), withLocalModel);
}

/** What the page imports once it is needed. @param {typeof __ASSETS__} assets */
export const laterScripts = ({ views, charts }) => ({
  loadViews: () => import(absolute(views)),
  loadCharts: () => import(absolute(charts)),
});
