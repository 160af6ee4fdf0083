/** The output pane, and what is above it: Copy and Clear. */
import { byId } from "../../dom.js";
import { createBlocks } from "./blocks.js";
import { Pane } from "./pane.js";

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { dispatch, log } = page;
  log.attach(new Pane(byId("output"), log, createBlocks(page)));
  byId("clear").addEventListener("click", log.clear);
  byId("copy-output").addEventListener("click", async () => {
    const text = await navigator.clipboard.writeText(log.text()).then(
      () => "Output copied",
      () => "The browser did not allow copying",
    );
    dispatch({ type: "said", text });
  });
}
