/** Starts the page and ties its parts together. */
import { createCalls } from "./calls.js";
import { createChromeModel } from "./chrome-model.js";
import { byId, element } from "./dom.js";
import { createEditor } from "./editor.js";
import { createEngine } from "./engine.js";
import { EXAMPLES, createExamples } from "./examples.js";
import { listenForFiles } from "./file-input.js";
import { createFiles } from "./files.js";
import { fitImage } from "./image-fitting.js";
import { createInspector } from "./inspector.js";
import { createKeys } from "./keys.js";
import { createLinkLimit } from "./link-limit.js";
import { createLocalModels } from "./local-model.js";
import { finishSignIn } from "./openrouter.js";
import { createOutput } from "./output.js";
import { chatWith, createPageModels } from "./page-models.js";
import { createPlayground } from "./playground.js";
import { findProvider } from "./providers.js";
import { createQuestions } from "./question.js";
import { createRecorder } from "./recorder.js";
import { createRecordingPlayer } from "./recording-player.js";
import { createRelay } from "./relay.js";
import { createRepl } from "./repl.js";
import { createSettingsPanel } from "./settings-panel.js";
import { createSettings } from "./settings-store.js";
import { createShareDialog, makeLink, openLink } from "./share.js";
import { device, drafts, fileStore } from "./storage.js";
import { chooseTier, keepForOffline, prepareServiceWorker } from "./tier.js";

/** Addresses of the built files, relative to the page. Put in by web/build.mjs. */
const ASSETS = __ASSETS__;
/** After the start, when nothing else is urgent. */
const KEEP_DELAY_MILLISECONDS = 2000;
/** The first program goes before what the editor shows. */
const DOCUMENTATION_DELAY_MILLISECONDS = 100;

/** What is said while the interpreter starts, and how far it is then. */
const PHASES = {
  runtime: { text: "Loading the runtime …", done: 0.1 },
  python: { text: "Starting Python …", done: 0.35 },
  language: { text: "Starting the language …", done: 0.8 },
};

/** @param {string} address */
const absolute = (address) => new URL(address, document.baseURI).href;

const keys = createKeys(device);
const settings = createSettings(device, keys);
const limitBadge = /** @type {HTMLButtonElement} */ (byId("link-limit"));
const linkLimit = createLinkLimit(limitBadge, { settings, drafts });
const inspector = createInspector(byId("calls"), byId("call-count"), byId("save-calls"));
const calls = createCalls(keys, () => inspector.show(calls.list()));
const chrome = createChromeModel(showTransfer);
const local = createLocalModels({
  script: absolute(ASSETS.localEngine),
  wasm: absolute(ASSETS.localWasm),
  storage: device,
  onProgress: showTransfer,
});
const pageModels = createPageModels({
  chrome: chatWith(chrome),
  local: chatWith(local),
  image: fitImage,
});
const relay = createRelay(keys, calls, pageModels);

/** @type {PromiseWithResolvers<void>} */
const ready = Promise.withResolvers();
// Who waits for it hears of a failure; if nobody does, the output pane has said enough.
ready.promise.catch(() => {});
const status = byId("status");
const statusText = byId("status-text");
const progress = byId("progress");
const runButton = /** @type {HTMLButtonElement} */ (byId("run"));
const stopButton = /** @type {HTMLButtonElement} */ (byId("stop"));
const replField = /** @type {HTMLInputElement} */ (byId("repl"));

// --- The interpreter: started first, since it takes longest ---------------------------------------

/** What the program under way has printed, for the result of one that is terminated. */
let printed = "";
/** What of it was a model's words. */
let streamed = "";
/** @type {number} */
let runningSince = 0;
/** @type {import("./engine.js").Engine | undefined} */
let engine;

async function startEngine() {
  const tier = chooseTier(new URLSearchParams(location.search).get("wait"));
  const script = absolute(ASSETS.serviceWorker);
  const serviceWorkers = tier === "service" ? await prepareServiceWorker(script) : null;
  engine = createEngine({
    script: absolute(ASSETS.worker),
    addresses: {
      runtime: absolute(ASSETS.runtime),
      stdlib: absolute(ASSETS.stdlib),
      language: absolute(ASSETS.language),
      wheels: absolute("wheels/"),
      wait: absolute("wait"),
    },
    tier,
    serviceWorkers,
    describeSettings: () => ({ ...settings.describe(), budget: linkLimit.budget() }),
    listFiles: () => files.entries(),
    onAsk: answer,
    onTell: (request) => request.operation === "abort" && relay.abort(request.handle),
    onMessage: receive,
    onStop() {
      relay.abortAll();
      questions.end();
    },
    onState: showState,
  });
}
const engineReady = startEngine();

