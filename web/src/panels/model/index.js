/** Says which model answers; a press opens the settings. */
import { byId } from "../../dom.js";
import { findProvider } from "../../models/providers.js";
import { modelOf } from "../../models/settings.js";
import { text } from "../../texts/texts.js";

/** @param {import("../../state/settings.js").Settings} settings @returns {string} */
function describe(settings) {
  const name = settings.default;
  if (name === "demo") return text("Demo model: offline, not a real AI");
  const label = text(findProvider(name)?.label ?? name).replace(/ \(.*/, "");
  return `${label} · ${modelOf(settings, name) || text("default model")}`;
}

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe }) {
  const badge = byId("model-badge");
  badge.addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "settings" }));
  subscribe(
    ({ settings }) => settings,
    (settings) => {
      badge.classList.toggle("demo", settings.default === "demo");
      badge.textContent = describe(settings);
    },
  );
}
