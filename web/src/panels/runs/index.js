/** The last runs: shows what they printed, compares two of them, and brings a program back. */
import { byId, element, valueOf } from "../../dom.js";
import { titleOf } from "../../storage/program-record.js";
import { bindDialog } from "../dialog.js";
import { loadPart } from "../../parts.js";
import { spoken, text, textLater } from "../../texts/texts.js";

/** @typedef {import("../../storage/past-runs.js").PastRun} PastRun */

const ENDINGS = { whole: textLater("{when} · ran, {time}"), failed: textLater("{when} · failed, {time}"), stopped: textLater("{when} · was stopped, {time}") };
const NONE = "none";

/** @param {number} moment @returns {string} in short: of today only the time */
function describeMoment(moment) {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  const options = /** @type {Intl.DateTimeFormatOptions} */ (isToday ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
  return new Intl.DateTimeFormat(spoken(), { ...options, hourCycle: "h23" }).format(moment);
}

/** @param {PastRun} run */
const describe = ({ at, ending, milliseconds }) =>
  text(ENDINGS[ending], {
    when: describeMoment(at),
    time: milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`,
  });

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, subscribe, pastRuns }) {
  const list = byId("runs-list");
  const preview = byId("runs-preview");
  /** @type {PastRun[]} */
  let runs = [];
  /** @type {{close: () => void}[]} what shows texts now */
  let shown = [];
  let round = 0;

  function closeShown() {
    for (const each of shown) each.close();
    shown = [];
  }

  /** @param {PastRun} run */
  function bringBack({ code, isFromLink }) {
    const { draft, link } = get();
    dispatch({ type: "dialog-closed", dialog: "runs" });
    if (draft.text === code) return;
    const previous = draft.text.trim() ? { text: draft.text, isFromLink: link.isFromLink } : null;
    dispatch({ type: "program-restored", text: code, isFromLink, previous });
    const words = text("This is the program of an earlier run. The program that was here is kept: see History.");
    dispatch({ type: "banner-shown", text: words, previous });
  }

  /** @param {number} at @param {number} other which one it is compared with; -1 for none */
  async function choose(at, other) {
    const mine = ++round;
    mark(at);
    const { createComparison } = await loadPart(() => import("../../editor/comparison.js"));
    if (mine !== round) return;
    closeShown();
    const [run, before] = [runs[at], runs[other] ?? null];
    const program = { before: before && before.code, after: run.code, isProgram: true, label: text("Program") };
    const output = { before: before && before.output, after: run.output, isProgram: false, label: text("Output") };
    const views = [program, output].map((texts) => createComparison(texts));
    shown = views;
    const options = runs.flatMap((each, index) =>
      index === at ? [] : [new Option(describe(each), String(index), false, index === other)],
    );
    const select = element(
      "select",
      {
        "data-testid": "runs-compare",
        "aria-label": text("Compare with"),
        onchange: (/** @type {Event} */ event) => {
          const chosen = valueOf(event);
          void choose(at, chosen === NONE ? -1 : Number(chosen));
        },
      },
      new Option(text("Compare with no other run"), NONE, false, other < 0),
      ...options,
    );
    const back = element(
      "button",
      { type: "button", class: "primary", "data-testid": "runs-bring-back", onclick: () => bringBack(run) },
      text("Bring back"),
    );
    preview.replaceChildren(
      element("div", { class: "history-head" }, select, back),
      element("h3", { class: "runs-part" }, text("Program")),
      views[0].element,
      element("h3", { class: "runs-part" }, text("Output")),
      views[1].element,
    );
  }

  /** @param {number} chosen */
  function mark(chosen) {
    const items = runs.map((run, at) =>
      element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            class: "history-entry",
            "aria-current": String(at === chosen),
            onclick: () => void choose(at, at + 1 < runs.length ? at + 1 : -1),
          },
          element("span", { class: "history-name" }, titleOf(run.code)),
          element("span", { class: "history-facts" }, describe(run)),
        ),
      ),
    );
    list.replaceChildren(...items);
  }

  async function refresh() {
    runs = await pastRuns.list().catch(() => []);
    byId("runs-count").textContent = runs.length ? "" : text("Nothing has been run here yet.");
    closeShown();
    preview.replaceChildren();
    if (runs.length) await choose(0, runs.length > 1 ? 1 : -1);
    else mark(-1);
  }

  byId("runs").addEventListener("click", () => {
    dispatch({ type: "dialog-closed", dialog: "history" });
    dispatch({ type: "dialog-opened", dialog: "runs" });
  });
  byId("runs-clear").addEventListener("click", () => void pastRuns.clear().then(refresh));
  bindDialog({ dispatch, subscribe }, "runs", {
    box: /** @type {HTMLDialogElement} */ (byId("runs-dialog")),
    beforeOpen: () => void refresh(),
  });
}