// --- The editor and what is in it -------------------------------------------------------------

const editor = createEditor(byId("editor"), {
  text: drafts.load() ?? EXAMPLES[0].code,
  onRun: () => void runEditor(),
  onChange(text) {
    drafts.save(text);
    if (!text.trim()) linkLimit.end();
  },
});
const output = createOutput(byId("output"), (line, column) => editor.jumpTo(line, column));

const recorder = createRecorder(keys);
const player = createRecordingPlayer(byId("recording"), { onRun: () => void runEditor() });

const questions = createQuestions(output);

const files = createFiles(byId("file-list"), {
  store: fileStore,
  onWrite: (name, bytes) => engine?.writeFile(name, bytes),
  onRemove: (name) => engine?.removeFile(name),
  onInsert: (text) => editor.insert(text),
  onNote: showToast,
});

// --- Running ------------------------------------------------------------------------------------

/** Runs what is in the editor. */
async function runEditor() {
  await run(editor.getText());
}

/**
 * Runs a program in a new session and shows what comes of it.
 * @param {string} code
 * @returns {Promise<import("./protocol.js").Result>}
 */
async function run(code) {
  // A second press of Run starts over.
  if (engine?.isBusy()) engine.stop();
  const isEditor = code === editor.getText();
  linkLimit.startRun(isEditor);
  editor.clearErrors(); // before the output changes, or the page is laid out twice
  output.clear();
  calls.clear();
  const recording = player.play(code, isEditor);
  if (recording) {
    recorder.adopt(code, recording);
    for (const [name, bytes] of recording.files) {
      if (files.read(name) === undefined) files.write(name, bytes);
    }
  } else {
    recorder.begin(code, settings.describe(), files.entries());
  }
  return evaluate(code, { fresh: true, isEditor, recording });
}

/**
 * @param {string} code
 * @param {object} how
 * @param {boolean} how.fresh
 * @param {boolean} how.isEditor
 * @param {import("./link.js").Recording | null} [how.recording] answers its model calls
 * @returns {Promise<import("./protocol.js").Result>}
 */
async function evaluate(code, { fresh, isEditor, recording = null }) {
  await engineReady;
  if (!engine) throw new Error("the interpreter did not start");
  printed = streamed = "";
  const outcome = await engine.run(code, { fresh, recording });
  recorder.end(outcome.result !== null);
  const result = outcome.result ?? describeEnd(outcome);
  if (!outcome.result) {
    output.showNote(outcome.stopped && outcome.lost ? STOPPED_HARD : (result.error?.message ?? ""));
  } else {
    if (result.value !== null) output.showValue(shortenEcho(result.value));
    if (result.error) output.showError(result.error, code, isEditor);
    if (result.error && isEditor) {
      editor.markError(result.error.line, result.error.column, result.error.message);
    }
  }
  await output.drain();
  return result;
}

/**
 * A stream's value is the text that stands there already: its start is enough.
 * @param {string} value
 */
function shortenEcho(value) {
  const text = value.slice(1, -1);
  if (text.length < 120 || !value.startsWith('"') || !streamed.includes(text.slice(0, 2000))) return value;
  return `${value.slice(0, 60)} …"  (the text above, ${text.length.toLocaleString()} characters)`;
}

const NO_STREAMING =
  "This browser can neither suspend nor share: replies of models arrive whole, and only from servers " +
  "that need no key. A current Chrome, Edge or Firefox can do more.";
const STOPPED_HARD = "Stopped. Its definitions are gone; your files are kept.";

/**
 * @param {import("./engine.js").Outcome} outcome of a program that has no result
 * @returns {import("./protocol.js").Result}
 */
function describeEnd({ stopped }) {
  const message = stopped ? "Stopped." : "The interpreter failed and was started again.";
  const lines = printed.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return {
    value: null,
    output: lines,
    error: { type: stopped ? "stopped" : "fault", message, line: 0, column: 0, hint: null, stack: [] },
  };
}

/** @param {"loading" | "ready" | "running"} state */
function showState(state) {
  if (status.dataset.state !== state && state === "running") runningSince = performance.now();
  status.dataset.state = state;
  runButton.classList.toggle("busy", state === "running");
  stopButton.disabled = !engine?.isBusy();
  if (state === "ready") {
    if (statusText.textContent !== "Ready") statusText.textContent = "Ready";
    ready.resolve();
  }
}

/** A model that is being loaded, for the status line. @type {import("./provider-extras.js").Progress} */
let transfer = null;

/** @param {import("./provider-extras.js").Progress} progress */
function showTransfer(progress) {
  transfer = progress;
  settingsPanel.showProgress(progress);
  if (status.dataset.state !== "running") return;
  progressBar(progress && !Number.isNaN(progress.done) ? progress.done : null);
  showElapsed();
}

