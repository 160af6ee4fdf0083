/** The ways in for files: the buttons, dropping files and folders on the page, and pasting. */
import { byId, filesOf } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { isShown } from "./tree.js";

/** Of a folder that is dropped so many files are taken: those of programs are no more either. */
export const MOST_OF_FOLDER = 2000;

/** @typedef {import("./adding.js").Given} Given */

/**
 * Collects what lies in folders that were dropped. Names that begin with a dot are left out: they belong to
 * programs, and may be thousands (.git).
 * @param {any[]} entries of the browser's (FileSystemEntry)
 * @param {number} [most]
 * @returns {Promise<{given: Given[], left: number, unread: number}>} `left`: what was left out; `unread`: what could
 *   not be read
 */
export async function readEntries(entries, most = MOST_OF_FOLDER) {
  /** @type {Given[]} */
  const given = [];
  let left = 0;
  let unread = 0;
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    const path = entry.fullPath.replace(/^\//, "");
    if (path.includes("/") && !isShown(entry.name)) left++;
    else if (entry.isFile && given.length >= most) left++;
    else {
      try {
        if (entry.isFile) given.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), path });
        else for (const each of await listFolder(entry.createReader())) waiting.push(each);
      } catch {
        unread++;
      }
    }
  }
  return { given, left, unread };
}

/** A browser gives a hundred at a time. @param {any} reader @returns {Promise<any[]>} */
async function listFolder(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** @param {File[]} files @returns {Given[]} with the folder that they were chosen with */
const named = (files) => files.map((file) => ({ file, path: file.webkitRelativePath || file.name }));

/** @param {{given: Given[], left: number, unread: number}} read @returns {string} what did not come along */
function describeRest({ left, unread }) {
  const parts = [];
  if (left) parts.push(text("{left} files were left out: hidden ones, or more than {most}", { left, most: MOST_OF_FOLDER }));
  if (unread) parts.push(text("{n} could not be read", { n: unread }));
  return parts.join(". ");
}

/** @param {(given: Given[], rest: string) => void} onFiles `rest`: what is said of those that did not come along */
export function listenForFiles(onFiles) {
  for (const [button, input] of [
    ["choose-files", "file-input"],
    ["choose-folder", "folder-input"],
  ]) {
    const field = /** @type {HTMLInputElement} */ (byId(input));
    byId(button).addEventListener("click", () => field.click());
    field.addEventListener("change", (event) => {
      const all = named(filesOf(event));
      const given = all.filter(({ path }) => path.split("/").slice(1).every(isShown)).slice(0, MOST_OF_FOLDER);
      onFiles(given, describeRest({ given, left: all.length - given.length, unread: 0 }));
      field.value = "";
    });
  }
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  for (const type of ["dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      if (type === "drop" || !(/** @type {DragEvent} */ (event).relatedTarget)) {
        document.body.classList.remove("dropping");
      }
    });
  }
  document.addEventListener("drop", (event) => void takeDropped(event, onFiles), true);
  document.addEventListener(
    "paste",
    (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (!pasted.length) return;
      event.preventDefault();
      event.stopPropagation();
      onFiles(named(pasted), "");
    },
    true,
  );
}

/** @param {DragEvent} event @param {(given: Given[], rest: string) => void} onFiles */
async function takeDropped(event, onFiles) {
  const dropped = [...(event.dataTransfer?.files ?? [])];
  if (!dropped.length) return;
  // The editor would paste the file's text.
  event.preventDefault();
  event.stopPropagation();
  document.body.classList.remove("dropping");
  // They can be asked for now only: after the event there is nothing left of it.
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry?.isDirectory)) return onFiles(named(dropped), "");
  const read = await readEntries(entries);
  onFiles(read.given, describeRest(read));
}
