/** The files panel: files that the user chose, dropped or pasted, and files that programs wrote. */
import { byId, formatBytes } from "../../dom.js";
import { createImages } from "./images.js";
import { listenForFiles } from "./input.js";
import { createItems } from "./items.js";
import { readCall } from "./preview.js";
import { showViewer } from "./viewer.js";

const MAX_FILE_BYTES = 200 * 1024 * 1024;

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, dispatch, subscribe, writeFile } = page;
  const list = byId("file-list");
  const images = createImages();
  const buildItem = createItems(page, images);
  let isScheduled = false;

  function show() {
    isScheduled = false;
    const { files } = get();
    images.keepOnly(files.values());
    // Names that begin with a dot belong to programs, such as the cache of answers in .sema.
    const listed = [...files].filter(([name]) => !name.startsWith("."));
    const items = listed.sort(([a], [b]) => (a < b ? -1 : 1)).map(buildItem);
    list.replaceChildren(...items);
    list.classList.toggle("empty", items.length === 0);
  }

  /** @param {File} file that the visitor gave */
  async function add(file) {
    if (file.size > MAX_FILE_BYTES) {
      return `${file.name} is too large (${formatBytes(file.size)}): at most ${formatBytes(MAX_FILE_BYTES)}`;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const name = writeFile(file.name, bytes);
    return `${name} (${formatBytes(bytes.length)}) is ready: ${readCall(name)}`;
  }

  listenForFiles(async (chosen) => {
    for (const file of chosen) dispatch({ type: "said", text: await add(file) });
  });
  subscribe(
    ({ files }) => files,
    () => {
      // A program may write a thousand files in one go.
      if (!isScheduled) requestAnimationFrame(show);
      isScheduled = true;
    },
  );
  showViewer(page, images);
}
