/** The settings dialog: which model answers, where it is, and the key that goes there and nowhere else. */
import { byId, element, isOn, valueOf } from "../../dom.js";
import { linkBudgetOf, readLimit } from "../../models/budget.js";
import { baseOf } from "../../models/addresses.js";
import { signIn } from "../../models/openrouter.js";
import { GROUPS, PROVIDERS, findProvider } from "../../models/providers.js";
import { baseUrlOf, findHeld, modelOf } from "../../models/settings.js";
import { bindDialog } from "../dialog.js";
import { text, textLater, textWith } from "../../texts/texts.js";
import { createProviderExtras } from "./extras.js";
import { showGrants } from "./grants.js";

/**
 * @typedef {import("../../state.js").State} State
 * @typedef {import("../../state/settings.js").Form} Form
 */

const REMEMBERED = textLater(
  "It is stored encrypted, and only this page on this device can open it: a copy of the browser's files is no use to anybody. It is not safe from somebody who can use this browser, nor from its extensions.",
);
const NOT_REMEMBERED = textLater("It is held until this page is closed or loaded anew.");
const CANNOT_REMEMBER = textLater("This browser can only store a key encrypted on https:// pages, so it is held for this visit.");

/** @param {string} name of a provider @returns {boolean} whether it is somewhere else than in this page */
const needsAddress = (name) => !["demo", "page"].includes(findProvider(name)?.group ?? "");

/** @param {Form} form @returns {string} the address that the fields stand for */
const enteredUrl = ({ provider, baseUrl }) => baseUrl.trim() || findProvider(provider)?.baseUrl || "";

/** @param {State} state @returns {import("../../state/settings.js").Held | undefined} says that the address has a key */
const heldFor = ({ held, form }) => findHeld(held, form.provider, enteredUrl(form));

/** @param {State} state @param {string} name @returns {Partial<Form>} what is known of a provider; "" for the usual */
function knownOf({ settings, held }, name) {
  const usual = findProvider(name);
  const url = baseUrlOf(settings, name);
  const model = modelOf(settings, name);
  return {
    provider: name,
    baseUrl: url === usual?.baseUrl ? "" : url,
    model: model === usual?.model ? "" : model,
    remember: findHeld(held, name, url)?.isRemembered ?? false,
    problem: "",
  };
}

/** @param {number | null} limit */
const writeLimit = (limit) => (limit === null ? "" : String(limit));

/** @param {HTMLSelectElement} select @returns {(name: string) => void} makes sure that a provider is in it */
function fillProviders(select) {
  const listed = new Set(PROVIDERS.map(({ name }) => name));
  for (const { group, label } of GROUPS) {
    const box = document.createElement("optgroup");
    box.label = text(label);
    for (const each of PROVIDERS) if (each.group === group) box.append(new Option(text(each.label), each.name));
    select.append(box);
  }
  return (name) => {
    if (name && !listed.has(name)) select.append(new Option(name, name));
    listed.add(name);
  };
}

/** Keeps the fields as the state says. @param {import("../page.js").Page} page */
function showForm({ subscribe }) {
  const form = byId("settings-form");
  const provider = /** @type {HTMLSelectElement} */ (byId("provider"));
  const [baseUrl, model, remember, usd, tokens] = /** @type {HTMLInputElement[]} */ (
    ["base-url", "model", "remember", "link-usd", "link-tokens"].map((id) => byId(id))
  );
  const list = fillProviders(provider);

  subscribe(
    (state) => state.form,
    (entered) => {
      list(entered.provider);
      provider.value = entered.provider;
      baseUrl.value = entered.baseUrl;
      model.value = entered.model;
      remember.checked = entered.remember;
      usd.value = entered.usd;
      tokens.value = entered.tokens;
      byId("settings-problem").textContent = entered.problem;
    },
  );
  subscribe(
    (state) => state.form.provider,
    (name) => {
      const known = findProvider(name);
      baseUrl.placeholder = known?.baseUrl || "https://…";
      model.placeholder = known?.model || text("the model that the server offers");
      byId("provider-note").textContent = text(known?.note ?? "");
      // Models in the page have no address and no key.
      form.classList.toggle("demo", !needsAddress(name));
    },
  );
}

/** Says which host gets the key, and whether it has one. @param {import("../page.js").Page} page */
function showKey({ get, subscribe, keys }) {
  const key = /** @type {HTMLInputElement} */ (byId("key"));
  const target = byId("key-target");
  const forget = byId("forget-key");
  subscribe(
    ({ form }) => form,
    (form) => {
      const base = baseOf(enteredUrl(form));
      const parts = base
        ? textWith("The key is sent to {host} and nowhere else. Programs and links never see it.", { host: element("strong", {}, base) })
        : [text("Enter a full address, such as {address}", { address: "https://api.example.com/v1" })];
      target.replaceChildren(...parts);
    },
  );
  /** @type {HTMLInputElement} */ (byId("remember")).disabled = !keys.canRemember();
  subscribe(
    ({ form }) => form.remember,
    (isRemembered) => {
      const note = isRemembered ? REMEMBERED : NOT_REMEMBERED;
      byId("remember-note").textContent = text(keys.canRemember() ? note : CANNOT_REMEMBER);
    },
  );
  subscribe(
    ({ held }) => held.length > 0,
    (hasKeys) => {
      byId("forget-all").hidden = !hasKeys;
    },
  );
  subscribe(
    ({ held, form }) => [held, form],
    () => {
      const isHeld = heldFor(get()) !== undefined;
      key.placeholder = isHeld ? text("a key is set; leave empty to keep it") : text("none");
      forget.hidden = !isHeld;
    },
  );
}

