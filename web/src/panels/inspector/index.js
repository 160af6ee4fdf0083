/** The inspector: the model calls of the last run, each with what went out and what came back. */
import { byId, download, element, isOn } from "../../dom.js";

/** @typedef {import("../../state/calls.js").Call} Call */

/** @param {Call} call @returns {string[]} the facts in its headline, "" for what is not known */
function headline(call) {
  const state = { running: "running …", done: "done", failed: "failed" }[call.state];
  const first = call.firstChunkMilliseconds;
  const time = call.totalMilliseconds;
  return [
    `${call.provider || call.method || "call"}${call.model ? ` · ${call.model}` : ""}`,
    call.status ? `HTTP ${call.status}` : state,
    first === null ? "" : `first chunk ${first} ms`,
    time === null ? "" : `total ${time} ms`,
    call.usage ? describeUsage(call.usage) : "",
    call.costUsd ? describeCost(call.costUsd) : "",
    call.attempts > 1 ? `attempt ${call.attempt} of ${call.attempts}` : "",
    call.agent === null ? "" : `${call.agent || "agent"}, turn ${call.turn}`,
  ];
}

/**
 * One call in the list; its details are laid in when it is opened.
 * @param {Call} first as it is at the start
 */
function createCallBox(first) {
  let call = first;
  let isOpen = false;
  let version = "";
  const box = element("details", { class: "call" });

  /** Brings it up to date. */
  function fill() {
    const facts = headline(call);
    const current = `${isOpen} ${facts.join()} ${isOpen ? call.response.length + call.text.length : ""}`;
    if (current === version) return;
    version = current;
    box.className = `call ${call.state}`;
    const [name, ...others] = facts;
    box.replaceChildren(
      element(
        "summary",
        {},
        element("span", { class: "call-name" }, name),
        ...others.filter(Boolean).map((fact) => element("span", { class: "fact" }, fact)),
      ),
    );
    if (isOpen) fillDetails(box, call);
  }

  box.addEventListener("toggle", (event) => {
    isOpen = isOn(event);
    fill();
  });
  return {
    box,
    /** @param {Call} now */
    show(now) {
      call = now;
      fill();
    },
  };
}

/** @param {import("../page.js").Page} page */
export function mount({ get, subscribe }) {
  const list = byId("calls");
  const count = byId("call-count");
  const save = byId("save-calls");
  /** @type {{run: number, boxes: ReturnType<typeof createCallBox>[]}} */
  let shown = { run: -1, boxes: [] };
  let isScheduled = false;

  function render() {
    isScheduled = false;
    const { run, list: calls } = get().calls;
    if (shown.run !== run) {
      list.replaceChildren();
      shown = { run, boxes: [] };
    }
    calls.forEach((call, index) => {
      const isNew = index === shown.boxes.length;
      if (isNew) shown.boxes.push(createCallBox(call));
      shown.boxes[index].show(call);
      if (isNew) list.append(shown.boxes[index].box);
    });
    count.textContent = calls.length ? String(calls.length) : "";
    list.classList.toggle("empty", calls.length === 0);
    save.hidden = calls.length === 0;
  }

  save.addEventListener("click", () => {
    download("model-calls.jsonl", new Blob([asJsonLines(get().calls.list)], { type: "application/jsonl" }));
  });
  subscribe(
    ({ calls }) => calls,
    ({ list: calls }) => {
      // That there are none is shown already.
      if (isScheduled || (!calls.length && !shown.boxes.length)) return;
      isScheduled = true;
      requestAnimationFrame(render);
    },
  );
}

/** @param {HTMLElement} box @param {Call} call */
function fillDetails(box, call) {
  /** @type {[string, string | null][]} */
  const parts = [
    ["Error", call.error],
    ["Sent to", call.url && `${call.method} ${call.url}`],
    ["Request", pretty(call.request)],
    ["Response", pretty(call.response)],
    ["What the model thought", call.thoughts],
    ["What the model said", call.text],
    ["Sources", call.sources.map(({ title, url }, at) => `[${at + 1}] ${[title, url].filter(Boolean).join(" – ")}`).join("\n")],
    ["Tool calls", call.toolCalls.length ? JSON.stringify(call.toolCalls, null, 2) : ""],
    ["Ended because", call.stopReason],
    ["Notes", call.notes.join("\n")],
  ];
  for (const [label, text] of parts) {
    if (text) box.append(element("h4", {}, label), element("pre", {}, text));
  }
}

/** @param {Record<string, any>} usage */
function describeUsage(usage) {
  const { prompt_tokens: sent, completion_tokens: answered } = usage;
  return sent || answered ? `${sent} → ${answered} tokens` : "";
}

/** @param {number} dollars */
function describeCost(dollars) {
  return dollars >= 0.01 ? `$${dollars.toFixed(2)}` : `$${dollars.toPrecision(2)}`;
}

/** @param {Call[]} calls @returns {string} one object a line */
function asJsonLines(calls) {
  return calls.map((call) => `${JSON.stringify(call)}\n`).join("");
}

/** @param {string} text @returns {string} JSON laid out, anything else as it is */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
