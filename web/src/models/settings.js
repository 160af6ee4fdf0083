/** What was chosen about providers, and what follows from it. Keys are elsewhere (keys.js). */
import { originOf } from "./keys.js";
import { findProvider } from "./providers.js";

const STORE = "lispcore.settings";

/** @typedef {import("../state.js").Settings} Settings */

/** @param {Storage} storage @returns {Settings | undefined} what was chosen on an earlier visit */
export function loadSettings(storage) {
  try {
    const kept = JSON.parse(storage.getItem(STORE) ?? "null");
    if (typeof kept?.default === "string" && typeof kept.providers === "object") return kept;
  } catch {
    // Something else wrote there: start with the defaults.
  }
  return undefined;
}

/** @param {Storage} storage @param {Settings} settings */
export const saveSettings = (storage, settings) => storage.setItem(STORE, JSON.stringify(settings));

/** @param {Settings} settings @param {string} name */
export const baseUrlOf = (settings, name) =>
  settings.providers[name]?.baseUrl || findProvider(name)?.baseUrl || "";

/** @param {Settings} settings @param {string} name */
export const modelOf = (settings, name) => settings.providers[name]?.model || findProvider(name)?.model || "";

/**
 * @param {import("../state.js").Held[]} held
 * @param {string} provider
 * @param {string} url
 * @returns {import("../state.js").Held | undefined} says that there is a key for this address
 */
export const findHeld = (held, provider, url) =>
  held.find((each) => each.provider === provider && each.origin === originOf(url));

/**
 * @param {Pick<import("../state.js").State, "settings" | "held">} state
 * @returns {import("../engine/protocol.js").ModelSettings} what programs may know
 */
export function describeSettings({ settings, held }) {
  const withKey = held.map(({ provider }) => provider);
  const names = new Set([...Object.keys(settings.providers), settings.default, ...withKey]);
  return {
    default: settings.default,
    providers: Object.fromEntries(
      [...names].map((name) => [
        name,
        {
          base_url: baseUrlOf(settings, name),
          model: modelOf(settings, name),
          has_key: findHeld(held, name, baseUrlOf(settings, name)) !== undefined,
        },
      ]),
    ),
  };
}
