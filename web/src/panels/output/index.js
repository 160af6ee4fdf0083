/** The output pane, and what is above it: Copy and Clear. */
import { byId } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { createBlocks } from "./blocks.js";
import { mountMenu } from "./menu.js";
import { Pane } from "./pane.js";
import { Reply } from "./reply.js";
import { createTools } from "./tools.js";

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { dispatch, log } = page;
  const tools = createTools(page);
  const pane = new Pane(byId("output"), log, createBlocks(page, tools), () => new Reply(tools), () => page.get().isBusy);
  log.attach(pane);
  mountMenu(page, tools, pane);
  // A reply that ends a program is whole once that has ended.
  page.subscribe(
    ({ isBusy }) => isBusy,
    () => pane.changed(),
    { now: false },
  );
  byId("clear").addEventListener("click", log.clear);
  byId("copy-output").addEventListener("click", async () => {
    const words = await navigator.clipboard.writeText(log.text()).then(
      () => text("Output copied"),
      () => text("The browser did not allow copying"),
    );
    dispatch({ type: "said", text: words });
  });
}
