/** What is seen of a call when it is opened: what went out, what came back when, and what can be done with it. */
import { element } from "../../dom.js";
import { createCopying } from "./copying.js";
import { describeTime, pretty } from "./facts.js";
import { createTrialBox } from "./trial.js";

/** @typedef {import("../../state/calls.js").Call} Call */

/** What the pieces of a reply are called. */
const EVENTS = /** @type {Record<string, string>} */ ({
  TextDelta: "words",
  ThinkingDelta: "thoughts",
  ThinkingReady: "end of the thoughts",
  ToolCallReady: "tool call",
  ServerStepReady: "step of the provider's own tool",
  SourceFound: "source",
  OtherAnswer: "another answer",
  OddsReport: "probabilities",
  ModelNamed: "name of the model",
  UsageReport: "tokens",
  Finished: "end",
  EmbeddingsReady: "vectors",
  RankingReady: "order",
});
/** More rows nobody reads. */
const MOST_EVENTS = 400;

/** @param {Call} call @returns {HTMLElement | null} when which piece of the reply came */
function eventTable({ events }) {
  if (!events.length) return null;
  const rows = events.slice(0, MOST_EVENTS).map(([seconds, name, size]) =>
    element(
      "tr",
      {},
      element("td", {}, describeTime(seconds * 1000)),
      element("td", {}, EVENTS[name] ?? name),
      element("td", {}, size ? `${size} characters` : ""),
    ),
  );
  const heads = ["After", "What came", "How much"].map((text) => element("th", { scope: "col" }, text));
  const table = element("table", { class: "events" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  const title = `What came when (${events.length})`;
  return element("details", { class: "event-list" }, element("summary", {}, title), element("div", { class: "scroll", tabindex: "0" }, table));
}

/** @param {Call} call @returns {[string, string][]} */
const partsOf = (call) => [
  ["Error", call.error ?? ""],
  ["Sent to", call.url && `${call.method} ${call.url}`],
  ["Request", pretty(call.request)],
  ["Response", pretty(call.response)],
  ["What the model thought", call.thoughts],
  ["What the model said", call.text],
  ["Sources", call.sources.map(({ title, url }, at) => `[${at + 1}] ${[title, url].filter(Boolean).join(" – ")}`).join("\n")],
  ["Tool calls", call.toolCalls.length ? JSON.stringify(call.toolCalls, null, 2) : ""],
  ["Ended because", call.stopReason ?? ""],
  ["Notes", call.notes.join("\n")],
];

/** @param {import("../page.js").Page} page @param {HTMLElement} box @param {() => Call} now */
export function createDetails(page, box, now) {
  const parts = element("div", {});
  let version = "";
  box.append(createCopying(now), createTrialBox(page, now), parts);
  return {
    /** @param {Call} call */
    show(call) {
      const current = [call.state, call.response.length, call.text.length, call.events.length, call.notes.length].join();
      if (current === version) return;
      version = current;
      const shown = partsOf(call).filter(([, text]) => text);
      const texts = shown.flatMap(([label, text]) => [element("h4", {}, label), element("pre", { tabindex: "0" }, text)]);
      const events = eventTable(call);
      parts.replaceChildren(...texts, ...(events ? [events] : []));
    },
  };
}

/** @typedef {ReturnType<typeof createDetails>} Details */