/** Tells the state what the visitor enters. @param {import("../page.js").Page} page */
function listenToForm({ get, dispatch, keys }) {
  /** @param {Partial<Form>} form */
  const change = (form) => dispatch({ type: "form-changed", form });
  /** @param {string} id @param {(event: Event) => void} listen */
  const onInput = (id, listen) => byId(id).addEventListener("input", listen);

  onInput("base-url", (event) => {
    change({ baseUrl: valueOf(event) });
    change({ remember: heldFor(get())?.isRemembered ?? false });
  });
  onInput("model", (event) => change({ model: valueOf(event) }));
  onInput("link-usd", (event) => change({ usd: valueOf(event) }));
  onInput("link-tokens", (event) => change({ tokens: valueOf(event) }));
  byId("remember").addEventListener("change", (event) => change({ remember: isOn(event) }));
  byId("forget-key").addEventListener("click", () => {
    const { form } = get();
    void keys.set(form.provider, enteredUrl(form), "", false);
    clearKey();
    change({ remember: false });
  });
  byId("forget-all").addEventListener("click", () => {
    void keys.forgetAll();
    clearKey();
    change({ remember: false });
    dispatch({ type: "said", text: text("All keys are forgotten, here and on this device.") });
  });
}

/** What is typed into the field of the key is read when the form is sent, and stays nowhere. */
function clearKey() {
  /** @type {HTMLInputElement} */ (byId("key")).value = "";
}

/**
 * @param {import("../page.js").Page} page
 * @param {string} entered a key, or ""
 * @returns {boolean} whether all is saved
 */
function save({ get, dispatch, keys }, entered) {
  const { form } = get();
  const name = form.provider;
  const url = enteredUrl(form);
  /** @param {string} problem @param {string} field where it can be mended */
  const refuse = (problem, field) => {
    dispatch({ type: "form-changed", form: { problem } });
    byId(field).focus();
    return false;
  };
  if (needsAddress(name) && !baseOf(url)) return refuse(text("The base URL must be a full address that starts with https:// or http://"), "base-url");
  const [usd, tokens] = [readLimit(form.usd, false), readLimit(form.tokens, true)];
  if (usd === undefined) return refuse(text("The limits for links must be numbers of at least 0, or empty"), "link-usd");
  if (tokens === undefined) return refuse(text("The limits for links must be numbers of at least 0, or empty"), "link-tokens");
  dispatch({ type: "budget-chosen", budget: { usd, tokens } });
  const key = entered || keys.find(name, url);
  if (needsAddress(name) && key) void keys.set(name, url, key, form.remember);
  clearKey();
  dispatch({ type: "provider-chosen", name, choice: { baseUrl: form.baseUrl.trim(), model: form.model.trim() } });
  return true;
}

/** @param {import("../page.js").Page} page @returns {import("./extras.js").ProviderExtras} */
function createExtras({ get, dispatch, chrome, local }) {
  /** @param {Partial<Form>} form */
  const change = (form) => dispatch({ type: "form-changed", form });
  return createProviderExtras(byId("provider-extra"), {
    chrome,
    local,
    baseUrlOf(name) {
      const { form, settings } = get();
      return name === form.provider ? enteredUrl(form) : baseUrlOf(settings, name);
    },
    modelOf: () => get().form.model,
    onModel: (model) => change({ model }),
    onServer(name, model) {
      const isOther = get().form.provider !== name;
      if (isOther) clearKey();
      change({ ...(isOther ? knownOf(get(), name) : {}), model });
    },
    async onSignIn() {
      const { form } = get();
      const choice = { baseUrl: form.baseUrl.trim(), model: form.model.trim() };
      dispatch({ type: "provider-chosen", name: "openrouter", choice });
      await signIn({ baseUrl: enteredUrl(form), remember: form.remember });
    },
    onProblem: (problem) => change({ problem }),
  });
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, dispatch, subscribe } = page;
  const extras = createExtras(page);
  showForm(page);
  showKey(page);
  listenToForm(page);
  showGrants(page);

  /** Fills the fields with what is known of a provider. @param {string} name @param {Partial<Form>} [more] */
  function choose(name, more = {}) {
    clearKey();
    dispatch({ type: "form-changed", form: { ...knownOf(get(), name), ...more } });
    extras.show(name);
  }

  byId("settings").addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "settings" }));
  byId("provider").addEventListener("change", (event) => choose(valueOf(event)));
  byId("settings-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const entered = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("key");
    if (save(page, String(entered ?? "").trim())) dispatch({ type: "dialog-closed", dialog: "settings" });
  });
  bindDialog(page, "settings", {
    box: /** @type {HTMLDialogElement} */ (byId("settings-dialog")),
    beforeOpen() {
      const { settings } = get();
      const { usd, tokens } = linkBudgetOf(settings);
      choose(settings.default, { usd: writeLimit(usd), tokens: writeLimit(tokens) });
    },
  });
  subscribe(({ transfer }) => transfer, extras.showProgress);
}