/** @param {number | null} done from 0 to 1 */
function progressBar(done) {
  progress.hidden = done === null;
  if (done !== null) progress.style.setProperty("--done", String(done));
}

function showElapsed() {
  const seconds = (performance.now() - runningSince) / 1000;
  if (transfer) {
    const percent = Number.isNaN(transfer.done) ? "" : ` ${Math.round(transfer.done * 100)} %`;
    statusText.textContent = `Loading ${transfer.what} …${percent}`;
  } else {
    statusText.textContent = seconds < 1 ? "Running …" : `Running … ${Math.floor(seconds)} s`;
  }
}

setInterval(() => {
  if (status.dataset.state !== "running") return;
  showElapsed();
}, 250);

/**
 * Does what a program waits for.
 * @param {Record<string, any>} request
 * @param {Uint8Array<ArrayBuffer>} body
 * @returns {Promise<{header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}>}
 */
async function answer(request, body) {
  switch (request.operation) {
    case "fetch":
      return { header: await relay.open(request.request, body) };
    case "fetch-all":
      return { header: { replies: await relay.openAll(request.requests, request.limit, body) } };
    case "pull":
      return relay.pull(request.handle);
    case "drain":
      await output.drain();
      return { header: {} };
    case "sleep":
      await new Promise((resolve) => setTimeout(resolve, request.seconds * 1000));
      return { header: {} };
    case "read-line":
      return { header: { line: await questions.ask(request.prompt) } };
    default:
      throw new Error(`unknown operation: ${request.operation}`);
  }
}

/** @param {import("./protocol.js").ToPage} message */
function receive(message) {
  switch (message.type) {
    case "write":
      for (const [kind, text] of message.parts) {
        printed += text;
        if (kind === "stream") streamed += text;
      }
      output.write(message.parts);
      break;
    case "record":
      if (message.event.type === "recording") recorder.add(/** @type {any} */ (message.event));
      else calls.record(message.event);
      break;
    case "file":
      files.receive(message.name, message.bytes);
      break;
    case "forget":
      files.forget(message.name);
      break;
    case "phase":
      if (status.dataset.state === "loading") showPhase(PHASES[message.phase]);
      break;
    case "ready":
      progress.hidden = true;
      setTimeout(keepPage, KEEP_DELAY_MILLISECONDS);
      setTimeout(() => engine?.askDocumentation(), DOCUMENTATION_DELAY_MILLISECONDS);
      if (message.tier === "direct") output.showNote(NO_STREAMING);
      break;
    case "documentation":
      editor.setLibrary(message.entries);
      break;
    case "fault":
      console.error(message.message);
      showFault(message.message);
      break;
  }
}

function keepPage() {
  const model = local.isUsed() ? [ASSETS.localEngine, ASSETS.localWasm] : [];
  const built = [...ASSETS.files, ...model, ".", ...document.querySelectorAll("script[src], link[href]")];
  const addresses = built.map((each) =>
    absolute(typeof each === "string" ? each : (each.getAttribute("src") ?? each.getAttribute("href") ?? "")),
  );
  void keepForOffline(absolute(ASSETS.serviceWorker), [...new Set(addresses)]);
}

/** @param {{text: string, done: number}} phase */
function showPhase({ text, done }) {
  statusText.textContent = text;
  progress.style.setProperty("--done", String(done));
}

/** A defect of ours, told apart from mistakes of a program. @param {string} message */
function showFault(message) {
  const note = "Something in this page failed (not your program).";
  output.showBlock(
    element(
      "details",
      { class: "fault" },
      element("summary", {}, status.dataset.state === "loading" ? `${note} Try to reload it.` : note),
      element("pre", {}, message),
    ),
  );
  if (status.dataset.state !== "loading") return;
  statusText.textContent = "Did not start";
  ready.reject(new Error(message));
}


if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("run-keys").textContent = "⌘ ⏎";

// --- Buttons ------------------------------------------------------------------------------------

runButton.addEventListener("click", () => void runEditor());
stopButton.addEventListener("click", () => engine?.stop());
byId("clear").addEventListener("click", () => output.clear());
byId("copy-output").addEventListener("click", async () => {
  await navigator.clipboard.writeText(output.text()).then(
    () => showToast("Output copied"),
    () => showToast("The browser did not allow copying"),
  );
});
document.addEventListener("keydown", (event) => {
  const inDialog = document.querySelector("dialog[open]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented && !inDialog) {
    event.preventDefault();
    void runEditor();
  }
});
createRepl(replField, (code) => {
  output.showEcho(code);
  void evaluate(code, { fresh: false, isEditor: false, recording: player.playing() });
});

