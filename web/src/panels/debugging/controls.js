/** What can be done with a program that is debugged: run, step, look at what it sees, change a model call. */
import { element, isOn, valueOf } from "../../dom.js";
import { text, textLater } from "../../texts/texts.js";

/**
 * @typedef {import("../../state/debugging.js").Pause} Pause
 * @typedef {import("../page.js").Page} Page
 */

/** @type {Record<Pause["why"], string>} */
const STOPPED = {
  step: textLater("Stopped at line {line}, after a step."),
  breakpoint: textLater("Stopped at line {line}, at a breakpoint."),
  pause: textLater("Stopped at line {line}, since you pressed Pause."),
  error: textLater("Stopped at line {line}, where an error is thrown: {message}"),
  "before-call": textLater("Stopped at line {line}, before a model call."),
  "after-call": textLater("Stopped at line {line}, after a model call."),
};

/** @type {[string, string, string][]} what a button says, does, and its key */
const STEPS = [
  [textLater("Continue"), "continue", "F8"],
  [textLater("Step over"), "over", "F10"],
  [textLater("Step into"), "into", "F11"],
  [textLater("Step out"), "out", "Shift+F11"],
];

/** @type {[keyof import("../../state/debugging.js").Switches, string][]} */
const SWITCHES = [
  ["first", textLater("Stop at the first form")],
  ["errors", textLater("Stop where an error is thrown")],
  ["calls", textLater("Stop before and after model calls")],
];

/** What can be changed of a model call. @type {Record<string, string>} */
const FIELDS = { system: textLater("System prompt"), prompt: textLater("Prompt"), model: textLater("Model"), text: textLater("Reply") };

/** @param {Page} page @param {HTMLElement} place */
export function mountControls(page, place) {
  const { get, dispatch, subscribe, debug, debugging } = page;
  const status = element("p", { class: "debug-status", role: "status", "data-testid": "debug-status" });
  const details = element("div", { "data-testid": "debug-details" });
  const start = button(text("Debug run"), debug, { class: "small primary", "data-testid": "debug-run" });
  const pause = button(text("Pause"), debugging.pause, { "data-testid": "debug-pause" });
  const steps = STEPS.map(([label, action, key]) =>
    button(text(label), () => go(action), { title: `${text(label)} (${key})`, "data-testid": `debug-${action}` }),
  );
  /** What was changed of the model call at which it stands. @type {Record<string, string>} */
  let changes = {};

  /** @param {string} action */
  function go(action) {
    const wanted = changes;
    changes = {};
    debugging.reply(action, { changes: wanted });
  }

  const switches = SWITCHES.map(([name, label]) => {
    const onchange = (/** @type {Event} */ event) => dispatch({ type: "debug-switched", switches: { [name]: isOn(event) } });
    const box = element("input", { type: "checkbox", checked: get().debugging.switches[name], onchange, "data-testid": `debug-at-${name}` });
    return element("label", { class: "choice" }, box, ` ${text(label)}`);
  });
  const points = element("div", { class: "actions", role: "group", "aria-label": text("Breakpoints") });
  place.append(
    element("div", { class: "actions" }, start, pause, ...steps),
    element("div", { class: "choices" }, ...switches),
    points,
    status,
    details,
  );

  document.addEventListener("keydown", (event) => {
    const pressed = `${event.shiftKey ? "Shift+" : ""}${event.key}`;
    const step = STEPS.find(([, , key]) => key === pressed);
    if (!step || !get().debugging.pause) return;
    event.preventDefault();
    go(step[1]);
  });
  subscribe(
    ({ debugging: now, isBusy }) => [now, isBusy],
    () => {
      const { pause: stopped, isOn: isDebugging } = get().debugging;
      for (const each of steps) /** @type {HTMLButtonElement} */ (each).disabled = !stopped;
      /** @type {HTMLButtonElement} */ (pause).disabled = !isDebugging || stopped !== null;
      /** @type {HTMLButtonElement} */ (start).disabled = get().isBusy;
    },
  );
  subscribe(
    ({ debugging: now }) => now.breakpoints,
    (lines) => {
      const remove = (/** @type {number} */ line) =>
        dispatch({ type: "breakpoints-changed", lines: lines.filter((each) => each !== line) });
      points.replaceChildren(
        lines.length ? `${text("Breakpoints")}: ` : text("No breakpoints: press beside a line number, or F9 in the editor."),
        ...lines.map((line) => button(`${text("line {line}", { line })} ✕`, () => remove(line), { "aria-label": text("Remove the breakpoint at line {line}", { line }) })),
      );
    },
  );
  subscribe(
    ({ debugging: now }) => now.pause,
    (stopped) => {
      changes = stopped?.result === null || !stopped ? {} : changes;
      status.textContent = stopped
        ? text(STOPPED[stopped.why], { line: stopped.line, message: stopped.message })
        : "";
      details.replaceChildren(...(stopped ? describe(page, stopped, (name, value) => void (changes[name] = value)) : []));
    },
  );
}

/** @param {string} words @param {() => void} onclick @param {Record<string, any>} [more] */
function button(words, onclick, more = {}) {
  return element("button", { type: "button", class: "small", onclick, ...more }, words);
}

/** @param {Page} page @param {Pause} pause @param {(name: string, value: string) => void} change @returns {Node[]} */
function describe({ debugging, editor }, pause, change) {
  const parts = pause.call ? [describeCall(pause.call, pause.why === "before-call", change)] : [];
  const rows = pause.locals.map(([name, value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, element("code", {}, value))),
  );
  const frames = pause.stack.map(([name, line, column], at) => {
    const onclick = () => {
      editor.jumpTo(line, column);
      debugging.reply("frame", { frame: at });
    };
    const current = at === pause.frame ? { "aria-current": "true" } : {};
    return element("li", {}, button(text("{name}, line {line}", { name, line }), onclick, current));
  });
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const typed = valueOf(event).trim();
    if (typed) debugging.reply("evaluate", { text: typed });
  };
  const field = element("input", {
    class: "debug-field",
    "aria-label": text("Evaluate with the local variables"),
    placeholder: text("Evaluate with the local variables"),
    autocomplete: "off",
    spellcheck: false,
    onkeydown,
    "data-testid": "debug-evaluate",
  });
  return [
    ...parts,
    element("h3", {}, text("Local variables")),
    rows.length
      ? element("table", { class: "locals", "data-testid": "debug-locals" }, element("tbody", {}, ...rows))
      : element("p", { class: "panel-note" }, text("none here")),
    field,
    ...(pause.result === null ? [] : [element("pre", { role: "status", "data-testid": "debug-result" }, pause.result)]),
    element("h3", {}, text("Calls")),
    element("ol", { class: "debug-stack", "data-testid": "debug-stack" }, ...frames),
  ];
}

/** @param {Record<string, string>} call @param {boolean} isBefore @param {(name: string, value: string) => void} change */
function describeCall(call, isBefore, change) {
  const names = isBefore ? ["system", "prompt", "model"] : ["text"];
  const fields = names.map((name) => {
    const oninput = (/** @type {Event} */ event) => change(name, valueOf(event));
    const input = element(name === "model" ? "input" : "textarea", {
      value: call[name] ?? "",
      oninput,
      "data-testid": `debug-call-${name}`,
      ...(name !== "model" && { rows: name === "system" ? 2 : 4 }),
    });
    return element("label", { class: "debug-call-field" }, text(FIELDS[name]), input);
  });
  const title = isBefore ? text("What will be sent (you can change it)") : text("What came back (you can change it)");
  return element("div", { class: "debug-call", role: "group", "aria-label": title }, element("h3", {}, title), ...fields);
}
