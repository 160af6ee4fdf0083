/**
 * The step debugger: breakpoints beside the lines, and what is to be done when the program stops. All but
 * the line that opens it is loaded when the page is at rest, or when it is opened.
 */
import { byId, isOn } from "../../dom.js";
import { loadPart } from "../../parts.js";
import { text } from "../../texts/texts.js";

/** After the start, when nothing else is urgent. */
const REST_MILLISECONDS = 3000;

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const panel = /** @type {HTMLDetailsElement} */ (byId("debugger"));
  const body = byId("debugger-body");
  const note = byId("debugger-state");
  let hasGutter = false;
  let hasControls = false;

  async function loadGutter() {
    if (hasGutter) return;
    hasGutter = true;
    try {
      const { mountGutter } = await loadPart(() => import("./gutter.js"));
      mountGutter(page);
    } catch {
      hasGutter = false; // nobody asked for it yet; it is tried again when somebody does, or can
      addEventListener("online", () => void loadGutter(), { once: true });
    }
  }

  panel.addEventListener("toggle", async (event) => {
    if (!isOn(event) || hasControls) return;
    void loadGutter();
    const { mountControls } = await loadPart(() => import("./controls.js"));
    if (!hasControls) mountControls(page, body);
    hasControls = true;
  });
  page.subscribe(
    ({ start }) => start.done === null,
    (isStarted) => {
      if (isStarted) setTimeout(() => void loadGutter(), REST_MILLISECONDS);
    },
  );
  page.subscribe(
    ({ debugging }) => debugging,
    ({ pause, isOn: isDebugging }) => {
      note.textContent = pause ? text("stopped at line {line}", { line: pause.line }) : isDebugging ? text("running") : "";
      if (pause) panel.open = true;
    },
  );
}
