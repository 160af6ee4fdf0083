/** How the visitor has left the tree of files, for the next visit: what is closed, and folders without files. */
import * as v from "valibot";
import { device, readStored, writeStored } from "../stored.js";

const NAME = "lispcore.file-tree";
const MAX_FOLDERS = 500;

const Folders = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))), v.maxLength(MAX_FOLDERS));
const Kept = v.object({ isFolded: v.boolean(), closed: Folders, made: Folders });

/** @typedef {v.InferOutput<typeof Kept>} KeptTree `isFolded`: nothing but its head is shown of the panel */

/** @param {Storage} [storage] */
export const createTreeStore = (storage = device) => ({
  /** @returns {KeptTree} */
  load: () => readStored(storage, NAME, Kept, "How the files are laid out") ?? { isFolded: false, closed: [], made: [] },
  /** @param {KeptTree} kept */
  save({ isFolded, closed, made }) {
    writeStored(storage, NAME, { isFolded, closed: closed.slice(-MAX_FOLDERS), made: made.slice(-MAX_FOLDERS) });
  },
});
