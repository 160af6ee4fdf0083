/** Keeps what a reload must not lose, whenever it changes: the program, the settings, the files. */
import { saveSettings } from "../models/settings.js";
import { drafts, fileStore } from "../storage.js";
import { device } from "../stored.js";

/** @param {import("../state.js").Store["subscribe"]} subscribe */
export function keepProgram(subscribe) {
  /** @type {(settings: import("../state.js").Settings) => void} */
  const keepSettings = (settings) => void saveSettings(device, settings);
  const later = { now: false };
  subscribe(({ draft }) => draft.text, drafts.save, later);
  subscribe(({ draft }) => draft.previous, drafts.savePrevious, later);
  subscribe(({ link }) => link.isFromLink, drafts.markFromLink, later);
  subscribe(({ settings }) => settings, keepSettings, later);
}

/**
 * Brings back the files of an earlier visit, and keeps those of this one.
 * @param {import("../state.js").Store["subscribe"]} subscribe
 * @param {import("./files.js").Files} files
 */
export async function keepFiles(subscribe, files) {
  /** @type {ReadonlyMap<string, Uint8Array>} those that lie in the store */
  let kept = new Map();
  const loading = fileStore.load().then((found) => {
    kept = new Map([...found, ...kept]);
    files.restore(found);
  });
  subscribe(
    (state) => state.files,
    (current) => {
      const before = kept;
      kept = current;
      for (const [name, bytes] of current) if (before.get(name) !== bytes) void fileStore.save(name, bytes);
      for (const name of before.keys()) if (!current.has(name)) void fileStore.remove(name);
    },
    { now: false },
  );
  await loading;
}