/** @type {number} */
let toastTimer = 0;

/** Says something for a few seconds. @param {string} text */
function showToast(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => toast.classList.remove("shown"), 4000);
}

// --- Settings, examples, sharing ------------------------------------------------------------------

const settingsPanel = createSettingsPanel({ settings, keys, chrome, local });
const modelBadge = byId("model-badge");

function showModel() {
  const name = settings.defaultProvider();
  const demo = name === "demo";
  modelBadge.classList.toggle("demo", demo);
  modelBadge.textContent = demo
    ? "Demo model: offline, not a real AI"
    : `${findProvider(name)?.label.replace(/ \(.*/, "") ?? name} · ${settings.modelOf(name) || "default model"}`;
}
settings.onChange(showModel);
showModel();
modelBadge.addEventListener("click", settingsPanel.open);
byId("settings").addEventListener("click", settingsPanel.open);
limitBadge.addEventListener("click", settingsPanel.open);

/** Replaces the program by another one. @param {string} code @param {string} what */
function replaceProgram(code, what) {
  const before = editor.getText();
  if (before === code) return;
  const worthKeeping = before.trim() && !EXAMPLES.some((example) => example.code === before);
  if (worthKeeping) drafts.savePrevious(before);
  player.clear();
  linkLimit.end();
  editor.setText(code);
  showBanner(what, worthKeeping ? before : null);
}

/**
 * @param {string} text
 * @param {string | null} previous the program that was replaced, to be brought back by a button
 */
function showBanner(text, previous) {
  const banner = byId("banner");
  const close = () => {
    banner.hidden = true;
  };
  const restore =
    previous !== null &&
    element(
      "button",
      {
        type: "button",
        onclick: () => {
          editor.setText(previous);
          linkLimit.end();
          drafts.savePrevious(null);
          close();
        },
      },
      "Restore my program",
    );
  banner.replaceChildren(
    element("span", {}, text),
    ...(restore ? [restore] : []),
    element("button", { type: "button", class: "small", "aria-label": "Close", onclick: close }, "✕"),
  );
  banner.hidden = false;
}

createExamples(/** @type {HTMLSelectElement} */ (byId("examples")), {
  onChoose: (example) => replaceProgram(example.code, `Example: ${example.title}`),
  hasFile: (name) => files.read(name) !== undefined,
  onSample(name, bytes) {
    files.write(name, bytes);
    showToast(`${name} was added as a sample; choose your own image to replace it`);
  },
});

const shareDialog = createShareDialog({
  dialog: /** @type {HTMLDialogElement} */ (byId("share-dialog")),
  field: /** @type {HTMLInputElement} */ (byId("share-url")),
  message: byId("share-message"),
  copy: /** @type {HTMLButtonElement} */ (byId("share-copy")),
  withRecording: /** @type {HTMLInputElement} */ (byId("share-recording")),
  reason: byId("share-reason"),
  contents: byId("share-contents"),
  saveTape: /** @type {HTMLButtonElement} */ (byId("share-tape")),
});
byId("share").addEventListener("click", () => {
  const code = editor.getText();
  const url = makeLink(code);
  drafts.markSeen(new URL(url).hash);
  history.replaceState(null, "", url);
  void shareDialog.show(code, recorder.last());
});

/** Puts the program of a link into the editor. It never runs because of that. */
function importLink() {
  const { hash } = location;
  if (!hash) return;
  const isReload = drafts.hasSeen(hash);
  const opened = openLink(hash);
  if (!opened) return;
  if ("problem" in opened) {
    if (!isReload) showBanner(opened.problem, null);
    return;
  }
  player.clear();
  if (!isReload) {
    drafts.markSeen(hash);
    const limit = linkLimit.describe();
    const told = limit ? ` It may use up to ${limit} of a paid model a run.` : "";
    replaceProgram(opened.code, `This program came with a link. Read it, then press Run.${told}`);
    drafts.save(opened.code);
    linkLimit.begin();
  }
  if (opened.recording) player.load(opened.code, opened.recording);
}
void finishSignIn({ keys, settings, onNote: showToast });
importLink();
window.addEventListener("hashchange", importLink);

// --- Files ------------------------------------------------------------------------------------------

listenForFiles((chosen) => void files.addAll(chosen));
const filesRestored = fileStore.load().then((kept) => files.restore(kept));

// --- For tests and agents -------------------------------------------------------------------------------

Object.defineProperty(window, "playground", {
  value: createPlayground({
    ready: Promise.all([ready.promise, filesRestored]).then(() => undefined),
    run,
    stop: () => engine?.stop(),
    editor,
    files,
    calls,
    recorder,
    keys,
    settings,
  }),
});
