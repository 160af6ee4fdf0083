/** What the panel of long jobs shows: a table for each evaluation, a bar and the last rows for others. */
import { element } from "../../dom.js";
import { text, textLater } from "../../texts/texts.js";
import { foldJobs } from "./folding.js";

/**
 * @typedef {import("./folding.js").Evaluation} Evaluation
 * @typedef {import("./told.js").Column} Column
 * @typedef {import("./told.js").Rows} Rows
 * @typedef {import("./told.js").Trial} Trial
 * @typedef {{show: (jobs: readonly object[]) => Rows[]}} Tables
 */

/** What is seen, and what is said of it. @type {Record<string, [string, string]>} */
const CHANGES = { better: ["↑", textLater("better than before")], worse: ["↓", textLater("worse than before")], new: ["*", textLater("new")], "": ["", ""] };
const ENDINGS = { running: "", complete: textLater("done"), budget: textLater("the budget is spent"), stopped: textLater("stopped") };
const MINUTE = 60;
const HOUR = 3600;
const FEW = 90;

/** @param {number | null} usd */
const money = (usd) => (usd === null ? text("not known") : `$${usd.toFixed(4)}`);
/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`;

/** @param {number} seconds */
function describeLeft(seconds) {
  if (seconds < FEW) return text("{n} s left", { n: Math.round(seconds) });
  if (seconds < FEW * MINUTE) return text("{n} min left", { n: Math.round(seconds / MINUTE) });
  return text("{n} h left", { n: (seconds / HOUR).toFixed(1) });
}

/** @param {Pick<Column, "rate" | "lowest" | "highest">} column */
const describeRate = ({ rate, lowest, highest }) =>
  lowest === highest ? percent(rate) : text("{rate} ({lowest} to {highest})", { rate: percent(rate), lowest: percent(lowest), highest: percent(highest) });

/** @param {readonly Trial[]} trials @returns {Omit<Column, "name">} their sums, while more are to come */
function sumsOf(trials) {
  const passed = trials.filter((each) => each.passed).length;
  const rate = trials.length ? passed / trials.length : 0;
  const times = trials.map(({ ms }) => ms).sort((a, b) => a - b);
  const isKnown = trials.every(({ usd }) => usd !== null);
  const usd = isKnown ? trials.reduce((sum, each) => sum + (each.usd ?? 0), 0) : null;
  return { passed, of: trials.length, rate, lowest: rate, highest: rate, usd, ms: times[times.length >> 1] ?? 0 };
}

/** @param {Trial} trial */
function trialBox({ passed, answer, problems, error, usd, tokens, ms }) {
  const wrong = error ? [...problems, error] : problems;
  return element(
    "li",
    { class: passed ? "jobs-passed" : "jobs-failed" },
    element("pre", {}, answer || text("(no answer)")),
    ...wrong.map((each) => element("p", { class: "jobs-failed" }, each)),
    element("p", { class: "jobs-soft" }, text("{ms} ms, {cost}, {n} tokens", { ms, cost: money(usd), n: tokens })),
  );
}

/** @param {import("../page.js").Page} page */
function createEvaluation({ dispatch, evaluate, programs, get }) {
  const head = element("h3", {});
  const problem = element("p", { class: "jobs-failed" });
  const table = element("table", { "data-testid": "eval-table" });
  const details = element("ul", { "data-testid": "eval-trials", "aria-live": "polite" });
  const again = element(
    "button",
    {
      type: "button",
      class: "small",
      "data-testid": "eval-again",
      onclick: () => {
        if (!get().isBusy) void evaluate("(eval/run {:only-failed #t})");
      },
    },
    text("Run again what failed"),
  );
  const share = element(
    "button",
    { type: "button", class: "small", "data-testid": "eval-share", onclick: () => programs.share() },
    text("Share this table …"),
  );
  const box = element("section", { class: "jobs-job" }, head, problem, table, details, element("div", { class: "row" }, again, share));
  /** Which cell is open: its place in the list of cells; -1 for none. */
  let open = -1;
  /** @type {Evaluation | null} */
  let shown = null;

  /** @param {number} place */
  function choose(place) {
    open = open === place ? -1 : place;
    if (!shown) return;
    show(shown);
    const ids = open < 0 ? [] : shown.cells[open].flatMap(({ calls }) => calls.map((number) => `call ${number}`));
    if (ids.length) dispatch({ type: "calls-pointed", ids });
  }

  /** @param {Evaluation} evaluation @param {number} place */
  function cellBox({ cells, ended, repeat }, place) {
    const trials = cells[place];
    const told = ended?.cells[place];
    const passed = told?.passed ?? trials.filter((each) => each.passed).length;
    const of = told?.of ?? trials.length;
    const [mark, words] = CHANGES[told?.change ?? ""];
    const isWhole = Boolean(of) && passed === of;
    const state = of ? (isWhole ? "jobs-passed" : "jobs-failed") : "jobs-soft";
    const about = [text("{passed} of {n} passed", { passed, n: of || repeat }), words && text(words), told?.kept ? text("of the run before") : ""].filter(Boolean).join(", ");
    return element(
      "td",
      {},
      element(
        "button",
        {
          type: "button",
          class: `jobs-cell ${state}`,
          "aria-label": about,
          "aria-pressed": String(open === place),
          onclick: () => choose(place),
        },
        of ? `${isWhole ? "✓" : "✗"} ${passed}/${of} ${mark}` : "…",
      ),
    );
  }

  /** @param {Evaluation} evaluation */
  function show(evaluation) {
    shown = evaluation;
    const { name, cases, models, cells, ended } = evaluation;
    const size = models.length;
    const columns = models.map((model, at) => {
      const trials = cases.flatMap((_, row) => cells[row * size + at]);
      return ended?.models[at] ?? { name: model, ...sumsOf(trials) };
    });
    const state = ended ? (ended.passes ? "passed" : "failed") : "running …";
    head.replaceChildren(name, " ", element("span", { class: ended ? `jobs-${state}` : "jobs-soft" }, state));
    problem.textContent = ended?.error ?? "";
    const sums = [
      ["passed", describeRate],
      ["cost", (/** @type {Column} */ { usd }) => money(usd)],
      ["time", (/** @type {Column} */ { ms }) => `${ms} ms`],
    ];
    table.replaceChildren(
      element("tr", {}, element("td"), ...models.map((model) => element("th", { scope: "col" }, model))),
      ...cases.map((each, row) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, each),
          ...models.map((_, at) => cellBox(evaluation, row * size + at)),
        ),
      ),
      ...sums.map(([title, describe]) =>
        element(
          "tr",
          { class: "jobs-soft" },
          element("th", { scope: "row" }, /** @type {string} */ (title)),
          ...columns.map((column) => element("td", {}, /** @type {(column: Column) => string} */ (describe)(column))),
        ),
      ),
    );
    details.replaceChildren(...(open < 0 ? [] : (cells[open] ?? []).map(trialBox)));
    again.hidden = !ended || ended.passes || Boolean(ended.error);
    share.hidden = !ended;
  }

  return { box, show };
}

function createRows() {
  const head = element("h3", {});
  const bar = /** @type {HTMLProgressElement} */ (element("progress", { "aria-label": text("Rows that are done") }));
  const facts = element("p", { class: "jobs-soft", "data-testid": "rows-facts" });
  const last = element("table", { "data-testid": "rows-table" });
  const errors = element("ul", { class: "jobs-failed" });
  const box = element("section", { class: "jobs-job", "data-testid": "rows-job" }, head, bar, facts, last, errors);
  return {
    box,
    /** @param {Rows} rows */
    show(rows) {
      const { out, state, done, failed, skipped, total, cost, budget, seconds } = rows;
      const made = done + failed;
      const rate = seconds ? made / seconds : 0;
      head.replaceChildren(out, " ", element("span", { class: "jobs-soft" }, text(ENDINGS[state])));
      const isRunning = state === "running";
      // Of how many is not known: a bar without a value says that something is under way.
      if (total) Object.assign(bar, { max: total, value: Math.min(rows.rows, total) });
      else if (!isRunning) Object.assign(bar, { max: 1, value: 1 });
      const left = total && rate && isRunning ? describeLeft(Math.max(0, total - rows.rows) / rate) : "";
      facts.textContent = [
        total ? text("{n} of {total} rows", { n: made + skipped, total }) : text("{n} rows", { n: made + skipped }),
        failed ? text("{n} failed", { n: failed }) : "",
        skipped ? text("{n} were there", { n: skipped }) : "",
        text("{n} rows/s", { n: rate < 10 ? rate.toFixed(1) : Math.round(rate) }),
        budget === null ? money(cost) : text("{cost} of {budget}", { cost: money(cost), budget: money(budget) }),
        left,
      ]
        .filter(Boolean)
        .join(" · ");
      last.replaceChildren(
        ...rows.last.map(([key, what]) =>
          element("tr", {}, element("th", { scope: "row" }, key), element("td", {}, what)),
        ),
      );
      errors.replaceChildren(...rows.errors.map(([key, what]) => element("li", {}, `${key}: ${what}`)));
    },
  };
}

/** @param {import("../page.js").Page} page @param {HTMLElement} place @returns {Tables} */
export function createTables(page, place) {
  /** @type {Map<string, {box: HTMLElement, show: (job: any) => void}>} */
  const boxes = new Map();

  /** @param {string} name @param {() => {box: HTMLElement, show: (job: any) => void}} create @param {unknown} job */
  function put(name, create, job) {
    const known = boxes.get(name) ?? create();
    if (!boxes.has(name)) place.append(known.box);
    boxes.set(name, known);
    known.show(job);
  }

  return {
    show(told) {
      const { evals, rows } = foldJobs(told);
      const jobs = new Set([...evals.map(({ name }) => `eval ${name}`), ...rows.map(({ out }) => `rows ${out}`)]);
      for (const [name, { box }] of boxes) {
        if (jobs.has(name)) continue;
        box.remove();
        boxes.delete(name);
      }
      for (const each of evals) put(`eval ${each.name}`, () => createEvaluation(page), each);
      for (const each of rows) put(`rows ${each.out}`, createRows, each);
      return rows;
    },
  };
}
