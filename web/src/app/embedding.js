/**
 * The page as a snippet of another one (`?embed`): what both say to each other (docs/protocol.md). The page
 * around speaks first and brings a port; nothing goes anywhere but through that port. It may run the program
 * that is there and choose colours, as its visitor may, and hears how runs ended; there is nothing else to be had.
 */

const GREETING = "hello";
/** @type {unknown[]} */
const THEMES = ["system", "light", "dark", "contrast"];

/** @typedef {import("../engine/protocol.js").Result} Result */

/** @param {MessageEvent} event @returns {MessagePort | null} the port of a greeting from the page around */
function portOf({ source, data, ports }) {
  const isGreeting = source === window.parent && data?.lispcore === 1 && data.type === GREETING;
  return isGreeting && ports.length === 1 ? ports[0] : null;
}

/** @param {Result} result @returns {object} what the page around hears of it */
function tellingOf({ value, output, error }) {
  if (!error) return { value, output, error };
  const { type, message, line, column, hint } = error;
  return { value, output, error: { type, message, line, column, hint } };
}

/**
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} state
 * @param {(code: string) => Promise<Result>} run
 * @returns {(code: string) => Promise<Result>} it, telling the page around if there is one
 */
export function createEmbedding({ get, dispatch }, run) {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("embed")) return run;
  /** @type {MessagePort | null} */
  let port = null;

  /** @param {string} code */
  async function runAndTell(code) {
    const result = await run(code);
    port?.postMessage({ type: "result", result: tellingOf(result) });
    return result;
  }

  /** @param {MessageEvent} event */
  function obey({ data }) {
    if (data?.type === "run") void runAndTell(get().draft.text);
    if (data?.type === "theme" && THEMES.includes(data.theme)) dispatch({ type: "theme-chosen", theme: data.theme });
  }

  /** Has the page around make room for all that is shown. */
  function tellHeight() {
    document.documentElement.classList.add("grows");
    const sizes = new ResizeObserver(([{ borderBoxSize }]) => {
      port?.postMessage({ type: "height", height: Math.ceil(borderBoxSize[0].blockSize) });
    });
    sizes.observe(document.body);
  }

  window.addEventListener("message", (event) => {
    const found = port ? null : portOf(event);
    if (!found) return;
    port = found;
    port.onmessage = obey;
    port.postMessage({ type: "ready" });
    if (asked.get("height") === "auto") tellHeight();
  });
  return runAndTell;
}
