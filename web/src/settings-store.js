/** What was chosen about providers, kept across visits. Keys are elsewhere (keys.js). */
import { findProvider } from "./providers.js";

const STORE = "lispcore.settings";

/** What a program from a link may use in one run, until the visitor says otherwise. */
const LINK_BUDGET = { usd: 0.5, tokens: 100_000 };

/** @typedef {{baseUrl: string, model: string}} Choice "" means the provider's own */
/** @typedef {{default: string, providers: Record<string, Choice>, linkBudget?: import("./link-limit.js").Budget}} State */

/**
 * @param {Storage} storage
 * @param {import("./keys.js").Keys} keys
 */
export function createSettings(storage, keys) {
  /** @type {State} */
  let state = { default: "demo", providers: {} };
  /** @type {Set<() => void>} */
  const listeners = new Set();

  try {
    const kept = JSON.parse(storage.getItem(STORE) ?? "null");
    if (typeof kept?.default === "string" && typeof kept.providers === "object") state = kept;
  } catch {
    // Something else wrote there: start with the defaults.
  }

  /** @param {string} name */
  function baseUrlOf(name) {
    return state.providers[name]?.baseUrl || findProvider(name)?.baseUrl || "";
  }

  /** @param {string} name */
  function modelOf(name) {
    return state.providers[name]?.model || findProvider(name)?.model || "";
  }

  function keep() {
    storage.setItem(STORE, JSON.stringify(state));
    for (const listener of listeners) listener();
  }

  return {
    baseUrlOf,
    modelOf,
    /** @returns {string} name of the provider that is asked where a program names none */
    defaultProvider: () => state.default,

    /** @param {string} name @param {Partial<Choice>} choice */
    configure(name, choice) {
      const before = state.providers[name] ?? { baseUrl: "", model: "" };
      state.providers[name] = { ...before, ...choice };
      state.default = name;
      keep();
    },

    /** @returns {import("./link-limit.js").Budget} what a program from a link may use in one run */
    linkBudget: () => state.linkBudget ?? LINK_BUDGET,

    /** @param {import("./link-limit.js").Budget} budget */
    setLinkBudget(budget) {
      state.linkBudget = budget;
      keep();
    },

    /** @param {() => void} listener called after each change */
    onChange: (listener) => void listeners.add(listener),

    /** @returns {import("./protocol.js").ModelSettings} what programs may know */
    describe() {
      const names = new Set([...Object.keys(state.providers), state.default, ...keys.providers()]);
      return {
        default: state.default,
        providers: Object.fromEntries(
          [...names].map((name) => [
            name,
            {
              base_url: baseUrlOf(name),
              model: modelOf(name),
              has_key: keys.find(name, baseUrlOf(name)) !== undefined,
            },
          ]),
        ),
      };
    },
  };
}

/** @typedef {ReturnType<typeof createSettings>} Settings */
