/**
 * Shows the tree, and has it used by keyboard: arrows, Home and End go through it, Enter opens, Space looks,
 * F2 renames or moves, Delete deletes. One row can be reached by Tab; its buttons follow.
 */
import { element, valueOf } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { buildRow, imageOf } from "./items.js";
import { folderOf, growTree, isShown, move, pathIn, rowsOf } from "./tree.js";

/** More are listed when the visitor wants to see them. */
const MAX_LISTED = 200;

/**
 * @typedef {import("./items.js").Actions} Actions
 * @typedef {import("./tree.js").Row} Row
 *
 * @typedef {object} Parts
 * @property {HTMLElement} list
 * @property {import("../page.js").Page["get"]} get
 * @property {import("./images.js").Images} images
 * @property {import("./folders.js").Folders} folders
 * @property {Omit<Actions, "open" | "choose" | "rename">} actions
 * @property {(path: string) => void} openFile
 * @property {(path: string, wanted: string, isFolder: boolean) => string} rename returns the path from now on
 */

/** @param {Parts} parts */
export function createTreeView({ list, get, images, folders, actions: given, openFile, rename }) {
  /** The row that can be reached by Tab. */
  let current = "";
  let hasFocus = false;
  let most = MAX_LISTED;
  /** What is being named. @type {{path: string, typed: string, done: (path: string) => void} | null} */
  let naming = null;
  let isShowing = false;
  let dragged = "";
  /** @type {Row[]} */
  let rows = [];
  /** What is seen of them. @type {Map<string, import("./items.js").Item>} */
  let items = new Map();

  /** Moves what Tab comes to, and leaves the rows where they are: a button of one may just be pressed. @param {string} path */
  function reach(path) {
    if (path === current) return;
    items.get(current)?.reach(false);
    items.get(path)?.reach(true);
    current = path;
  }

  /** @type {Actions} */
  const actions = {
    ...given,
    open(path) {
      if (rows.find((row) => row.path === path)?.isFolder) turn(path);
      else openFile(path);
    },
    choose(path) {
      reach(path);
      items.get(path)?.node.focus();
    },
    rename: (path) => name(path),
  };

  /** @param {string} path whose new name can be typed from now on @param {(path: string) => void} [done] */
  function name(path, done = () => {}) {
    naming = { path, typed: path, done };
    current = path;
    folders.openWay(path);
    show();
  }

  /** @param {Row} row @param {string | null} wanted null: it keeps its name */
  function endNaming({ path, isFolder }, wanted) {
    if (isShowing || naming?.path !== path) return;
    const { done } = naming;
    naming = null;
    const next = wanted?.trim() ? rename(path, wanted.trim(), isFolder) : path;
    current = next;
    hasFocus = true;
    show();
    done(next);
  }

  /** @param {Row} row @returns {HTMLElement} the field for its new name */
  function buildField(row) {
    const { path, isFolder } = row;
    const typed = naming?.typed ?? path;
    const field = element("input", {
      type: "text",
      class: "file-field",
      value: typed,
      "aria-label": text("New name of {path}; a name with / moves it into a folder", { path }),
      "data-testid": "file-name",
      autocomplete: "off",
      spellcheck: false,
      oninput(/** @type {Event} */ event) {
        if (naming) naming.typed = valueOf(event);
      },
      onblur: (/** @type {Event} */ event) => endNaming(row, valueOf(event)),
      onkeydown(/** @type {KeyboardEvent} */ event) {
        event.stopPropagation();
        if ((event.key !== "Enter" && event.key !== "Escape") || event.isComposing) return;
        event.preventDefault();
        endNaming(row, event.key === "Enter" ? valueOf(event) : null);
      },
    });
    const end = isFolder ? -1 : path.lastIndexOf(".");
    const start = pathIn(folderOf(path), "").length;
    queueMicrotask(() => {
      field.focus();
      const range = typed === path ? [start, end > start ? end : path.length] : [typed.length, typed.length];
      /** @type {HTMLInputElement} */ (field).setSelectionRange(range[0], range[1]);
    });
    return field;
  }

  /** Opens or closes a folder, at once: the next key may come before the next frame. @param {string} path */
  function turn(path) {
    folders.toggle(path);
    show();
  }

  /** @param {KeyboardEvent} event @param {Row} row */
  function onKey(event, { path, isFolder }) {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const moved = move(event.key, rows.slice(0, most), path);
    if (moved?.go) actions.choose(moved.go);
    else if (moved?.turn) turn(path);
    else if (event.key === "Enter") actions.open(path);
    else if (event.key === " " && !isFolder) actions.look(path);
    else if (event.key === "F2") actions.rename(path);
    else if (event.key === "Delete") remove(path, isFolder);
    else if (!moved) return;
    event.preventDefault();
  }

  /** @param {string} path @param {boolean} isFolder */
  function remove(path, isFolder) {
    const at = rows.findIndex((row) => row.path === path);
    const isInside = (/** @type {Row} */ row) => row.path === path || (isFolder && row.path.startsWith(`${path}/`));
    const left = [...rows.slice(at), ...rows.slice(0, at).reverse()].find((row) => !isInside(row));
    current = left?.path ?? "";
    given.remove(path, isFolder);
  }

  /** @param {string} folder into which what is dragged falls */
  const dropping = (folder) => ({
    ondragover: (/** @type {DragEvent} */ event) => dragged && event.preventDefault(),
    ondrop(/** @type {DragEvent} */ event) {
      if (!dragged) return;
      event.preventDefault();
      event.stopPropagation();
      const row = rows.find(({ path }) => path === dragged);
      dragged = "";
      if (row && folder !== row.path && !folder.startsWith(`${row.path}/`)) rename(row.path, pathIn(folder, row.name), row.isFolder);
    },
  });

  /** @param {Row} row @param {string} reached the row that Tab comes to */
  function buildItem(row, reached) {
    const { files, earlier, unkept, tabs } = get();
    const { path, isFolder } = row;
    const bytes = files.get(path);
    const shown = {
      isCurrent: path === reached,
      isInEditor: !isFolder && tabs.current === path,
      isUnkept: unkept.has(path),
      isChanged: !isFolder && earlier.has(path),
      field: naming?.path === path ? buildField(row) : null,
      image: bytes && imageOf(path, bytes, images),
    };
    return buildRow(row, shown, actions, {
      onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event, row),
      onfocusin() {
        hasFocus = true;
        reach(path);
      },
      onfocusout: () => (hasFocus = false),
      ondragstart(/** @type {DragEvent} */ event) {
        dragged = path;
        event.dataTransfer?.setData("text/plain", path);
      },
      ondragend: () => (dragged = ""),
      ...dropping(isFolder ? path : folderOf(path)),
    });
  }

  function buildMore() {
    const onclick = () => {
      most = Infinity;
      show();
    };
    const label = text("Show {n} more files", { n: rows.length - most });
    return element("li", { role: "none" }, element("button", { type: "button", class: "small", onclick }, label));
  }

  function show() {
    const { files } = get();
    const sizes = [...files].filter(([path]) => isShown(path)).map(([path, bytes]) => /** @type {[string, number]} */ ([path, bytes.length]));
    rows = rowsOf(growTree(sizes, folders.made()), folders.closed());
    const listed = rows.slice(0, most);
    const reached = listed.some(({ path }) => path === current) ? current : (listed[0]?.path ?? "");
    const again = hasFocus && !naming;
    current = reached;
    items = new Map(listed.map((row) => [row.path, buildItem(row, reached)]));
    const nodes = [...items.values()].map(({ node }) => node);
    if (rows.length > most) nodes.push(buildMore());
    isShowing = true; // what goes now may have the focus: it loses that without a meaning
    list.replaceChildren(...nodes);
    isShowing = false;
    list.classList.toggle("empty", nodes.length === 0);
    if (again) items.get(reached)?.node.focus();
  }

  for (const [type, listener] of Object.entries(dropping(""))) {
    list.addEventListener(type.slice(2), /** @type {EventListener} */ (listener));
  }

  return {
    show,
    name,
    /** Puts the focus into the tree. @returns {boolean} whether there is something in it */
    focus() {
      show();
      items.get(current)?.node.focus();
      return items.size > 0;
    },
  };
}
