/**
 * A call made once more: with another prompt, other options, another model, or on several models at once,
 * the results side by side with what they cost and how long they took. Two replies show what differs.
 */
import { element, isOn, valueOf } from "../../dom.js";
import { describeCost, describeTime, describeUsage } from "./facts.js";
import { questionIn } from "./prompts.js";
import { loadPart } from "../../parts.js";

/**
 * @typedef {import("../../state/calls.js").Call} Call
 * @typedef {import("../page.js").Changes} Changes
 * @typedef {import("../page.js").Page} Page
 */

let boxes = 0;

/**
 * @param {string} label @param {string} value @param {(value: string) => void} onInput
 * @param {{kind?: "input" | "textarea", [name: string]: any}} [options]
 */
function field(label, value, onInput, { kind = "input", ...more } = {}) {
  const id = `trial-${++boxes}`;
  const input = element(kind, { id, value, ...more, oninput: (/** @type {Event} */ event) => onInput(valueOf(event)) });
  return element("p", { class: `trial-field ${kind}` }, element("label", { htmlFor: id }, label), input);
}

/** @param {string} text @param {() => void} onclick @param {Record<string, any>} [more] */
const button = (text, onclick, more = {}) => element("button", { type: "button", class: "small", onclick, ...more }, text);

/** @param {Page} page @returns {string[]} what can be asked: providers that are set up */
const providersOf = ({ get }) => [...new Set([...Object.keys(get().settings.providers), "demo"])];

/** @param {string} text @returns {number | undefined} */
const numberIn = (text) => (text.trim() && Number.isFinite(Number(text)) ? Number(text) : undefined);

/** @param {Call} call @param {string} title @param {...(Node | null)} actions */
function column(call, title, ...actions) {
  const facts = [
    call.usage ? describeUsage(call.usage) : "",
    call.costUsd === null ? "cost unknown" : call.costUsd ? describeCost(call.costUsd) : "no cost",
    call.firstChunkMilliseconds === null ? "" : `first word ${describeTime(call.firstChunkMilliseconds)}`,
    call.totalMilliseconds === null ? "" : `whole ${describeTime(call.totalMilliseconds)}`,
  ].filter(Boolean);
  const text = call.error ?? (call.text || JSON.stringify(call.toolCalls, null, 2));
  return element(
    "div",
    { class: "column", role: "group", "aria-label": title },
    element("h4", {}, title),
    element("p", { class: "fact" }, facts.join(" · ")),
    element("pre", { tabindex: "0", class: call.error ? "is-error" : "" }, text),
    ...actions,
  );
}

