/** “What will be sent”: the request of the model call at the cursor, without making it. */
import { element } from "../../dom.js";
import { pretty } from "./facts.js";
import { createCopying } from "./copying.js";

const NO_FORM = "Put the cursor into a model call, such as (llm/complete \"Hello\"), then press this again.";
const UNBOUND = /Unbound variable|not defined/i;
const RUN_FIRST = "Run the program first, so that what it defines is known here. The names of a function's parameters have no value outside of it.";

/** @param {import("../page.js").Page} page @param {HTMLElement} place where it is shown */
export async function previewCall({ get, editor, trials }, place) {
  const form = editor.formAtCursor();
  place.hidden = false;
  if (!form || get().isBusy) {
    place.replaceChildren(note(form ? "A program is running: wait, or stop it." : NO_FORM));
    return;
  }
  place.replaceChildren(note("Looking …"));
  const { preview, problem } = await trials.preview(form);
  if (!preview) {
    place.replaceChildren(note(UNBOUND.test(problem) ? `${problem} ${RUN_FIRST}` : problem));
    return;
  }
  const { provider, model, method, url, headers, request, notes } = preview;
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  /** @type {[string, string][]} */
  const parts = [
    ["It would go to", url ? `${method} ${url}` : ""],
    ["Headers", lines],
    ["Request", pretty(request)],
    ["Notes", notes.join("\n")],
  ];
  place.replaceChildren(
    element("h3", {}, `${provider}${model ? ` · ${model}` : ""}, not sent`),
    ...parts.filter(([, text]) => text).flatMap(([label, text]) => [element("h4", {}, label), element("pre", { tabindex: "0" }, text)]),
    createCopying(() => preview),
    element("button", { type: "button", class: "small", onclick: () => (place.hidden = true) }, "Close"),
  );
}

/** @param {string} text */
const note = (text) => element("p", { class: "fact", role: "status" }, text);
