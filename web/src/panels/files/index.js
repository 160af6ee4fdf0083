/** The files panel: files that the user chose, dropped or pasted, and files that programs wrote, as a tree. */
import { byId, download, element } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { MAX_FILE_BYTES, addFiles, describeAdded } from "./adding.js";
import { createFolders } from "./folders.js";
import { createImages } from "./images.js";
import { listenForFiles } from "./input.js";
import { buildLost } from "./items.js";
import { mountMenu } from "./menu.js";
import { kindOf, opensInEditor, readCall } from "./preview.js";
import { buildUnkept, describeSum, sumUp, watchRoom } from "./room.js";
import { isShown, lastPart, movesOfFolder, pathIn } from "./tree.js";
import { createTreeView } from "./tree-view.js";
import { createUnzipping } from "./unzipping.js";
import { showViewer } from "./viewer.js";

const NEW_FILE = "notes.txt";

/**
 * @param {import("../page.js").Page} page
 * @param {import("./folders.js").Folders} folders
 * @param {ReturnType<typeof createUnzipping>} unzipping
 */
function createActions({ get, dispatch, editor, files, tabs }, folders, unzipping) {
  const pathsIn = (/** @type {string} */ folder) => [...get().files.keys()].filter((path) => path.startsWith(`${folder}/`));

  /** @param {string} path of a text, which is edited @returns {boolean} whether it is one */
  function edit(path) {
    if (!tabs.open(path)) return false;
    editor.focus();
    return true;
  }

  const look = (/** @type {string} */ path) => dispatch({ type: "dialog-opened", dialog: { file: path } });

  return {
    look,
    edit,
    bringBack: files.bringBack,
    insert: (/** @type {string} */ path) => editor.insert(readCall(path)),

    /** @param {string} path */
    openFile(path) {
      const bytes = get().files.get(path);
      if (bytes && kindOf(path) === "zip") void unzipping.ask(path, bytes, false);
      else if (!bytes || !opensInEditor(path, bytes) || !edit(path)) look(path);
    },

    /** @param {string} path of a file; of a folder a zip file */
    download(path) {
      const bytes = get().files.get(path);
      if (bytes) download(lastPart(path), new Blob([bytes]));
      else void unzipping.saveAs(pathsIn(path), `${lastPart(path)}.zip`, download);
    },

    /** @param {string[]} paths of files that are downloaded together */
    downloadAll(paths) {
      void unzipping.saveAs(paths, "files.zip", download);
    },

    /** @param {string} path @param {boolean} isFolder with all that is in it */
    remove(path, isFolder) {
      for (const each of isFolder ? pathsIn(path) : [path]) files.remove(each);
      if (isFolder) folders.remove(path);
    },

    /** @param {string} path @param {string} wanted @param {boolean} isFolder @returns {string} its path from now on */
    rename(path, wanted, isFolder) {
      if (!isFolder) return tabs.rename(path, wanted);
      const moves = movesOfFolder(path, wanted, pathsIn(path));
      const to = wanted.replace(/\/+$/, "");
      if (!to || to === path || to.startsWith(".")) return path;
      folders.rename(path, to);
      for (const [from, next] of moves) tabs.rename(from, next);
      return to;
    },
  };
}

/** Opens and closes all but the panel's head. @param {import("./folders.js").Folders} folders */
function showFolded(folders) {
  const isFolded = folders.isFolded();
  byId("files-body").hidden = isFolded;
  byId("files-fold").setAttribute("aria-expanded", String(!isFolded));
}

