/**
 * Keeps what the last run printed, its calls and its recording, so that a reload shows them again, also
 * one in the middle of it; and puts what it printed to its program in the history.
 */
import { createLater } from "./later.js";
import { text, textLater } from "../texts/texts.js";

const PAUSE = { pause: 800, most: 1500 };
/** The history is written seldom while a program runs. */
const HISTORY_MILLISECONDS = 3000;
/** Of all calls together, so much is kept of what was sent and said; the newest first. */
const MAX_CALL_CHARACTERS = 4_000_000;

const CUT = textLater("The page was closed or reloaded while this ran. What had arrived by then is above.");
const OVER = textLater("From before the page was reloaded. Run the program again to use what it defines.");

/**
 * @typedef {import("../state/calls.js").Call} Call
 * @typedef {import("../storage/history.js").Place} Place
 *
 * @typedef {object} Parts
 * @property {import("../state.js").Store} state
 * @property {import("../log.js").Log} log
 * @property {import("../storage/run-store.js").RunStore} store
 * @property {import("../storage/history.js").History} history
 * @property {() => Promise<Place | null>} keepProgram keeps the program that is about to run
 * @property {Promise<{id: string, before: string | null}>} tabId
 * @property {(text: string) => string} redact removes every key
 * @property {(listener: () => void) => void} onLateArrival is told when the database comes after all
 */

/** @param {import("../log.js").Item} item @param {(text: string) => string} redact @returns {object} it, without keys */
function redactItem(item, redact) {
  const view = "view" in item && item.view ? { view: JSON.parse(redact(JSON.stringify(item.view))) } : {};
  return "text" in item ? { ...item, ...view, text: redact(item.text) } : { ...item, ...view };
}

/** @param {readonly Call[]} list @param {(text: string) => string} redact @returns {Call[]} as much as is kept */
export function shortenCalls(list, redact) {
  let left = MAX_CALL_CHARACTERS;
  return list
    .toReversed()
    .map((call) => {
      left -= call.request.length + call.response.length + call.text.length;
      // While an answer arrives, it is as the server sends it.
      if (left > 0) return { ...call, response: redact(call.response) };
      return { ...call, request: "", response: "", text: "", notes: [...call.notes, text("not kept over the reload")] };
    })
    .reverse();
}

/** @param {readonly Call[]} list @param {boolean} wasRunning @returns {Call[]} as they are after a reload */
export function endCalls(list, wasRunning) {
  if (!wasRunning) return [...list];
  return list.map((call) => (call.state === "running" ? { ...call, state: "failed", error: text(CUT) } : call));
}

