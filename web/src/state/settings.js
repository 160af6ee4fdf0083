/**
 * What the visitor has chosen: models, keys (for whom there is one), permissions, the theme.
 */

/**
 * @typedef {import("../engine/protocol.js").Budget} Budget
 *
 * @typedef {object} SettingsPart
 * @property {Settings} settings
 * @property {Held[]} held for whom there is a key
 * @property {Grant[]} grants what programs from links may do for good
 * @property {Form} form the fields of the settings dialog, but for the key
 * @property {"system" | "light" | "dark" | "contrast"} theme
 *
 * @typedef {{baseUrl: string, model: string}} Choice "" means the provider's own
 *
 * @typedef {object} Settings
 * @property {string} default the provider that is asked where a program names none
 * @property {Record<string, Choice>} providers
 * @property {Budget} [linkBudget] what a program from a link may use; a standard one if left out
 *
 * @typedef {{provider: string, base: string, origin: string, isRemembered: boolean}} Held `base`: the address
 *   that has the key
 *
 * @typedef {{hash: string, title: string, hosts: string[], files: string[]}} Grant
 *
 * @typedef {object} Form
 * @property {string} provider
 * @property {string} baseUrl
 * @property {string} model
 * @property {boolean} remember
 * @property {string} usd
 * @property {string} tokens
 * @property {string} problem what keeps it from being saved
 */

/**
 * @typedef {{type: "settings-restored", settings: Settings}
 *   | {type: "provider-chosen", name: string, choice: Partial<Choice>}
 *   | {type: "budget-chosen", budget: Budget}
 *   | {type: "keys-changed", held: Held[]}
 *   | {type: "grants-changed", grants: Grant[]}
 *   | {type: "form-changed", form: Partial<Form>}
 *   | {type: "theme-chosen", theme: SettingsPart["theme"]}} SettingsEvent
 */

/** @type {SettingsPart} */
export const first = {
  settings: { default: "demo", providers: {} },
  held: [],
  grants: [],
  form: { provider: "", baseUrl: "", model: "", remember: false, usd: "", tokens: "", problem: "" },
  theme: "system",
};

/** @type {import("./reducers.js").Reducers<SettingsEvent, never, SettingsPart, SettingsPart>} */
export const reducers = {
  "settings-restored": (_, { settings }) => ({ settings }),
  "provider-chosen": ({ settings }, { name, choice }) => {
    const before = settings.providers[name] ?? { baseUrl: "", model: "" };
    const providers = { ...settings.providers, [name]: { ...before, ...choice } };
    return { settings: { ...settings, default: name, providers } };
  },
  "budget-chosen": ({ settings }, { budget }) => ({ settings: { ...settings, linkBudget: budget } }),
  "keys-changed": (_, { held }) => ({ held }),
  "grants-changed": (_, { grants }) => ({ grants }),
  "form-changed": (state, { form }) => ({ form: { ...state.form, ...form } }),
  "theme-chosen": (_, { theme }) => ({ theme }),
};
