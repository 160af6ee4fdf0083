/** Run, Stop, and the status: what the interpreter is doing, and for how long. */
import { byId } from "../../dom.js";

const SECONDS_SHOWN_EVERY_MILLISECONDS = 250;

/** @typedef {import("../../state.js").State} State */

/** @param {Pick<State, "run" | "transfer" | "compiling">} state @returns {string} what is said of a program that runs */
function describeRun({ run, transfer, compiling }) {
  if (transfer) {
    const percent = Number.isNaN(transfer.done) ? "" : ` ${Math.round(transfer.done * 100)} %`;
    return `Loading ${transfer.what} …${percent}`;
  }
  if (compiling !== null) return `Compiling … ${Math.round(compiling * 100)} %`;
  const seconds = (performance.now() - run.startedAt) / 1000;
  return seconds < 1 ? "Running …" : `Running … ${Math.floor(seconds)} s`;
}

/** @param {number} milliseconds */
const describeTime = (milliseconds) =>
  milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** @type {Partial<Record<import("../../state/run.js").Run["ending"], string>>} */
const ENDINGS = { failed: "Failed after", stopped: "Stopped after" };

/** @param {Pick<State, "run" | "calls">} state @returns {string} what is said when nothing runs */
function describeRest({ run, calls }) {
  if (!run.milliseconds) return "Ready";
  let tokens = 0;
  for (const { usage } of calls.list) tokens += (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0);
  const used = tokens ? ` · ${tokens.toLocaleString("en")} tokens` : "";
  return `${ENDINGS[run.ending] ?? "Done in"} ${describeTime(run.milliseconds)}${used}`;
}

/** @param {import("../page.js").Page} page */
export function mount({ get, subscribe, run, stop }) {
  const status = byId("status");
  const text = byId("status-text");
  const live = byId("status-said");
  const progress = byId("progress");
  const stopButton = /** @type {HTMLButtonElement} */ (byId("stop"));
  let said = "";

  /** @param {string} words */
  function say(words) {
    if (words === said) return;
    text.textContent = said = words;
  }

  byId("run").addEventListener("click", run);
  stopButton.addEventListener("click", stop);
  if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("run-keys").textContent = "⌘ ⏎";

  subscribe(
    ({ phase, start, run: { milliseconds, ending }, calls }) => [phase, start.text, milliseconds, ending, calls.list],
    () => {
      const { phase, start, run: last } = get();
      if (phase === "running") live.textContent = "Running";
      status.dataset.state = phase;
      status.dataset.ending = last.ending;
      if (phase === "ready") say((live.textContent = describeRest(get())));
      else if (phase === "loading") say(start.text);
      // What is said of a run comes with the clock below: a short program changes no words.
    },
  );
  setInterval(() => {
    if (get().phase === "running") say(describeRun(get()));
  }, SECONDS_SHOWN_EVERY_MILLISECONDS);
  subscribe(
    ({ transfer, compiling }) => [transfer, compiling],
    () => {
      if (get().phase === "running") say(describeRun(get()));
    },
  );
  subscribe(
    ({ start }) => start.done,
    (done) => {
      progress.hidden = done === null;
      if (done !== null) progress.style.setProperty("--done", String(done));
    },
  );
  subscribe(
    ({ isBusy }) => isBusy,
    (isBusy) => {
      stopButton.disabled = !isBusy;
    },
  );
}
