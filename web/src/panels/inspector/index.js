/**
 * The inspector: the model calls of the last run on a line of time, each with what went out and what came
 * back, under the agents and tools that made them. What is seen when one is opened is loaded then.
 */
import { byId, download, element, isOn } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { describeCost, describeTime, describeUsage } from "./facts.js";
import { loadPart } from "../../parts.js";

/**
 * @typedef {import("../../state/calls.js").Call} Call
 * @typedef {import("../../state/calls.js").Step} Step
 * @typedef {import("../../state/calls.js").CallList} CallList
 * @typedef {{from: number, to: number}} Scale milliseconds since 1970 that the line of time begins and ends with
 */

/** @param {Call} call @param {Scale} scale @returns {string[]} the facts in its headline, "" for what is not known */
function headline(call, scale) {
  const state = { running: text("running …"), done: text("done"), failed: text("failed") }[call.state];
  const first = call.firstChunkMilliseconds;
  const time = call.totalMilliseconds;
  const begins = call.startedAt - scale.from;
  return [
    `${call.provider || call.method || "call"}${call.model ? ` · ${call.model}` : ""}`,
    call.repeats ? text("again") : "",
    call.status ? `HTTP ${call.status}` : state,
    begins >= 1 && !call.repeats ? text("after {time}", { time: describeTime(begins) }) : "",
    first === null ? "" : text("first chunk {ms} ms", { ms: first }),
    time === null ? "" : text("total {ms} ms", { ms: time }),
    call.usage ? describeUsage(call.usage) : "",
    call.costUsd ? describeCost(call.costUsd) : "",
    call.attempts > 1 ? text("attempt {attempt} of {attempts}", { attempt: call.attempt, attempts: call.attempts }) : "",
    call.agent === null ? "" : text("{agent}, turn {turn}", { agent: call.agent || "agent", turn: call.turn ?? 0 }),
  ];
}

/** A bar on the line of time; what it shows stands beside it in words. */
function createBar() {
  const [waiting, answering] = ["bar-waiting", "bar-answering"].map((name) => element("span", { class: name }));
  const bar = element("span", { class: "timeline", "aria-hidden": "true" }, waiting, answering);
  return {
    bar,
    /** @param {number} startedAt @param {number | null} first @param {number | null} total @param {Scale} scale */
    show(startedAt, first, total, { from, to }) {
      const all = Math.max(1, to - from);
      const lasts = total ?? Math.max(0, to - startedAt);
      const waits = Math.min(first ?? lasts, lasts);
      const percent = (/** @type {number} */ part) => `${Math.max(0, Math.min(100, (100 * part) / all))}%`;
      waiting.style.setProperty("margin-left", percent(startedAt - from));
      waiting.style.setProperty("width", percent(waits));
      answering.style.setProperty("width", percent(lasts - waits));
    },
  };
}

/**
 * One call in the list; its details are laid in when it is opened.
 * @param {Call} first as it is at the start
 * @param {import("../page.js").Page} page
 */
function createCallBox(first, page) {
  let call = first;
  let scale = { from: first.startedAt, to: first.startedAt };
  let isOpen = false;
  let version = "";
  /** @type {import("./details.js").Details | null} */
  let details = null;
  const summary = element("summary", {});
  const repeats = element("div", { class: "repeats" });
  const box = element("details", { class: "call" }, summary);
  const item = element("div", { class: "call-item" }, box, repeats);
  const { bar, show } = createBar();

  /** Brings it up to date. */
  function fill() {
    const facts = headline(call, scale);
    if (!call.repeats) show(call.startedAt, call.firstChunkMilliseconds, call.totalMilliseconds, scale);
    if (isOpen) details?.show(call);
    const current = facts.join();
    if (current === version) return;
    version = current;
    box.className = `call ${call.state}`;
    const [name, ...others] = facts;
    summary.replaceChildren(
      element("span", { class: "call-name" }, name),
      ...others.filter(Boolean).map((fact) => element("span", { class: "fact" }, fact)),
      ...(call.repeats ? [] : [bar]),
    );
  }

  box.addEventListener("toggle", async (event) => {
    isOpen = isOn(event);
    if (isOpen && !details) {
      const { createDetails } = await loadPart(() => import("./details.js"));
      details ??= createDetails(page, box, () => call);
    }
    fill();
  });
  return {
    item,
    /** Where those stand that were made after it. */
    repeats,
    open() {
      Object.assign(box, { open: true });
      box.scrollIntoView({ block: "nearest" });
    },
    /** @param {Call} now @param {Scale} of the line of time */
    show(now, of) {
      call = now;
      scale = of;
      fill();
    },
  };
}

/** An agent or a tool, around what it does. @param {Step} first */
function createStepBox(first) {
  const { bar, show } = createBar();
  const name = first.kind === "agent" ? first.name || "agent" : first.name;
    const facts = element("span", { class: "fact" });
  const told = element("div", { class: "step-told" });
  const inner = element("div", { class: "step-children" });
  const summary = element("summary", {}, element("span", { class: "call-name" }, first.kind === "agent" ? text("Agent {name}", { name }) : text("Tool {name}", { name })), facts, bar);
  const item = element("details", { class: `step ${first.kind}`, open: true }, summary, told, inner);
  let version = "";
  return {
    item,
    inner,
    /** @param {Step} step @param {Scale} scale */
    show(step, scale) {
      show(step.startedAt, null, step.milliseconds, scale);
      const time = step.milliseconds === null ? text("running …") : describeTime(step.milliseconds);
      const current = `${time} ${step.error}`;
      if (current === version) return;
      version = current;
      facts.textContent = step.error ? text("{time}, failed", { time }) : time;
      const parts = [[text("Given"), step.kind === "tool" ? step.arguments : ""], [text("Gave"), step.result], [text("Error"), step.error]];
      told.replaceChildren(
        ...parts.filter(([, content]) => content).map(([label, content]) =>
          element("p", {}, element("strong", {}, `${label} `), element("code", {}, content)),
        ),
      );
    },
  };
}

