/** The files panel: files that the user chose, dropped or pasted, and files that programs wrote. */
import { byId, element, formatBytes } from "../../dom.js";
import { createImages } from "./images.js";
import { listenForFiles } from "./input.js";
import { buildLost, createItems } from "./items.js";
import { readCall } from "./preview.js";
import { showViewer } from "./viewer.js";

const MAX_FILE_BYTES = 200 * 1024 * 1024;
/** More are listed when the visitor wants to see them. */
const MAX_LISTED = 200;
const READ_AT_ONCE = 64;

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{name: string, given: string, size: number}} Added `given`: the name that the file had
 * @typedef {{problem: string}} Refused
 */

/** @param {(Added | Refused)[]} outcomes @returns {string} what is said of them */
function describe(outcomes) {
  const added = outcomes.filter((each) => "name" in each);
  const problems = outcomes.filter((each) => "problem" in each).map(({ problem }) => problem);
  const renamed = added.filter(({ name, given }) => name !== given);
  const parts = problems.slice(0, 3);
  if (problems.length > 3) parts.push(`${problems.length - 3} more could not be added`);
  if (added.length === 1) parts.unshift(describeOne(added[0]));
  else if (added.length) {
    const names = renamed.slice(0, 5).map(({ name, given }) => `${given} is now ${name}`);
    const more = renamed.length > 5 ? ` and ${renamed.length - 5} more` : "";
    const said = names.length ? `, renamed since their names were taken: ${names.join(", ")}${more}` : "";
    parts.unshift(`${added.length} files are ready${said}`);
  }
  return parts.join(". ");
}

/** @param {Added} file */
function describeOne({ name, given, size }) {
  const isRenamed = name !== given;
  const ready = `${name} (${formatBytes(size)}) is ready: ${readCall(name)}`;
  return isRenamed ? `The name ${given} is taken or cannot be used. ${ready}` : ready;
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, dispatch, subscribe, files } = page;
  const list = byId("file-list");
  const images = createImages();
  const buildItem = createItems(page, images);
  let isScheduled = false;
  let most = MAX_LISTED;

  /** @param {number} count of files that are not listed */
  function buildMore(count) {
    const onclick = () => {
      most = Infinity;
      show();
    };
    return element("li", {}, element("button", { type: "button", class: "small", onclick }, `Show ${count} more files`));
  }

  function show() {
    isScheduled = false;
    const { files: current, earlier } = get();
    images.keepOnly(current.values());
    // Names that begin with a dot belong to programs, such as the cache of answers in .sema.
    const listed = [...current].filter(([name]) => !name.startsWith(".")).sort(([a], [b]) => (a < b ? -1 : 1));
    const lost = [...earlier.keys()].filter((name) => !current.has(name));
    const items = [...listed.slice(0, most).map(buildItem), ...lost.map((name) => buildLost(page, name))];
    if (listed.length > most) items.push(buildMore(listed.length - most));
    list.replaceChildren(...items);
    list.classList.toggle("empty", items.length === 0);
  }

  /** @param {File} file that the visitor gave @returns {Promise<{file: File, bytes: Bytes} | Refused>} */
  async function read(file) {
    if (file.size > MAX_FILE_BYTES) {
      const sizes = `(${formatBytes(file.size)}): at most ${formatBytes(MAX_FILE_BYTES)}`;
      return { problem: `${file.name} is too large ${sizes}` };
    }
    try {
      return { file, bytes: new Uint8Array(await file.arrayBuffer()) };
    } catch {
      return { problem: `${file.name} could not be read: it is a folder, or it has gone meanwhile` };
    }
  }

  listenForFiles(async (chosen) => {
    /** @type {(Added | Refused)[]} */
    const outcomes = [];
    for (let at = 0; at < chosen.length; at += READ_AT_ONCE) {
      for (const each of await Promise.all(chosen.slice(at, at + READ_AT_ONCE).map(read))) {
        if ("problem" in each) outcomes.push(each);
        else outcomes.push({ name: files.add(each.file.name, each.bytes), given: each.file.name, size: each.bytes.length });
      }
    }
    if (outcomes.length) dispatch({ type: "said", text: describe(outcomes) });
  });
  subscribe(
    (state) => [state.files, state.earlier, state.unkept],
    () => {
      // A program may write a thousand files in one go.
      if (!isScheduled) requestAnimationFrame(show);
      isScheduled = true;
    },
  );
  showViewer(page, images);
}
