/**
 * What a tab is called among the tabs. A reload keeps the name; a tab that was duplicated, and with it
 * its storage, gets one of its own: a lock shows whether the name is taken.
 */
import { readText, tab, writeText } from "../stored.js";

const NAME = "lispcore.tab";
/** Something else may hold up all locks; a name of one's own is always right. */
const PATIENCE_MILLISECONDS = 1000;

const makeId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

/** @param {string} id @returns {Promise<boolean>} whether it is ours now, for as long as the page lives */
const claim = (id) =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MILLISECONDS);
    navigator.locks
      .request(`lispcore tab ${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(() => resolve(false));
  });

/**
 * @returns {Promise<{id: string, before: string | null}>} the tab's name, and the one under which what
 *   it had before a reload, or before it was duplicated, is kept
 */
export async function findTabId() {
  const before = readText(tab, NAME);
  const isSound = before !== null && /^[\w-]{1,60}$/.test(before);
  const isFree = isSound && "locks" in navigator && (await claim(before));
  const id = isFree ? before : makeId();
  if (!isFree && "locks" in navigator) void claim(id);
  writeText(tab, NAME, id);
  return { id, before: isSound ? before : null };
}
