/** The switch of the page's language, in the settings. It holds from the next time that the page is loaded. */
import { byId, valueOf } from "../../dom.js";
import { LANGUAGES, chooseLanguage, chosenLanguage, text } from "../../texts/texts.js";

export function mount() {
  const select = /** @type {HTMLSelectElement} */ (byId("language"));
  const later = byId("language-later");
  select.append(...LANGUAGES.map(([name, words]) => new Option(text(words), name)));
  select.value = chosenLanguage();
  select.addEventListener("change", (event) => {
    chooseLanguage(valueOf(event));
    later.hidden = false;
  });
  byId("language-reload").addEventListener("click", () => location.reload());
}
