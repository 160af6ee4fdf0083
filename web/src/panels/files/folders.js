/** What the visitor has closed of the tree, and folders that were made before anything lies in them: remembered. */
import { createTreeStore } from "../../storage/file-tree.js";
import { folderOf } from "./tree.js";

/** @param {() => void} onChange @param {ReturnType<typeof createTreeStore>} [store] */
export function createFolders(onChange, store = createTreeStore()) {
  const kept = store.load();
  let { isFolded } = kept;
  const closed = new Set(kept.closed);
  const made = new Set(kept.made);

  function changed() {
    store.save({ isFolded, closed: [...closed], made: [...made] });
    onChange();
  }

  return {
    isFolded: () => isFolded,
    closed: () => closed,
    made: () => made,

    /** @param {boolean} isNow whether only the head of the panel is shown */
    fold(isNow) {
      isFolded = isNow;
      changed();
    },

    /** @param {string} path of a folder that opens or closes */
    toggle(path) {
      if (!closed.delete(path)) closed.add(path);
      changed();
    },

    /** Opens all folders that something is in. @param {string} path */
    openWay(path) {
      let isChanged = false;
      for (let folder = folderOf(path); folder; folder = folderOf(folder)) isChanged = closed.delete(folder) || isChanged;
      if (isChanged) changed();
    },

    /** @param {string} path of a folder in which nothing lies yet */
    add(path) {
      made.add(path);
      changed();
    },

    /** @param {string} path of a folder that is deleted, with all that was made in it */
    remove(path) {
      for (const each of made) if (each === path || each.startsWith(`${path}/`)) made.delete(each);
      changed();
    },

    /** @param {string} path of a folder that is called otherwise from now on @param {string} next */
    rename(path, next) {
      for (const all of [made, closed]) {
        for (const each of [...all]) {
          if (each !== path && !each.startsWith(`${path}/`)) continue;
          all.delete(each);
          all.add(next + each.slice(path.length));
        }
      }
      changed();
    },
  };
}

/** @typedef {ReturnType<typeof createFolders>} Folders */
