/** How much the files need, how much room the browser gives, and what can be done where that is too little. */
import { element, formatBytes } from "../../dom.js";
import { countText, text } from "../../texts/texts.js";
import { isShown } from "./tree.js";

/** A program may write a thousand files: the browser is asked once they are written. */
const ASK_AFTER_MILLISECONDS = 600;

/** @param {ReadonlyMap<string, Uint8Array>} files @returns {{count: number, size: number}} of those that are listed */
export function sumUp(files) {
  let [count, size] = [0, 0];
  for (const [path, bytes] of files) {
    if (!isShown(path)) continue;
    count++;
    size += bytes.length;
  }
  return { count, size };
}

/** @param {{count: number, size: number}} sum @param {number | null} free bytes; null if nobody knows */
export function describeSum({ count, size }, free) {
  if (!count) return text("none: drop or paste some");
  const files = `${countText("{n} file", "{n} files", count)}, ${formatBytes(size)}`;
  return free === null ? files : `${files} · ${text("{size} free", { size: formatBytes(free) })}`;
}

/** @param {StorageEstimate} estimate of the browser @returns {number | null} bytes that are free */
export const freeOf = ({ quota, usage }) => (quota === undefined || usage === undefined ? null : Math.max(0, quota - usage));

/**
 * Tells of the browser's room, now and after changes.
 * @param {(free: number | null) => void} tell
 * @param {() => Promise<StorageEstimate>} [estimate]
 */
export function watchRoom(tell, estimate = async () => (await navigator.storage?.estimate?.()) ?? {}) {
  let timer = 0;
  const ask = () =>
    void estimate().then(
      (found) => tell(freeOf(found)),
      () => tell(null),
    );
  return {
    changed() {
      clearTimeout(timer);
      timer = window.setTimeout(ask, ASK_AFTER_MILLISECONDS);
    },
  };
}

/**
 * @param {string[]} names of files that the browser has no room for
 * @param {{again: () => void, download: () => void}} acts
 * @returns {HTMLElement[]} what is said of them, and what can be done
 */
export function buildUnkept(names, { again, download }) {
  const words =
    names.length === 1
      ? text("{name} is here only until this tab is closed, since the browser has no more room. Download it; or delete other files, and try again.", { name: names[0] })
      : text("{n} files are here only until this tab is closed, since the browser has no more room. Download them; or delete other files, and try again.", { n: names.length });
  return [
    element("span", {}, words),
    element("button", { type: "button", class: "small", onclick: download }, text("Download")),
    element("button", { type: "button", class: "small", onclick: again }, text("Try again")),
  ];
}
