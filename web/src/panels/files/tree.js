/**
 * The files as a tree. A folder is there because a file's path names it, or because the visitor has made it and
 * nothing lies in it yet. What is seen of the tree are its rows: of a folder that is closed only its own.
 */

/**
 * @typedef {object} Row a line of the tree
 * @property {string} path
 * @property {string} name the last part of the path
 * @property {number} level from 1
 * @property {boolean} isFolder
 * @property {boolean} isOpen a folder whose contents are shown
 * @property {number} size in bytes; of a folder that of all in it
 * @property {number} count of the files in a folder
 * @property {number} place among those of the same folder, from 1
 * @property {number} beside how many there are in that folder
 *
 * @typedef {object} Folder
 * @property {string} path
 * @property {string} name
 * @property {Map<string, Folder>} folders
 * @property {{path: string, name: string, size: number}[]} files
 * @property {number} size
 * @property {number} count
 */

/** As people order names: "part 9" before "part 10". */
const collator = new Intl.Collator(undefined, { numeric: true });

/** @template {{name: string}} T @param {Iterable<T>} items @returns {T[]} */
const byName = (items) => [...items].sort((a, b) => collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));

/** @param {string} path @returns {string} the folder that it is in, "" for the outermost */
export const folderOf = (path) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** @param {string} path @returns {string} its last part */
export const lastPart = (path) => path.slice(path.lastIndexOf("/") + 1);

/** Names that begin with a dot belong to programs, such as the cache of answers in .sema. @param {string} path */
export const isShown = (path) => !path.startsWith(".");

/** @param {string} path @param {string} name @returns {Folder} */
const newFolder = (path, name) => ({ path, name, folders: new Map(), files: [], size: 0, count: 0 });

/** @param {Folder} root @param {string} path @returns {Folder[]} the folders on the way to it, the outermost first */
function openWay(root, path) {
  const way = [root];
  for (const name of path ? path.split("/") : []) {
    const last = way[way.length - 1];
    const found = last.folders.get(name) ?? newFolder(last.path ? `${last.path}/${name}` : name, name);
    last.folders.set(name, found);
    way.push(found);
  }
  return way;
}

/**
 * @param {Iterable<[string, number]>} files their paths and sizes
 * @param {Iterable<string>} made folders in which nothing need lie
 * @returns {Folder} the outermost one
 */
export function growTree(files, made) {
  const root = newFolder("", "");
  for (const path of made) openWay(root, path);
  for (const [path, size] of files) {
    const way = openWay(root, folderOf(path));
    way[way.length - 1].files.push({ path, name: lastPart(path), size });
    for (const folder of way) {
      folder.size += size;
      folder.count++;
    }
  }
  return root;
}

/**
 * @param {Folder} folder
 * @param {ReadonlySet<string>} closed the folders whose contents are not shown
 * @param {number} [level]
 * @returns {Row[]} what is seen of it: folders first
 */
export function rowsOf(folder, closed, level = 1) {
  const folders = byName(folder.folders.values());
  const files = byName(folder.files);
  const beside = folders.length + files.length;
  /** @type {Row[]} */
  const rows = [];
  folders.forEach((each, at) => {
    const isOpen = !closed.has(each.path);
    const { path, name, size, count } = each;
    rows.push({ path, name, level, isFolder: true, isOpen, size, count, place: at + 1, beside });
    // One by one: there may be more than a call takes arguments.
    for (const row of isOpen ? rowsOf(each, closed, level + 1) : []) rows.push(row);
  });
  files.forEach(({ path, name, size }, at) => {
    rows.push({ path, name, level, isFolder: false, isOpen: false, size, count: 1, place: folders.length + at + 1, beside });
  });
  return rows;
}

/**
 * What an arrow, Home or End does in a tree.
 * @param {string} key
 * @param {Row[]} rows
 * @param {string} current the path of the row that has the focus
 * @returns {{go?: string, turn?: string} | null} where the focus goes, or which folder opens or closes
 */
export function move(key, rows, current) {
  const at = rows.findIndex(({ path }) => path === current);
  if (at < 0) return null;
  const { isFolder, isOpen, count } = rows[at];
  const to = (/** @type {number} */ index) => (rows[index] ? { go: rows[index].path } : {});
  switch (key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at - 1);
    case "Home":
      return to(0);
    case "End":
      return to(rows.length - 1);
    case "ArrowRight":
      if (!isFolder) return {};
      return isOpen ? (count ? to(at + 1) : {}) : { turn: current };
    case "ArrowLeft":
      if (isFolder && isOpen) return { turn: current };
      return to(rows.findIndex(({ path }) => path === folderOf(current)));
    default:
      return null;
  }
}

/**
 * @param {string} folder that is called otherwise, or moved
 * @param {string} wanted its path from now on
 * @param {Iterable<string>} paths of all files
 * @returns {[string, string][]} the paths that its files have, and those that they get
 */
export function movesOfFolder(folder, wanted, paths) {
  const to = wanted.trim().replace(/\/+$/, "");
  if (!to || to === folder) return [];
  return [...paths].filter((path) => path.startsWith(`${folder}/`)).map((path) => [path, to + path.slice(folder.length)]);
}

/** @param {string} path that is given @param {string} folder in which it was typed @returns {string} */
export const pathIn = (folder, path) => (folder ? `${folder}/${path}` : path);