/** @param {import("../page.js").Page} page @param {(names: string[]) => void} save */
function showRoom({ get, subscribe, files }, save) {
  const sum = byId("files-sum");
  const box = byId("files-unkept");
  /** @type {number | null} */
  let free = null;
  const show = () => {
    sum.textContent = describeSum(sumUp(get().files), free);
  };
  const room = watchRoom((found) => {
    free = found;
    show();
  });
  return {
    show() {
      show();
      room.changed();
    },
    listen() {
      subscribe(
        ({ unkept }) => unkept,
        (unkept) => {
          const names = [...unkept].filter((name) => get().files.has(name));
          box.hidden = !names.length;
          const acts = { again: () => files.keepAgain(names), download: () => save(names) };
          box.replaceChildren(...(names.length ? buildUnkept(names, acts) : []));
        },
      );
    },
  };
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, dispatch, subscribe, files } = page;
  const lostList = byId("lost-list");
  const images = createImages();
  let isScheduled = false;
  const folders = createFolders(() => {
    showFolded(folders);
    showSoon();
  });
  const unzipping = createUnzipping(page);
  const actions = createActions(page, folders, unzipping);
  const tree = createTreeView({
    list: byId("file-list"),
    get,
    images,
    folders,
    openFile: actions.openFile,
    rename: actions.rename,
    actions: { ...actions, create },
  });
  const room = showRoom(page, actions.downloadAll);

  /** @param {string} folder in which a file is made, and named */
  function create(folder) {
    folders.fold(false);
    const path = files.add(pathIn(folder, NEW_FILE), new Uint8Array());
    tree.name(path, actions.edit);
  }

  function createFolder() {
    const taken = new Set([...folders.made(), ...[...get().files.keys()].map((path) => path.split("/")[0])]);
    let name = "folder";
    for (let number = 2; taken.has(name); number++) name = `folder-${number}`;
    folders.add(name);
    folders.fold(false);
    tree.name(name);
  }

  function zipAll() {
    const paths = [...get().files.keys()].filter(isShown);
    if (paths.length) actions.downloadAll(paths);
    else dispatch({ type: "said", text: text("There are no files yet.") });
  }

  function show() {
    isScheduled = false;
    const { files: current, earlier } = get();
    images.keepOnly(current.values());
    tree.show();
    const lost = [...earlier.keys()].filter((name) => !current.has(name));
    lostList.replaceChildren(...lost.map((name) => buildLost(name, () => files.bringBack(name))));
    lostList.classList.toggle("empty", lost.length === 0);
    room.show();
  }

  // A program may write a thousand files in one go.
  function showSoon() {
    if (!isScheduled) requestAnimationFrame(show);
    isScheduled = true;
  }

  byId("files-fold").addEventListener("click", () => folders.fold(!folders.isFolded()));
  byId("new-file").addEventListener("click", () => create(""));
  mountMenu([
    element("button", { type: "button", id: "new-folder", "data-testid": "new-folder", onclick: createFolder }, text("New folder")),
    element("button", { type: "button", id: "choose-folder" }, text("Choose a folder …")),
    element("button", { type: "button", id: "zip-files", "data-testid": "zip-files", onclick: zipAll }, text("Download all as a zip file")),
  ]);
  listenForFiles(async (given, rest) => {
    const [zip] = given.filter(({ path, file }) => kindOf(path) === "zip" && file.size <= MAX_FILE_BYTES);
    const outcomes = await addFiles(files, given.filter((each) => each !== zip));
    // Of several zip files the others are here as files: each is unpacked when it is opened.
    if (zip) void zip.file.arrayBuffer().then((content) => unzipping.ask(zip.path, new Uint8Array(content), true));
    const said = [describeAdded(outcomes), rest].filter(Boolean).join(". ");
    if (said) dispatch({ type: "said", text: said });
  });
  showFolded(folders);
  subscribe((state) => [state.files, state.earlier, state.unkept, state.tabs], showSoon);
  room.listen();
  subscribe(
    ({ filesWanted }) => filesWanted,
    () => {
      folders.fold(false);
      byId("files-fold").scrollIntoView({ block: "nearest" });
      if (!tree.focus()) byId("choose-files").focus();
    },
    { now: false },
  );
  showViewer(page, images, actions);
}
