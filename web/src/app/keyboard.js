/** Keys that work anywhere in the page: Ctrl+Enter, or ⌘+Enter, runs the program. */

/** @param {import("../state.js").Store["get"]} get @param {() => void} run */
export function listenForKeys(get, run) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    // The editor has handled it already, and what is behind a dialog cannot be meant.
    if (event.defaultPrevented || get().dialog) return;
    event.preventDefault();
    run();
  });
}
