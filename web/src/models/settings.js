/** What was chosen about providers, and what follows from it. Keys are elsewhere (keys.js). */
import * as v from "valibot";
import { readStored, writeStored } from "../stored.js";
import { canonicalName, isSameBase } from "./credentials.js";
import { findProvider } from "./providers.js";

const STORE = "lispcore.settings";
const MAX_CHARACTERS = 10_000;

/** @typedef {import("../state/settings.js").Settings} Settings */

const Text = v.pipe(v.string(), v.maxLength(MAX_CHARACTERS));
const Limit = v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0)));

/** What is kept of the settings. */
const Kept = v.object({
  default: Text,
  providers: v.record(Text, v.object({ baseUrl: v.optional(Text, ""), model: v.optional(Text, "") })),
  linkBudget: v.optional(v.object({ usd: Limit, tokens: Limit })),
});

/** @param {Storage} storage @returns {Settings | undefined} what was chosen on an earlier visit */
export const loadSettings = (storage) => readStored(storage, STORE, Kept, "The choice of models");

/** @param {Storage} storage @param {Settings} settings @returns {boolean} whether they are kept */
export const saveSettings = (storage, settings) => writeStored(storage, STORE, settings);

/** @param {Settings} settings @param {string} name */
export const baseUrlOf = (settings, name) =>
  settings.providers[name]?.baseUrl || findProvider(name)?.baseUrl || "";

/** @param {Settings} settings @param {string} name */
export const modelOf = (settings, name) => settings.providers[name]?.model || findProvider(name)?.model || "";

/**
 * @param {import("../state/settings.js").Held[]} held
 * @param {string} provider
 * @param {string} url
 * @returns {import("../state/settings.js").Held | undefined} says that there is a key for this address
 */
export const findHeld = (held, provider, url) =>
  held.find((each) => each.provider === canonicalName(provider) && isSameBase(provider, each.base, url));

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
