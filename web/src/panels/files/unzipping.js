/** Asks before a zip file is unpacked, and says what was done. */
import { byId, element, formatBytes, valueOf } from "../../dom.js";
import { loadPart } from "../../parts.js";
import { bindDialog } from "../dialog.js";
import { countText, spoken, text } from "../../texts/texts.js";
import { pathIn } from "./tree.js";

const MOST_LISTED = 8;

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{name: string, bytes: Bytes, isNew: boolean, contents: import("./archive.js").Contents}} Asked `isNew`: it
 *   is not among the files yet
 */

/** @param {import("./archive.js").Contents} contents @returns {string} */
function describeContents({ files, left }) {
  const size = formatBytes(files.reduce((sum, each) => sum + each.size, 0));
  const given = { files: countText("{n} file", "{n} files", files.length), size, left };
  return left
    ? text("It holds {files}, {size} unpacked. Hidden files ({left}) are left out. Nothing that is here is written over.", given)
    : text("It holds {files}, {size} unpacked. Nothing that is here is written over.", given);
}

/**
 * @param {string} archive its name
 * @param {{given: string, name: string}[]} added what the files were to be called, and are called
 * @param {{broken: string[], left: number}} unpacked
 * @returns {string} what is said when it is unpacked
 */
export function describeUnpacked(archive, added, { broken, left }) {
  const n = added.length;
  const parts = [n === 1 ? text("1 file was unpacked from {archive}", { archive }) : text("{n} files were unpacked from {archive}", { n, archive })];
  const renamed = added.filter(({ given, name }) => given !== name);
  if (renamed.length === 1) parts.push(text("The name {given} is taken: it is {name} now", renamed[0]));
  else if (renamed.length) parts.push(text("{n} names are taken, so these files got a number", { n: renamed.length }));
  if (broken.length === 1) parts.push(text("{name} could not be read: it is encrypted or damaged", { name: broken[0] }));
  else if (broken.length) parts.push(text("{n} could not be read: they are encrypted or damaged", { n: broken.length }));
  if (left) parts.push(text("Hidden files were left out: {left}", { left }));
  return parts.join(". ");
}

/** @param {Pick<import("../page.js").Page, "get" | "dispatch" | "subscribe" | "files">} page */
export function createUnzipping(page) {
  const { get, dispatch, files } = page;
  const folderField = /** @type {HTMLInputElement} */ (byId("unzip-folder"));
  const begin = /** @type {HTMLButtonElement} */ (byId("unzip-begin"));
  /** @type {Asked | null} */
  let asked = null;
  let folder = "";

  const close = () => dispatch({ type: "dialog-closed", dialog: "unzip" });
  const say = (/** @type {string} */ words) => dispatch({ type: "said", text: words });

  function fill() {
    if (!asked) return;
    const { name, isNew, contents } = asked;
    byId("unzip-title").replaceChildren(text("Unpack {name}?", { name }));
    byId("unzip-about").textContent = describeContents(contents);
    const paths = contents.files.slice(0, MOST_LISTED).map(({ path }) => element("li", {}, path));
    const rest = contents.files.length - paths.length;
    if (rest > 0) paths.push(element("li", { class: "unzip-rest" }, text("and {n} more", { n: rest.toLocaleString(spoken()) })));
    byId("unzip-list").replaceChildren(...paths);
    byId("unzip-keep").textContent = isNew ? text("Keep it as one file") : text("Leave it packed");
    folderField.value = folder = "";
    begin.disabled = contents.files.length === 0;
    begin.textContent = text("Unpack");
  }

  async function unpackIt() {
    if (!asked) return;
    const { name, bytes } = asked;
    begin.disabled = true;
    begin.textContent = text("Unpacking …");
    const { ArchiveError, unpack } = await loadPart(() => import("./archive.js"));
    try {
      const unpacked = await unpack(bytes);
      const into = folder.trim().replace(/\/+$/, "");
      const added = unpacked.files.map(([path, content]) => {
        const given = pathIn(into, path);
        return { given, name: files.add(given, content) };
      });
      say(describeUnpacked(name, added, unpacked));
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      say(text("{name} was not unpacked. {problem}", { name, problem: error.message }));
    } finally {
      close();
    }
  }

  bindDialog(page, "unzip", { box: /** @type {HTMLDialogElement} */ (byId("unzip-dialog")), beforeOpen: fill });
  folderField.addEventListener("input", (event) => {
    folder = valueOf(event);
  });
  byId("unzip-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void unpackIt();
  });
  byId("unzip-keep").addEventListener("click", () => {
    if (asked?.isNew) say(text("{name} is here as one file", { name: files.add(asked.name, asked.bytes) }));
    close();
  });

  return {
    /** @param {string} name @param {Bytes} bytes @param {boolean} isNew it is not among the files yet */
    async ask(name, bytes, isNew) {
      /** @param {string} problem */
      const refuse = (problem) => {
        if (isNew) say(text("{name} is here as one file: it cannot be unpacked. {problem}", { name: files.add(name, bytes), problem }));
        else say(text("{name} cannot be unpacked. {problem}", { name, problem }));
      };
      const archive = await loadPart(() => import("./archive.js")).catch(() => null);
      if (!archive) return refuse(text("What unpacks it did not load: try again with a network."));
      try {
        asked = { name, bytes, isNew, contents: archive.listArchive(bytes) };
      } catch (error) {
        if (!(error instanceof archive.ArchiveError)) throw error;
        return refuse(error.message);
      }
      dispatch({ type: "dialog-opened", dialog: "unzip" });
    },

    /** @param {string[]} paths of files that are saved as one zip file @param {string} name of that @param {(name: string, content: Blob) => void} save */
    async saveAs(paths, name, save) {
      const archive = await loadPart(() => import("./archive.js")).catch(() => null);
      if (!archive) return say(text("What makes zip files did not load: try again with a network."));
      const given = paths.flatMap((path) => {
        const bytes = get().files.get(path);
        return bytes ? [/** @type {[string, Bytes]} */ ([path, bytes])] : [];
      });
      save(name, await archive.pack(given));
      const n = given.length;
      say(n === 1 ? text("1 file is in {name}", { name }) : text("{n} files are in {name}", { n: n.toLocaleString(spoken()), name }));
    },
  };
}
