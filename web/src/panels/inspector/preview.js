/** “What will be sent”: the request of the model call at the cursor, without making it. */
import { element } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { pretty } from "./facts.js";
import { createCopying } from "./copying.js";

const CALL = '(llm/complete "Hello")';
const UNBOUND = /Unbound variable|not defined/i;

/** @param {import("../page.js").Page} page @param {HTMLElement} place where it is shown */
export async function previewCall({ get, editor, trials }, place) {
  const form = editor.formAtCursor();
  place.hidden = false;
  if (!form || get().isBusy) {
    place.replaceChildren(note(form ? text("A program is running: wait, or stop it.") : text("Put the cursor into a model call, such as {call}, then press this again.", { call: CALL })));
    return;
  }
  place.replaceChildren(note(text("Looking …")));
  const { preview, problem } = await trials.preview(form);
  if (!preview) {
    place.replaceChildren(note(UNBOUND.test(problem) ? `${problem} ${text("Run the program first, so that what it defines is known here. The names of a function's parameters have no value outside of it.")}` : problem));
    return;
  }
  const { provider, model, method, url, headers, request, notes } = preview;
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  /** @type {[string, string][]} */
  const parts = [
    [text("It would go to"), url ? `${method} ${url}` : ""],
    [text("Headers"), lines],
    [text("Request"), pretty(request)],
    [text("Notes"), notes.join("\n")],
  ];
  place.replaceChildren(
    element("h3", {}, text("{model}, not sent", { model: `${provider}${model ? ` · ${model}` : ""}` })),
    ...parts.filter(([, content]) => content).flatMap(([label, content]) => [element("h4", {}, label), element("pre", { tabindex: "0" }, content)]),
    createCopying(() => preview),
    element("button", { type: "button", class: "small", onclick: () => (place.hidden = true) }, text("Close")),
  );
}

/** @param {string} words */
const note = (words) => element("p", { class: "fact", role: "status" }, words);
