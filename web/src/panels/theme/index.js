/** The colours of the page: those of the system, light, dark, or of high contrast. */
import { byId } from "../../dom.js";
import { device, readText, writeText } from "../../stored.js";
import { text, textLater } from "../../texts/texts.js";

const STORE = "lispcore.theme";

/** @typedef {import("../../state.js").State["theme"]} Theme */

/** In the order in which the button goes through them. @type {[Theme, string][]} */
const THEMES = [
  ["system", textLater("Colours: as the system")],
  ["light", textLater("Colours: light")],
  ["dark", textLater("Colours: dark")],
  ["contrast", textLater("Colours: high contrast")],
];

/** @param {Theme} theme */
const placeOf = (theme) => THEMES.findIndex(([name]) => name === theme);

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, subscribe }) {
  const button = byId("theme");
  const label = byId("theme-label");
  // A page that shows this one inside its own says which colours it has.
  const given = new URLSearchParams(location.search).get("theme") ?? readText(device, STORE);
  const [kept] = THEMES.find(([name]) => name === given) ?? THEMES[0];
  dispatch({ type: "theme-chosen", theme: kept });

  subscribe(
    ({ theme }) => theme,
    (theme) => {
      const root = document.documentElement;
      if (theme === "system") root.removeAttribute("data-theme");
      else root.setAttribute("data-theme", theme);
      button.title = label.textContent = text(THEMES[placeOf(theme)][1]);
    },
  );

  button.addEventListener("click", () => {
    const [theme, words] = THEMES[(placeOf(get().theme) + 1) % THEMES.length];
    writeText(device, STORE, theme);
    dispatch({ type: "theme-chosen", theme });
    dispatch({ type: "said", text: text(words) });
  });
}
