/** The inspector: the model calls of the last run, each with what went out and what came back. */
import { download, element } from "./dom.js";

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} count
 * @param {HTMLElement} save button that offers all calls as a file
 */
export function createInspector(list, count, save) {
  /** @type {Map<import("./calls.js").Call, HTMLElement>} */
  const shown = new Map();
  let scheduled = false;
  /** Whether it is shown that there are none. */
  let isEmpty = false;
  /** @type {import("./calls.js").Call[]} */
  let latest = [];

  save.addEventListener("click", () => {
    download("model-calls.jsonl", new Blob([asJsonLines(latest)], { type: "application/jsonl" }));
  });

  /** @param {import("./calls.js").Call} call */
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

  /** Brings one call up to date. @param {import("./calls.js").Call} call */
  function fill(call) {
    const box = /** @type {HTMLElement} */ (shown.get(call));
    const open = box.hasAttribute("open");
    const facts = headline(call);
    const version = `${open} ${facts.join()} ${open ? call.response.length + call.text.length : ""}`;
    if (box.dataset.version === version) return;
    box.dataset.version = version;
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
    if (open) fillDetails(box, call);
  }

  /** @param {import("./calls.js").Call[]} calls */
  function render(calls) {
    count.textContent = calls.length ? String(calls.length) : "";
    const current = new Set(calls);
    for (const [call, box] of shown) {
      if (current.has(call)) continue;
      box.remove();
      shown.delete(call);
    }
    for (const call of calls) {
      if (!shown.has(call)) {
        const box = element("details", { class: "call" });
        box.addEventListener("toggle", () => fill(call));
        shown.set(call, box);
        list.append(box);
      }
      fill(call);
    }
    list.classList.toggle("empty", calls.length === 0);
    save.hidden = isEmpty = calls.length === 0;
  }

  return {
    /** @param {import("./calls.js").Call[]} calls */
    show(calls) {
      latest = calls;
      if (scheduled || (isEmpty && !calls.length)) return;
      scheduled = true;
      requestAnimationFrame(() => {
        scheduled = false;
        render(latest);
      });
    },
  };
}

/** @param {HTMLElement} box @param {import("./calls.js").Call} call */
function fillDetails(box, call) {
  /** @type {[string, string | null][]} */
  const parts = [
    ["Error", call.error],
    ["Sent to", call.url && `${call.method} ${call.url}`],
    ["Request", pretty(call.request)],
    ["Response", pretty(call.response)],
    ["What the model said", call.text],
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

/** @param {import("./calls.js").Call[]} calls @returns {string} one object a line */
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
