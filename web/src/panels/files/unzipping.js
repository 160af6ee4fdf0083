/** Asks before a zip file is unpacked, and says what was done. */
import { byId, element, formatBytes, valueOf } from "../../dom.js";
import { loadPart } from "../../parts.js";
import { bindDialog } from "../dialog.js";
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
  const count = files.length === 1 ? "1 file" : `${files.length.toLocaleString()} files`;
  return left
    ? `It holds ${count}, ${size} unpacked. Hidden files (${left}) are left out. Nothing that is here is written over.`
    : `It holds ${count}, ${size} unpacked. Nothing that is here is written over.`;
}

/**
 * @param {string} archive its name
 * @param {{given: string, name: string}[]} added what the files were to be called, and are called
 * @param {{broken: string[], left: number}} unpacked
 * @returns {string} what is said when it is unpacked
 */
export function describeUnpacked(archive, added, { broken, left }) {
  const parts = [added.length === 1 ? `1 file was unpacked from ${archive}` : `${added.length} files were unpacked from ${archive}`];
  const renamed = added.filter(({ given, name }) => given !== name);
  if (renamed.length === 1) parts.push(`The name ${renamed[0].given} is taken: it is ${renamed[0].name} now`);
  else if (renamed.length) parts.push(`${renamed.length} names are taken, so these files got a number`);
  if (broken.length === 1) parts.push(`${broken[0]} could not be read: it is encrypted or damaged`);
  else if (broken.length) parts.push(`${broken.length} could not be read: they are encrypted or damaged`);
  if (left) parts.push(`Hidden files were left out: ${left}`);
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
  const say = (/** @type {string} */ text) => dispatch({ type: "said", text });

  function fill() {
    if (!asked) return;
    const { name, isNew, contents } = asked;
    byId("unzip-title").replaceChildren(`Unpack ${name}?`);
    byId("unzip-about").textContent = describeContents(contents);
    const paths = contents.files.slice(0, MOST_LISTED).map(({ path }) => element("li", {}, path));
    const rest = contents.files.length - paths.length;
    if (rest > 0) paths.push(element("li", { class: "unzip-rest" }, `and ${rest.toLocaleString()} more`));
    byId("unzip-list").replaceChildren(...paths);
    byId("unzip-keep").textContent = isNew ? "Keep it as one file" : "Leave it packed";
    folderField.value = folder = "";
    begin.disabled = contents.files.length === 0;
    begin.textContent = "Unpack";
  }

  async function unpackIt() {
    if (!asked) return;
    const { name, bytes } = asked;
    begin.disabled = true;
    begin.textContent = "Unpacking …";
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
      say(`${name} was not unpacked. ${error.message}`);
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
    if (asked?.isNew) say(`${files.add(asked.name, asked.bytes)} is here as one file`);
    close();
  });

  return {
    /** @param {string} name @param {Bytes} bytes @param {boolean} isNew it is not among the files yet */
    async ask(name, bytes, isNew) {
      /** @param {string} problem */
      const refuse = (problem) => {
        if (isNew) say(`${files.add(name, bytes)} is here as one file: it cannot be unpacked. ${problem}`);
        else say(`${name} cannot be unpacked. ${problem}`);
      };
      const archive = await loadPart(() => import("./archive.js")).catch(() => null);
      if (!archive) return refuse("What unpacks it did not load: try again with a network.");
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
      if (!archive) return say("What makes zip files did not load: try again with a network.");
      const given = paths.flatMap((path) => {
        const bytes = get().files.get(path);
        return bytes ? [/** @type {[string, Bytes]} */ ([path, bytes])] : [];
      });
      save(name, await archive.pack(given));
      say(given.length === 1 ? `1 file is in ${name}` : `${given.length.toLocaleString()} files are in ${name}`);
    },
  };
}
