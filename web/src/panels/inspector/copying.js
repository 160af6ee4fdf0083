/** Buttons that copy a call as a command or a program. */
import { element } from "../../dom.js";
import { LANGUAGES, snippetOf } from "./snippets.js";

const NOTHING = "This model answers here: there is no request to copy.";

/** @param {() => import("./snippets.js").Sent} sent @returns {HTMLElement} */
export function createCopying(sent) {
  const told = element("span", { class: "fact", role: "status" });
  const box = element("pre", { class: "snippet", "data-testid": "snippet", tabindex: "0", hidden: true });

  /** @param {import("./snippets.js").Language} language */
  async function copy(language) {
    const call = sent();
    if (!/^https?:/.test(call.url)) {
      told.textContent = NOTHING;
      return;
    }
    const text = snippetOf(call, language);
    box.textContent = text;
    box.hidden = false;
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = "Copied, without your key.";
    } catch {
      told.textContent = "The browser did not let it be copied: select it below.";
    }
  }

  const buttons = LANGUAGES.map((language) =>
    element("button", { type: "button", class: "small", "data-copy": language, onclick: () => void copy(language) }, language),
  );
  const row = element("div", { class: "actions", role: "group", "aria-label": "Copy as" }, "Copy as ", ...buttons, told);
  return element("div", {}, row, box);
}
