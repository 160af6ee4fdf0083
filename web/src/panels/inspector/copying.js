/** Buttons that copy a call as a command or a program. */
import { element } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { LANGUAGES, snippetOf } from "./snippets.js";

/** @param {() => import("./snippets.js").Sent} sent @returns {HTMLElement} */
export function createCopying(sent) {
  const told = element("span", { class: "fact", role: "status" });
  const box = element("pre", { class: "snippet", "data-testid": "snippet", tabindex: "0", hidden: true });

  /** @param {import("./snippets.js").Language} language */
  async function copy(language) {
    const call = sent();
    if (!/^https?:/.test(call.url)) {
      told.textContent = text("This model answers here: there is no request to copy.");
      return;
    }
    const snippet = snippetOf(call, language);
    box.textContent = snippet;
    box.hidden = false;
    try {
      await navigator.clipboard.writeText(snippet);
      told.textContent = text("Copied, without your key.");
    } catch {
      told.textContent = text("The browser did not let it be copied: select it below.");
    }
  }

  const buttons = LANGUAGES.map((language) =>
    element("button", { type: "button", class: "small", "data-copy": language, onclick: () => void copy(language) }, language),
  );
  const row = element("div", { class: "actions", role: "group", "aria-label": text("Copy as") }, `${text("Copy as")} `, ...buttons, told);
  return element("div", {}, row, box);
}