const newName = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** @param {Parts} parts */
export function keepRuns({ state: { get, dispatch, subscribe }, log, store, history, ...parts }) {
  const { keepProgram, tabId, redact, onLateArrival } = parts;
  /** What was kept last, to keep only what has changed. */
  let saved = { log: 0, calls: get().calls.list, recorded: get().recorded };
  /** @type {Promise<Place | null>} where the program that runs is in the history */
  let place = Promise.resolve(null);
  /** The same, as far as it is known. @type {Place | null} */
  let lastPlace = null;
  let historyAt = 0;
  /** What the history has of what is printed: as many changes of the log. */
  let inHistory = 0;
  /** @type {Promise<unknown>} what is being written into the history */
  let writing = Promise.resolve();
  let runName = newName();
  /** The run of which the history does not have everything, "" if there is none. */
  let unwritten = "";
  /** The recording that is in the store for sure. @type {unknown} */
  let inStore = get().recorded;
  let ownId = "";
  void tabId.then(({ id }) => {
    ownId = id;
  });

  const isRunning = () => get().run.ending === "running";

  function takeLog() {
    const items = log.kept().map((item) => redactItem(item, redact));
    const { code } = get().run;
    const about = { run: runName, at: Date.now(), isRunning: isRunning(), code };
    return { ...about, items: /** @type {any[]} */ (items) };
  }

  const takeCalls = () => ({ run: runName, at: Date.now(), list: shortenCalls(get().calls.list, redact) });

  /** @returns {import("../storage/run-store.js").KeptRun} what has changed since it was asked last */
  function takeChanges() {
    const { calls, recorded } = get();
    const before = saved;
    saved = { log: log.changes(), calls: calls.list, recorded };
    return {
      ...(before.log !== saved.log && { log: takeLog() }),
      ...(before.calls !== calls.list && { calls: takeCalls() }),
      ...(before.recorded !== recorded && { recorded: { run: runName, at: Date.now(), recorded } }),
    };
  }

  /** @param {import("../storage/run-store.js").KeptRun} run */
  async function write(run) {
    if (!Object.keys(run).length) return;
    try {
      await store.save((await tabId).id, run);
      if (run.recorded) inStore = run.recorded.recorded;
    } catch {
      // No room: it is still on the page.
    }
  }

  /** @param {import("../storage/program-record.js").Version["ending"]} ending */
  async function putIntoHistory(ending) {
    historyAt = Date.now();
    inHistory = log.changes();
    const [printed, run] = [redact(log.keptText()), runName];
    const at = await place;
    const isKept = at && (await history.keepOutput(at, printed, ending).then(() => true, () => false));
    if (isKept && ending !== "running" && run === runName) unwritten = "";
  }

  /** @param {import("../storage/program-record.js").Version["ending"]} ending */
  function writeHistory(ending) {
    writing = Promise.all([writing, putIntoHistory(ending)]);
  }

  /** What was printed is for the history, too: it may have heard of less of it, or of nothing. */
  function leaveForHistory() {
    const { run, link } = get();
    if (!unwritten || unwritten !== runName || !run.code.trim()) return;
    const from = link.isFromLink ? "link" : "own";
    const output = redact(log.keptText());
    history.sayFarewell({ text: run.code, from, place: lastPlace, output, ending: run.ending });
  }

  async function save() {
    const isDue = Date.now() - historyAt > HISTORY_MILLISECONDS;
    const isBehind = isRunning() && get().run.isOfEditor && inHistory !== log.changes();
    if (isBehind && isDue) writeHistory("running");
    await Promise.all([write(takeChanges()), writing]);
    if (isBehind && !isDue) later.soon();
  }

  /** The database may not have the time to take it. */
  function saveAtEnd() {
    store.saveLastWords({ log: takeLog(), calls: takeCalls() });
    const recorded = { run: runName, at: Date.now(), recorded: get().recorded };
    leaveForHistory();
    if (ownId && inStore !== recorded.recorded) void store.saveAtEnd(ownId, { recorded }).catch(() => {});
  }

  const later = createLater(save, { ...PAUSE, atEnd: saveAtEnd });

  /** @param {boolean} isOfEditor whether what begins to run goes into the history */
  function beginPlace(isOfEditor) {
    unwritten = isOfEditor ? runName : "";
    lastPlace = null;
    const mine = isOfEditor ? keepProgram() : Promise.resolve(null);
    place = mine;
    void mine.then((at) => {
      if (place === mine) lastPlace = at;
    });
  }

  function watch() {
    log.watch(later.soon);
    subscribe(({ calls, recorded }) => [calls.list, recorded], later.soon, { now: false });
    subscribe(
      ({ calls, run }) => [calls.run, run.ending],
      () => {
        const { run } = get();
        if (run.ending === "running") runName = newName();
        if (run.ending === "running") beginPlace(run.isOfEditor);
        else if (run.ending && run.isOfEditor) writeHistory(run.ending);
        later.soon();
      },
      { now: false },
    );
  }

  /** Shows what was kept. @param {import("../storage/run-store.js").KeptRun} kept */
  function show({ log: printed, calls, recorded: recording }) {
    const wasRunning = printed?.isRunning ?? false;
    const list = endCalls(/** @type {Call[]} */ (calls?.list ?? []), wasRunning);
    const recorded = /** @type {import("../state/calls.js").Recorded | null} */ (recording?.recorded ?? null);
    const isCut = recorded?.state === "running";
    if (list.length || recorded) {
      dispatch({ type: "run-restored", calls: list, recorded: isCut ? { ...recorded, state: "stopped" } : recorded });
    }
    const items = /** @type {import("../log.js").Item[]} */ (printed?.items ?? []);
    if (items.length) log.restore(items, text(wasRunning ? CUT : OVER), wasRunning);
    // The history may not have heard of the last of it.
    if (!wasRunning || printed?.code !== get().draft.text) return;
    place = keepProgram();
    writeHistory("running");
  }

  let isShown = false;

  async function restore() {
    const { id, before } = await tabId;
    const kept = before ? await store.load(before) : {};
    void store.tidy(id).catch(() => {});
    if (isShown || !kept.log || get().calls.run > 0 || get().run.ending) return; // or something runs by now
    isShown = true;
    show(kept);
  }

  watch();
  onLateArrival(() => void restore().catch(() => {}));
  return { restored: restore().catch(() => {}) };
}
