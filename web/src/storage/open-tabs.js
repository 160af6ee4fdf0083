/** Which files are open in the editor: in this tab's storage for a reload, in the device's for the next tab. */
import * as v from "valibot";
import { device, readStored, tab, writeStored } from "../stored.js";

const TABS = "lispcore.tabs";
const MAX_OPEN = 100;

const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const Kept = v.object({
  names: v.pipe(v.array(Name), v.maxLength(MAX_OPEN)),
  current: v.pipe(v.string(), v.maxLength(1000)),
  /** What a program that came with a link calls files, and what the page calls them. */
  seen: v.pipe(v.array(v.tuple([Name, Name])), v.maxLength(MAX_OPEN)),
});

/** @typedef {v.InferOutput<typeof Kept>} KeptTabs */

export const openTabs = {
  /** @returns {KeptTabs} those of this tab, else the visitor's last ones */
  load: () =>
    readStored(tab, TABS, Kept, "The list of open files") ??
    readStored(device, TABS, Kept, "The list of open files") ?? { names: [], current: "", seen: [] },

  /** @param {KeptTabs} kept @param {boolean} isOwn the program is the visitor's own */
  save(kept, isOwn) {
    const short = { ...kept, names: kept.names.slice(0, MAX_OPEN), seen: kept.seen.slice(0, MAX_OPEN) };
    writeStored(tab, TABS, short);
    if (isOwn) writeStored(device, TABS, { ...short, seen: [] });
  },
};

/** @typedef {typeof openTabs} OpenTabs */
