/** Run, Stop, and the status: what the interpreter is doing, and for how long. */
import { byId } from "../../dom.js";
import { spoken, text } from "../../texts/texts.js";

const SECONDS_SHOWN_EVERY_MILLISECONDS = 250;

/** @typedef {import("../../state.js").State} State */

/** @param {Pick<State, "run" | "transfer" | "compiling">} state @returns {string} what is said of a program that runs */
function describeRun({ run, transfer, compiling }) {
  if (transfer) {
    const { what, done } = transfer;
    if (Number.isNaN(done)) return text("Loading {what} …", { what });
    return text("Loading {what} … {percent} %", { what, percent: Math.round(done * 100) });
  }
  if (compiling !== null) return text("Compiling … {percent} %", { percent: Math.round(compiling * 100) });
  const seconds = (performance.now() - run.startedAt) / 1000;
  return seconds < 1 ? text("Running …") : text("Running … {seconds} s", { seconds: Math.floor(seconds) });
}

/** @param {number} milliseconds */
const describeTime = (milliseconds) =>
  milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** @param {import("../../state/run.js").Run["ending"]} ending @param {Record<string, string>} given @returns {string} */
function describeEnding(ending, given) {
  const withTokens = "tokens" in given;
  if (ending === "failed") return withTokens ? text("Failed after {time} · {tokens} tokens", given) : text("Failed after {time}", given);
  if (ending === "stopped") return withTokens ? text("Stopped after {time} · {tokens} tokens", given) : text("Stopped after {time}", given);
  return withTokens ? text("Done in {time} · {tokens} tokens", given) : text("Done in {time}", given);
}

/** @param {Pick<State, "run" | "calls">} state @returns {string} what is said when nothing runs */
function describeRest({ run, calls }) {
  if (!run.milliseconds) return text("Ready");
  let tokens = 0;
  for (const { usage } of calls.list) tokens += (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0);
  const time = describeTime(run.milliseconds);
  return describeEnding(run.ending, tokens ? { time, tokens: tokens.toLocaleString(spoken()) } : { time });
}

/** @param {import("../page.js").Page} page */
export function mount({ get, subscribe, run, stop }) {
  const status = byId("status");
  const shown = byId("status-text");
  const live = byId("status-said");
  const progress = byId("progress");
  const stopButton = /** @type {HTMLButtonElement} */ (byId("stop"));
  const isEmbedded = new URLSearchParams(location.search).has("embed");
  let said = "";

  /** @param {string} words */
  function say(words) {
    if (words === said) return;
    shown.textContent = said = words;
  }

  byId("run").addEventListener("click", () => {
    run();
    // On a phone it is below the program; a page around this one stays where it is.
    if (!isEmbedded) byId("output").scrollIntoView({ block: "nearest" });
  });
  stopButton.addEventListener("click", stop);
  if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("run-keys").textContent = "⌘ ⏎";

  subscribe(
    ({ phase, start, run: { milliseconds, ending }, calls }) => [phase, start.text, milliseconds, ending, calls.list],
    () => {
      const { phase, start, run: last } = get();
      if (phase === "running") live.textContent = text("Running");
      status.dataset.state = phase;
      status.dataset.ending = last.ending;
      if (phase === "ready") say((live.textContent = describeRest(get())));
      else if (phase === "loading") say(text(start.text));
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