/** @param {Page} page @param {() => Call} now @returns {HTMLElement} */
export function createTrialBox(page, now) {
  const { trials, dispatch } = page;
  const form = element("div", { class: "trial-form", tabindex: "-1", hidden: true });
  const told = element("p", { class: "fact", role: "status" });
  const results = element("div", { class: "columns" });
  const difference = element("div", {});
  /** @type {Call[]} */
  let made = [];

  /** @param {string} text */
  const say = (text) => void (told.textContent = text);

  /** @param {Call} before @param {Call} after */
  async function differ(before, after) {
    const { showDifferences } = await loadPart(() => import("./differences.js"));
    difference.replaceChildren(element("h4", {}, "What differs"), showDifferences(before.text, after.text));
  }

  function render() {
    const first = now();
    const name = (/** @type {Call} */ call) => [call.provider, call.model].filter(Boolean).join(" · ");
    const others = made.map((call) =>
      column(
        call,
        name(call),
        call.text ? button("Show differences", () => void differ(first, call), { "data-testid": "differ" }) : null,
        trials.isRecorded(first) && trials.isRecorded(call) && !call.error ? use(first, call) : null,
      ),
    );
    results.replaceChildren(...(others.length ? [column(first, `As it was: ${name(first)}`), ...others] : []));
    difference.replaceChildren();
  }

  /** @param {Call} first @param {Call} call */
  function use(first, call) {
    return button("Use this reply in the recording", () => {
      trials.useReply(first, call);
      dispatch({ type: "said", text: "A link with the recording will play this reply." });
    });
  }

  /** @param {Changes[]} wanted */
  async function ask(wanted) {
    if (page.get().isBusy) return say("A program is running: wait, or stop it.");
    made = [];
    let problems = "";
    for (const [at, changes] of wanted.entries()) {
      say(wanted.length > 1 ? `Asking ${at + 1} of ${wanted.length} …` : "Asking …");
      const { call, problem } = await trials.again(now(), changes);
      if (call) made.push(call);
      else problems = problem || "It was stopped.";
      render();
      if (problems) break;
    }
    say(problems);
  }

  /** @param {HTMLElement[]} fields @param {string} label @param {() => Changes[]} wanted */
  function open(fields, label, wanted) {
    form.hidden = false;
    const send = () => {
      const list = wanted();
      if (list.length) void ask(list);
      else say("Choose at least one model.");
    };
    form.replaceChildren(
      ...fields,
      element(
        "div",
        { class: "actions" },
        button(label, send, { class: "small primary", "data-testid": "trial-send" }),
        button("Close", () => (form.hidden = true)),
      ),
    );
    form.focus();
  }

  function openAgain() {
    const call = now();
    const question = questionIn(call.request);
    const given = { prompt: question, provider: call.provider, model: call.model, temperature: "", maxTokens: "" };
    const set = (/** @type {keyof typeof given} */ name) => (/** @type {string} */ value) => void (given[name] = value);
    const fields = [
      field("Prompt", question, set("prompt"), { kind: "textarea", rows: 4, "data-testid": "trial-prompt" }),
      field("Provider", given.provider, set("provider")),
      field("Model", given.model, set("model"), { "data-testid": "trial-model" }),
      field("Temperature (as it was)", "", set("temperature"), { inputMode: "decimal" }),
      field("Most tokens (as it was)", "", set("maxTokens"), { inputMode: "numeric" }),
    ];
    open(fields, "Ask again", () => [
      {
        ...(given.prompt !== question && { prompt: given.prompt }),
        ...(given.provider !== call.provider && { provider: given.provider }),
        ...(given.model !== call.model && { model: given.model }),
        temperature: numberIn(given.temperature),
        maxTokens: numberIn(given.maxTokens),
      },
    ]);
  }

  function openCompare() {
    const { settings } = page.get();
    /** @type {Set<string>} */
    const chosen = new Set();
    let more = "";
    const boxesOf = providersOf(page).map((provider) => {
      const model = settings.providers[provider]?.model;
      const onchange = (/** @type {Event} */ event) => void (isOn(event) ? chosen.add(provider) : chosen.delete(provider));
      const box = element("input", { type: "checkbox", onchange, "data-provider": provider });
      return element("label", { class: "choice" }, box, ` ${provider}${model ? ` · ${model}` : ""}`);
    });
    const others = field("Other models, as provider/model, one a line", "", (value) => void (more = value), {
      kind: "textarea",
      rows: 2,
      "data-testid": "trial-models",
    });
    open([element("div", { class: "choices", role: "group", "aria-label": "Models" }, ...boxesOf), others], "Ask all", () => [
      ...[...chosen].map((provider) => ({ provider, model: settings.providers[provider]?.model ?? "" })),
      ...more.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
        const [, provider, model] = /^([^/\s]+)\/(.+)$/.exec(line) ?? [];
        return provider ? { provider, model } : { model: line };
      }),
    ]);
  }

  /** Differences to the reply of any other call of the run. */
  function openDiffer() {
    const others = page.get().calls.list.filter((call) => call.id !== now().id && call.text);
    if (!others.length) return say("There is no other reply to compare it with.");
    const buttons = others.map((call) => {
      const label = `${call.id.replace("call", "Call")}: ${call.text.slice(0, 40)}`;
      return button(label, () => void differ(now(), call));
    });
    form.hidden = false;
    form.replaceChildren(element("p", {}, "Compare its reply with"), element("div", { class: "actions" }, ...buttons));
  }

  function keep() {
    const name = trials.keep(now());
    say(name ? `Added to the cassette ${name} among the files: (llm/with-cassette "${name}" (fn () …)) plays it.` : NOT_RECORDED);
  }

  const actions = element(
    "div",
    { class: "actions", role: "group", "aria-label": "With this call" },
    button("Ask again …", openAgain, { "data-testid": "ask-again" }),
    button("Ask several models …", openCompare, { "data-testid": "ask-several" }),
    button("Compare replies …", openDiffer),
    button("Add to a cassette", keep, { "data-testid": "keep-call" }),
  );
  return element("div", { class: "trial" }, actions, form, told, results, difference);
}

const NOT_RECORDED = "There is no recording of this call: it was not made in this visit, or it failed.";
