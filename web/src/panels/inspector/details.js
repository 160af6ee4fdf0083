/** What is seen of a call when it is opened: what went out, what came back when, and what can be done with it. */
import { element } from "../../dom.js";
import { spoken, text, textLater } from "../../texts/texts.js";
import { createCopying } from "./copying.js";
import { describeTime, pretty } from "./facts.js";
import { createTrialBox } from "./trial.js";

/** @typedef {import("../../state/calls.js").Call} Call */

/** What the pieces of a reply are called. */
const EVENTS = /** @type {Record<string, string>} */ ({
  TextDelta: textLater("words"),
  ThinkingDelta: textLater("thoughts"),
  ThinkingReady: textLater("end of the thoughts"),
  ToolCallReady: textLater("tool call"),
  ServerStepReady: textLater("step of the provider's own tool"),
  SourceFound: textLater("source"),
  OtherAnswer: textLater("another answer"),
  OddsReport: textLater("probabilities"),
  ModelNamed: textLater("name of the model"),
  UsageReport: textLater("tokens"),
  Finished: textLater("end"),
  EmbeddingsReady: textLater("vectors"),
  RankingReady: textLater("order"),
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
      element("td", {}, text(EVENTS[name] ?? name)),
      element("td", {}, size ? text("{n} characters", { n: size.toLocaleString(spoken()) }) : ""),
    ),
  );
  const heads = [text("After"), text("What came"), text("How much")].map((head) => element("th", { scope: "col" }, head));
  const table = element("table", { class: "events" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  const title = text("What came when ({n})", { n: events.length });
  return element("details", { class: "event-list" }, element("summary", {}, title), element("div", { class: "scroll", tabindex: "0" }, table));
}

/** @param {Call} call @returns {[string, string][]} */
const partsOf = (call) => [
  [text("Error"), call.error ?? ""],
  [text("Sent to"), call.url && `${call.method} ${call.url}`],
  [text("Request"), pretty(call.request)],
  [text("Response"), pretty(call.response)],
  [text("What the model thought"), call.thoughts],
  [text("What the model said"), call.text],
  [text("Sources"), call.sources.map(({ title, url }, at) => `[${at + 1}] ${[title, url].filter(Boolean).join(" – ")}`).join("\n")],
  [text("Tool calls"), call.toolCalls.length ? JSON.stringify(call.toolCalls, null, 2) : ""],
  [text("Ended because"), call.stopReason ?? ""],
  [text("Notes"), call.notes.join("\n")],
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
      const shown = partsOf(call).filter(([, content]) => content);
      const texts = shown.flatMap(([label, content]) => [element("h4", {}, label), element("pre", { tabindex: "0" }, content)]);
      const events = eventTable(call);
      parts.replaceChildren(...texts, ...(events ? [events] : []));
    },
  };
}

/** @typedef {ReturnType<typeof createDetails>} Details */
