/** The settings dialog: which model answers, where it is, and the key that goes there and nowhere else. */
import { byId, element } from "./dom.js";
import { originOf } from "./keys.js";
import { signIn } from "./openrouter.js";
import { createProviderExtras } from "./provider-extras.js";
import { readLimit } from "./link-limit.js";
import { GROUPS, PROVIDERS, findProvider } from "./providers.js";

/** @param {string} name of a provider @returns {boolean} whether it is somewhere else than in this page */
const needsAddress = (name) => !["demo", "page"].includes(findProvider(name)?.group ?? "");

/**
 * @param {object} options
 * @param {import("./settings-store.js").Settings} options.settings
 * @param {import("./keys.js").Keys} options.keys
 * @param {import("./chrome-model.js").ChromeModel} options.chrome
 * @param {import("./local-model.js").LocalModels} options.local
 */
export function createSettingsPanel({ settings, keys, chrome, local }) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("settings-dialog"));
  const form = /** @type {HTMLFormElement} */ (byId("settings-form"));
  const provider = /** @type {HTMLSelectElement} */ (byId("provider"));
  const baseUrl = /** @type {HTMLInputElement} */ (byId("base-url"));
  const model = /** @type {HTMLInputElement} */ (byId("model"));
  const key = /** @type {HTMLInputElement} */ (byId("key"));
  const remember = /** @type {HTMLInputElement} */ (byId("remember"));
  const forget = byId("forget-key");
  const note = byId("provider-note");
  const target = byId("key-target");
  const problem = byId("settings-problem");
  const linkUsd = /** @type {HTMLInputElement} */ (byId("link-usd"));
  const linkTokens = /** @type {HTMLInputElement} */ (byId("link-tokens"));

  for (const { group, label } of GROUPS) {
    const box = document.createElement("optgroup");
    box.label = label;
    for (const each of PROVIDERS) {
      if (each.group === group) box.append(new Option(each.label, each.name));
    }
    provider.append(box);
  }

  const extras = createProviderExtras({
    box: byId("provider-extra"),
    chrome,
    local,
    baseUrlOf: (name) => (name === provider.value ? enteredUrl() : settings.baseUrlOf(name)),
    modelOf: () => model.value,
    onModel(name) {
      model.value = name;
    },
    onServer(name, chosen) {
      if (provider.value !== name) {
        provider.value = name;
        showProvider(false);
      }
      model.value = chosen;
    },
    async onSignIn() {
      const url = enteredUrl();
      settings.configure("openrouter", { baseUrl: baseUrl.value.trim(), model: model.value.trim() });
      await signIn({ baseUrl: url, remember: remember.checked });
    },
    onProblem(text) {
      problem.textContent = text;
    },
  });

  /** @returns {string} the address that the fields stand for */
  const enteredUrl = () => baseUrl.value.trim() || findProvider(provider.value)?.baseUrl || "";

  /** Fills the fields with what is known of the chosen provider. @param {boolean} [withExtras] */
  function showProvider(withExtras = true) {
    const name = provider.value;
    const known = findProvider(name);
    const own = settings.baseUrlOf(name);
    baseUrl.value = own === known?.baseUrl ? "" : own;
    baseUrl.placeholder = known?.baseUrl || "https://…";
    const chosen = settings.modelOf(name);
    model.value = chosen === known?.model ? "" : chosen;
    model.placeholder = known?.model || "the model that the server offers";
    note.textContent = known?.note ?? "";
    // Models in the page have no address and no key.
    form.classList.toggle("demo", !needsAddress(name));
    key.value = "";
    problem.textContent = "";
    showTarget();
    if (withExtras) extras.show(name);
  }

  /** Says which host gets the key. */
  function showTarget() {
    const origin = originOf(enteredUrl());
    const held = keys.find(provider.value, enteredUrl()) !== undefined;
    key.placeholder = held ? "a key is set; leave empty to keep it" : "none";
    remember.checked = keys.isRemembered(provider.value, enteredUrl());
    forget.hidden = !held;
    target.replaceChildren(
      ...(origin
        ? ["The key is sent to ", element("strong", {}, origin), " and nowhere else. Programs and links never see it."]
        : ["Enter a full address, such as https://api.example.com/v1"]),
    );
  }

  function showLimits() {
    const { usd, tokens } = settings.linkBudget();
    linkUsd.value = usd === null ? "" : String(usd);
    linkTokens.value = tokens === null ? "" : String(tokens);
  }

  /** @returns {boolean} whether the limits for links could be read, and are kept now */
  function saveLimits() {
    const [usd, tokens] = [readLimit(linkUsd.value, false), readLimit(linkTokens.value, true)];
    if (usd === undefined || tokens === undefined) {
      problem.textContent = "The limits for links must be numbers of at least 0, or empty";
      (usd === undefined ? linkUsd : linkTokens).focus();
      return false;
    }
    settings.setLinkBudget({ usd, tokens });
    return true;
  }

  function save() {
    const name = provider.value;
    const url = enteredUrl();
    if (needsAddress(name) && !originOf(url)) {
      problem.textContent = "The base URL must be a full address that starts with https:// or http://";
      baseUrl.focus();
      return false;
    }
    if (!saveLimits()) return false;
    const entered = key.value.trim();
    const held = keys.find(name, url);
    if (needsAddress(name) && (entered || held)) keys.set(name, url, entered || held || "", remember.checked);
    key.value = "";
    settings.configure(name, { baseUrl: baseUrl.value.trim(), model: model.value.trim() });
    return true;
  }

  provider.addEventListener("change", () => showProvider());
  baseUrl.addEventListener("input", showTarget);
  forget.addEventListener("click", () => {
    keys.set(provider.value, enteredUrl(), "", false);
    key.value = "";
    showTarget();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (save()) dialog.close();
  });

  return {
    showProgress: extras.showProgress,

    open() {
      problem.textContent = "";
      const name = settings.defaultProvider();
      if (!findProvider(name)) provider.append(new Option(name, name));
      provider.value = name;
      showProvider();
      showLimits();
      dialog.showModal();
    },
  };
}