/** @param {readonly {startedAt: number, ends: number | null}[]} spans @returns {Scale} */
function scaleOf(spans) {
  const now = Date.now();
  const from = spans.reduce((least, { startedAt }) => Math.min(least, startedAt), now);
  const to = spans.reduce((most, { ends }) => Math.max(most, ends ?? now), from + 1);
  return { from, to };
}

/** @param {number} startedAt @param {number | null} lasts */
const span = (startedAt, lasts) => ({ startedAt, ends: lasts === null ? null : startedAt + lasts });

/** @param {HTMLElement} list @param {import("../page.js").Page} page */
function createTree(list, page) {
  /** @type {Map<number, ReturnType<typeof createStepBox>>} */
  const steps = new Map();
  /** @type {ReturnType<typeof createCallBox>[]} */
  const boxes = [];
  /** What stands in each place, in the order of its beginning. @type {Map<HTMLElement, {at: number, item: HTMLElement}[]>} */
  const placed = new Map();

  /** @param {HTMLElement} place @param {HTMLElement} item @param {number} at when it began */
  function put(place, item, at) {
    const there = placed.get(place) ?? [];
    placed.set(place, there);
    const next = there.findIndex((each) => each.at > at);
    if (next < 0) place.append(item);
    else there[next].item.before(item);
    there.splice(next < 0 ? there.length : next, 0, { at, item });
  }

  return {
    /** Opens some calls, and the steps around them. @param {readonly string[]} ids @param {CallList} of the run */
    open(ids, { list: calls, steps: stepList }) {
      const parents = new Map(stepList.map(({ id, parent }) => [id, parent]));
      for (const [at, { id, parent }] of [...calls.entries()].reverse()) {
        if (!ids.includes(id)) continue;
        for (let each = parent; each; each = parents.get(each) ?? 0) {
          const around = steps.get(each)?.item;
          if (around) Object.assign(around, { open: true });
        }
        boxes[at]?.open();
      }
    },
    /** @param {readonly Step[]} stepList @param {Call[]} calls */
    show(stepList, calls) {
      const own = calls.filter(({ repeats }) => !repeats);
      const scale = scaleOf([
        ...own.map((call) => span(call.startedAt, call.totalMilliseconds)),
        ...stepList.map((step) => span(step.startedAt, step.milliseconds)),
      ]);
      const within = (/** @type {number} */ id) => steps.get(id)?.inner ?? list;
      for (const step of stepList) {
        const known = steps.get(step.id);
        const box = known ?? createStepBox(step);
        steps.set(step.id, box);
        box.show(step, scale);
        if (!known) put(within(step.parent), box.item, step.startedAt);
      }
      calls.forEach((call, index) => {
        const isNew = index === boxes.length;
        if (isNew) boxes.push(createCallBox(call, page));
        boxes[index].show(call, scale);
        if (!isNew) return;
        const first = call.repeats ? calls.findIndex(({ id }) => id === call.repeats) : -1;
        put(first >= 0 ? boxes[first].repeats : within(call.parent), boxes[index].item, call.startedAt);
      });
    },
  };
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { get, subscribe } = page;
  const list = byId("calls");
  const count = byId("call-count");
  const save = byId("save-calls");
  const panel = /** @type {HTMLDetailsElement} */ (byId("inspector"));
  const preview = byId("preview");
  /** @type {{run: number, tree: ReturnType<typeof createTree> | null}} */
  let shown = { run: -1, tree: null };
  let isScheduled = false;

  function render() {
    isScheduled = false;
    const { run, list: calls, steps } = get().calls;
    if (shown.run !== run) {
      list.replaceChildren();
      shown = { run, tree: createTree(list, page) };
    }
    shown.tree?.show(steps, calls);
    count.textContent = calls.length ? String(calls.length) : "";
    list.classList.toggle("empty", calls.length === 0);
    save.hidden = calls.length === 0;
  }

  save.addEventListener("click", () => {
    download("model-calls.jsonl", new Blob([asJsonLines(get().calls.list)], { type: "application/jsonl" }));
  });
  byId("preview-call").addEventListener("click", async () => {
    panel.open = true;
    const { previewCall } = await loadPart(() => import("./preview.js"));
    await previewCall(page, preview);
  });
  subscribe(
    ({ calls }) => [calls.run, calls.list, calls.steps],
    ([, calls]) => {
      // That there are none is shown already.
      if (isScheduled || (!(/** @type {Call[]} */ (calls).length) && !shown.tree)) return;
      isScheduled = true;
      requestAnimationFrame(render);
    },
  );
  subscribe(
    ({ calls }) => calls.pointed,
    (pointed) => {
      if (!pointed.length) return;
      panel.open = true;
      render();
      shown.tree?.open(pointed, get().calls);
    },
  );
  subscribe(
    ({ calls }) => calls.run,
    () => {
      preview.hidden = true;
    },
  );
}

/** @param {Call[]} calls @returns {string} one object a line */
function asJsonLines(calls) {
  return calls.map((call) => `${JSON.stringify(call)}\n`).join("");
}
