/**
 * Shows the pages of a PDF file. A script of its own, loaded with the first one. The file is read by a worker,
 * which ends with the view, so that a file that never ends being read harms nothing. It runs no scripts of the
 * file, follows no links and fetches nothing.
 */
import { PDFWorker, getDocument } from "pdfjs-dist/build/pdf.mjs";
import { element } from "../../dom.js";

/** @typedef {typeof import("../../texts/texts.js").text} Say */

const PAGES_AT_ONCE = 10;
/** A page may say that it is as large as a field. */
const MOST_PIXELS = 6_000_000;
const MOST_TEXT_CHARACTERS = 2_000;
const WIDTH = 860;

/** @param {any} page of the library @returns {Promise<string>} its words, for who does not see them */
async function textOf(page) {
  const { items } = await page.getTextContent();
  return items.map((/** @type {any} */ item) => item.str ?? "").join(" ").slice(0, MOST_TEXT_CHARACTERS);
}

/** @param {any} page @param {number} number @param {number} count @param {Say} text */
async function buildPage(page, number, count, text) {
  const plain = page.getViewport({ scale: 1 });
  const wanted = (WIDTH / plain.width) * Math.min(2, Math.max(1, devicePixelRatio));
  const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (plain.width * plain.height)));
  const viewport = page.getViewport({ scale });
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { class: "pdf-page", role: "img" }));
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  await page.render({ canvas, viewport, annotationMode: 0 }).promise;
  canvas.setAttribute("aria-label", text("Page {number} of {count}: {words}", { number, count, words: await textOf(page) }));
  page.cleanup();
  return canvas;
}

/**
 * @param {HTMLElement} box that it fills
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Worker} port the worker that reads it
 * @param {Say} text the page's words: this script has no catalogue of its own
 * @returns {Promise<void>} resolves once the first pages are there; rejected where it cannot be read
 */
export async function showPdf(box, bytes, port, text) {
  const worker = new PDFWorker(/** @type {any} */ ({ port }));
  const how = { isEvalSupported: false, enableXfa: false, useWasm: false, useWorkerFetch: false, verbosity: 0 };
  const document = await getDocument({ data: bytes.slice(), worker, ...how }).promise;
  const count = document.numPages;
  const pages = element("div", { class: "pdf-pages" });
  const rest = element("p", { class: "viewer-note" });
  let shown = 0;

  async function showMore() {
    rest.replaceChildren(text("Reading …"));
    const until = Math.min(count, shown + PAGES_AT_ONCE);
    for (; shown < until; shown++) pages.append(await buildPage(await document.getPage(shown + 1), shown + 1, count, text));
    const left = count - shown;
    const said = count === 1 ? text("1 page") : text("{n} pages", { n: count });
    rest.replaceChildren(left ? element("button", { type: "button", class: "small", onclick: showMore }, text("Show more pages")) : said);
  }

  await showMore();
  box.replaceChildren(pages, rest);
}
