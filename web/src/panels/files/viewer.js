/** Shows a file above the page, until it is closed: an image, a recording, a table, Markdown, or its text. */
import { element, formatBytes } from "../../dom.js";
import { highlightLisp } from "../../editor/highlighting.js";
import { makeLink } from "../../sharing/link.js";
import { loadPart } from "../../parts.js";
import { textOfFile } from "../../storage/file-text.js";
import { countText, text } from "../../texts/texts.js";
import { button } from "./items.js";
import { audioType, kindOf, previewText } from "./preview.js";

/** Longer Markdown is shown as it is written. */
const MAX_MARKDOWN_CHARACTERS = 300_000;

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{edit: (path: string) => boolean, download: (path: string) => void}} Acts
 */

/** @param {string} words */
const buildNote = (words) => element("p", { class: "viewer-note" }, words);
/** @param {Bytes} bytes */
const buildText = (bytes) => element("pre", { class: "full", tabIndex: 0 }, previewText(bytes));

/** What shows a model's words needs of the page. @param {import("../page.js").Page} page @param {() => void} close */
const createTools = ({ dispatch, programs }, close) => ({
  grown() {},
  highlightLisp,
  linkTo: (/** @type {string} */ code) => makeLink({ code }),
  text,
  countText,
  putIntoEditor(/** @type {string} */ code) {
    close();
    programs.takeFromModel(code);
  },
  async copy(/** @type {string} */ copied, /** @type {string} */ told) {
    const said = await navigator.clipboard.writeText(copied).then(
      () => told,
      () => text("The browser did not allow copying"),
    );
    dispatch({ type: "said", text: said });
  },
});

/** @param {string} name @param {Bytes} bytes @param {import("./images.js").Images} images */
function buildImage(name, bytes, images) {
  const damaged = buildNote(text("This image cannot be read: it is damaged, or of a kind that this browser does not know."));
  damaged.hidden = true;
  const image = element("img", {
    class: "full",
    alt: name,
    src: images.addressOf(name, bytes),
    onerror() {
      image.hidden = true;
      damaged.hidden = false;
    },
  });
  return element("div", {}, image, damaged);
}

/** @param {string} name @param {Bytes} bytes @param {(() => void)[]} ending what is let go of when it is closed */
function buildAudio(name, bytes, ending) {
  const src = URL.createObjectURL(new Blob([bytes], { type: audioType(name) }));
  ending.push(() => URL.revokeObjectURL(src));
  const damaged = buildNote(text("This recording cannot be played: it is damaged, or of a kind that this browser does not know."));
  damaged.hidden = true;
  const onerror = () => {
    damaged.hidden = false;
  };
  return element("div", {}, element("audio", { class: "viewer-audio", src, controls: true, "aria-label": name, onerror }), damaged);
}

/**
 * What takes a script that is loaded first. The text stands there until then, and where it cannot be had.
 * @param {string} name @param {Bytes} bytes @param {import("../page.js").Page} page @param {() => void} close
 * @returns {HTMLElement}
 */
function buildLater(name, bytes, page, close) {
  const kind = kindOf(name);
  const box = element("div", { class: `viewer-${kind}` }, buildText(bytes));
  async function fill() {
    const views = await page.loadViews();
    if (kind === "table") {
      const { readTable } = await loadPart(() => import("./table-file.js"));
      const table = readTable(name, bytes);
      if (table.columns.length) box.replaceChildren(views.buildView({ view: "table", ...table }, createTools(page, close)));
      return;
    }
    const source = textOfFile(bytes);
    if (source === null || source.length > MAX_MARKDOWN_CHARACTERS) return;
    const writer = views.createMarkdown(box, createTools(page, close));
    writer.append(source);
    writer.end();
  }
  fill().catch((error) => console.warn("shown as text:", error));
  return box;
}

/** @param {Bytes} bytes @param {import("../page.js").Page} page @param {(() => void)[]} ending */
function buildPdf(bytes, page, ending) {
  const box = element("div", { class: "viewer-pdf" }, buildNote(text("Reading …")));
  /** @type {Worker | null} */
  let worker = null;
  let isOver = false;
  ending.push(() => {
    isOver = true;
    worker?.terminate();
  });
  async function fill() {
    const { showPdf } = await page.loadPdf();
    if (isOver) return;
    worker = page.startPdfWorker();
    await showPdf(box, bytes, worker, text);
  }
  fill().catch((error) => {
    if (isOver) return;
    console.warn("no PDF:", error);
    box.replaceChildren(buildNote(text("This PDF file cannot be shown: it is damaged, protected by a password, or what shows it did not load.")));
  });
  return box;
}

/**
 * @param {string} name @param {Bytes} bytes
 * @param {import("../page.js").Page} page
 * @param {import("./images.js").Images} images
 * @param {(() => void)[]} ending
 * @param {() => void} close
 */
function buildContent(name, bytes, page, images, ending, close) {
  switch (kindOf(name)) {
    case "image":
      return buildImage(name, bytes, images);
    case "audio":
      return buildAudio(name, bytes, ending);
    case "pdf":
      return buildPdf(bytes, page, ending);
    case "table":
    case "markdown":
      return buildLater(name, bytes, page, close);
    default:
      return bytes.length ? buildText(bytes) : buildNote(text("This file is empty."));
  }
}

/**
 * @param {string} name @param {Bytes} bytes
 * @param {import("../page.js").Page} page
 * @param {import("./images.js").Images} images
 * @param {Acts} acts
 * @param {() => void} onClose
 */
function buildViewer(name, bytes, page, images, acts, onClose) {
  /** @type {(() => void)[]} */
  const ending = [];
  const content = buildContent(name, bytes, page, images, ending, onClose);
  function edit() {
    onClose();
    acts.edit(name);
  }
  const head = element(
    "div",
    { class: "dialog-head" },
    element("h2", {}, name),
    element("span", { class: "viewer-size" }, formatBytes(bytes.length)),
    kindOf(name) !== "pdf" && textOfFile(bytes) !== null && button(text("Edit"), text("Edit {name} in a tab", { name }), edit),
    button("↓", text("Download {path}", { path: name }), () => acts.download(name)),
    button("✕", text("Close"), onClose),
  );
  const viewer = element("dialog", { class: "viewer", "aria-label": name }, head, content);
  viewer.tabIndex = -1;
  viewer.addEventListener("close", () => {
    for (const end of ending) end();
    viewer.remove();
    onClose();
  });
  return /** @type {HTMLDialogElement} */ (viewer);
}

/** @param {import("../page.js").Page} page @param {import("./images.js").Images} images @param {Acts} acts */
export function showViewer(page, images, acts) {
  const { get, dispatch, subscribe } = page;
  /** @type {HTMLDialogElement | undefined} */
  let viewer;
  subscribe(
    ({ dialog }) => (typeof dialog === "object" ? dialog : null),
    (dialog) => {
      viewer?.close();
      viewer = undefined;
      if (!dialog) return;
      const close = () => dispatch({ type: "dialog-closed", dialog });
      const bytes = get().files.get(dialog.file);
      if (!bytes) {
        close(); // the program has deleted it meanwhile
        return;
      }
      viewer = buildViewer(dialog.file, bytes, page, images, acts, close);
      document.body.append(viewer);
      viewer.showModal();
      viewer.focus();
    },
  );
}
