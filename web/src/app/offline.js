/** Keeps the page's own files in the browser, so that it opens without a network. */
import { element } from "../dom.js";
import { keepForOffline } from "../engine/tier.js";
import { trustedScript } from "../trusted.js";
import { loadPart } from "../parts.js";

/** @param {string} address relative to the page */
export const absolute = (address) => new URL(address, document.baseURI).href;

/** @param {typeof __ASSETS__} assets @param {boolean} withLocalModel whether the visitor has models in this tab */
export function keepPage(assets, withLocalModel) {
  void keepForOffline(absolute(assets.serviceWorker), withLocalModel);
}

/** @param {string} href of a style sheet @returns {Promise<unknown>} resolves once it holds */
function addStyle(href) {
  const link = element("link", { rel: "stylesheet", href });
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener("load", resolve, { once: true });
    link.addEventListener("error", reject, { once: true });
  });
  document.head.append(link);
  return loaded;
}

/** @param {string} address @returns {Promise<any>} */
async function fetchJson(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** What is not needed to type: the styles of dialogs at once, and the rest when it is asked for. @param {typeof __ASSETS__} assets */
export function loadLater({ dialogStyle, views, charts, pdf, pdfWorker, learning, learningStyle }) {
  addStyle(absolute(dialogStyle)).catch(() => {}); // they work without
  return {
    loadViews: () => loadPart(() => import(absolute(views))),
    loadCharts: () => loadPart(() => import(absolute(charts))),
    loadPdf: () => loadPart(() => import(absolute(pdf))),
    startPdfWorker: () => new Worker(trustedScript(absolute(pdfWorker)), { type: "module" }),
    loadLearning: () => Promise.all([fetchJson(absolute(learning)), addStyle(absolute(learningStyle))]).then(([found]) => found),
  };
}
