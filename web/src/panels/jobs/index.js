/**
 * Long jobs of the program: the table of an evaluation of prompts, and how far a function over rows is.
 * What shows them is loaded with the first one. A job over rows that was under way when the tab was
 * reloaded is offered again: its file of results says where it was.
 */
import * as v from "valibot";
import { byId, element } from "../../dom.js";
import { readStored, removeStored, tab, writeStored } from "../../stored.js";
import { text } from "../../texts/texts.js";

const LEFT = "lispcore.rows-under-way";
const leftSchema = v.object({ out: v.string(), done: v.number(), total: v.nullable(v.number()) });

/** @param {import("valibot").InferOutput<typeof leftSchema>} left */
const describeLeft = ({ out, done, total }) =>
  total === null
    ? text("{out}: {done} rows were done when this page was left.", { out, done })
    : text("{out}: {done} of {total} rows were done when this page was left.", { out, done, total });

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, subscribe } = page;
  const box = byId("jobs");
  const shown = byId("jobs-shown");
  const left = byId("jobs-left");
  /** @type {import("./tables.js").Tables | null} */
  let tables = null;
  let isScheduled = false;

  async function render() {
    const { createTables } = await import("./tables.js");
    isScheduled = false;
    tables ??= createTables(page, shown);
    const under = tables.show(get().jobs).find(({ state }) => state === "running");
    if (!under) {
      removeStored(tab, LEFT);
      return;
    }
    const { out, done, failed, skipped, total } = under;
    writeStored(tab, LEFT, { out, done: done + failed + skipped, total });
  }

  /** Offers to go on with what an earlier visit of this tab has left. */
  function offer() {
    const found = readStored(tab, LEFT, leftSchema, text("What was known of the rows under way"));
    if (!found) return;
    left.replaceChildren(
      element("span", {}, describeLeft(found)),
      element("button", { type: "button", class: "small", "data-testid": "jobs-go-on", onclick: () => page.run() }, text("Go on")),
    );
    left.hidden = box.hidden = false;
  }

  subscribe(
    ({ jobs }) => jobs,
    (jobs) => {
      if (!jobs.length && !tables) return;
      box.hidden = !jobs.length;
      if (isScheduled) return;
      isScheduled = true;
      requestAnimationFrame(() => void render());
    },
  );
  subscribe(
    ({ isBusy }) => isBusy,
    (isBusy) => {
      if (isBusy) left.hidden = true;
    },
  );
  offer();
}
