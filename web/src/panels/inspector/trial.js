/**
 * A call made once more: with another prompt, other options, another model, or on several models at once,
 * the results side by side with what they cost and how long they took. Two replies show what differs.
 */
import { element, isOn, valueOf } from "../../dom.js";
import { text } from "../../texts/texts.js";
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

/** @param {string} words @param {() => void} onclick @param {Record<string, any>} [more] */
const button = (words, onclick, more = {}) => element("button", { type: "button", class: "small", onclick, ...more }, words);

/** @param {Page} page @returns {string[]} what can be asked: providers that are set up */
const providersOf = ({ get }) => [...new Set([...Object.keys(get().settings.providers), "demo"])];

/** @param {string} typed @returns {number | undefined} */
const numberIn = (typed) => (typed.trim() && Number.isFinite(Number(typed)) ? Number(typed) : undefined);

/** @param {Call} call @param {string} title @param {...(Node | null)} actions */
function column(call, title, ...actions) {
  const facts = [
    call.usage ? describeUsage(call.usage) : "",
    call.costUsd === null ? text("cost unknown") : call.costUsd ? describeCost(call.costUsd) : text("no cost"),
    call.firstChunkMilliseconds === null ? "" : text("first word {time}", { time: describeTime(call.firstChunkMilliseconds) }),
    call.totalMilliseconds === null ? "" : text("whole {time}", { time: describeTime(call.totalMilliseconds) }),
  ].filter(Boolean);
  const said = call.error ?? (call.text || JSON.stringify(call.toolCalls, null, 2));
  return element(
    "div",
    { class: "column", role: "group", "aria-label": title },
    element("h4", {}, title),
    element("p", { class: "fact" }, facts.join(" · ")),
    element("pre", { tabindex: "0", class: call.error ? "is-error" : "" }, said),
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

  /** @param {string} words */
  const say = (words) => void (told.textContent = words);

  /** @param {Call} before @param {Call} after */
  async function differ(before, after) {
    const { showDifferences } = await loadPart(() => import("./differences.js"));
    difference.replaceChildren(element("h4", {}, text("What differs")), showDifferences(before.text, after.text));
  }

  function render() {
    const first = now();
    const name = (/** @type {Call} */ call) => [call.provider, call.model].filter(Boolean).join(" · ");
    const others = made.map((call) =>
      column(
        call,
        name(call),
        call.text ? button(text("Show differences"), () => void differ(first, call), { "data-testid": "differ" }) : null,
        trials.isRecorded(first) && trials.isRecorded(call) && !call.error ? use(first, call) : null,
      ),
    );
    results.replaceChildren(...(others.length ? [column(first, text("As it was: {model}", { model: name(first) })), ...others] : []));
    difference.replaceChildren();
  }

  /** @param {Call} first @param {Call} call */
  function use(first, call) {
    return button(text("Use this reply in the recording"), () => {
      trials.useReply(first, call);
      dispatch({ type: "said", text: text("A link with the recording will play this reply.") });
    });
  }

  /** @param {Changes[]} wanted */
  async function ask(wanted) {
    if (page.get().isBusy) return say(text("A program is running: wait, or stop it."));
    made = [];
    let problems = "";
    for (const [at, changes] of wanted.entries()) {
      say(wanted.length > 1 ? text("Asking {at} of {all} …", { at: at + 1, all: wanted.length }) : text("Asking …"));
      const { call, problem } = await trials.again(now(), changes);
      if (call) made.push(call);
      else problems = problem || text("It was stopped.");
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
      else say(text("Choose at least one model."));
    };
    form.replaceChildren(
      ...fields,
      element(
        "div",
        { class: "actions" },
        button(label, send, { class: "small primary", "data-testid": "trial-send" }),
        button(text("Close"), () => (form.hidden = true)),
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
      field(text("Prompt"), question, set("prompt"), { kind: "textarea", rows: 4, "data-testid": "trial-prompt" }),
      field(text("Provider"), given.provider, set("provider")),
      field(text("Model"), given.model, set("model"), { "data-testid": "trial-model" }),
      field(text("Temperature (as it was)"), "", set("temperature"), { inputMode: "decimal" }),
      field(text("Most tokens (as it was)"), "", set("maxTokens"), { inputMode: "numeric" }),
    ];
    open(fields, text("Ask again"), () => [
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
    const others = field(text("Other models, as provider/model, one a line"), "", (value) => void (more = value), {
      kind: "textarea",
      rows: 2,
      "data-testid": "trial-models",
    });
    open([element("div", { class: "choices", role: "group", "aria-label": text("Models") }, ...boxesOf), others], text("Ask all"), () => [
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
    if (!others.length) return say(text("There is no other reply to compare it with."));
    const buttons = others.map((call) => {
      const label = text("Call {id}: {words}", { id: call.id.replace("call", ""), words: call.text.slice(0, 40) });
      return button(label, () => void differ(now(), call));
    });
    form.hidden = false;
    form.replaceChildren(element("p", {}, text("Compare its reply with")), element("div", { class: "actions" }, ...buttons));
  }

  function keep() {
    const name = trials.keep(now());
    say(name
      ? text("Added to the cassette {name} among the files: {call} plays it.", { name, call: `(llm/with-cassette "${name}" (fn () …))` })
      : text("There is no recording of this call: it was not made in this visit, or it failed."));
  }

  const actions = element(
    "div",
    { class: "actions", role: "group", "aria-label": text("With this call") },
    button(text("Ask again …"), openAgain, { "data-testid": "ask-again" }),
    button(text("Ask several models …"), openCompare, { "data-testid": "ask-several" }),
    button(text("Compare replies …"), openDiffer),
    button(text("Add to a cassette"), keep, { "data-testid": "keep-call" }),
  );
  return element("div", { class: "trial" }, actions, form, told, results, difference);
}
