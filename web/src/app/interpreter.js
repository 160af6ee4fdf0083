/**
 * The page's side of the interpreter: starts it, makes what it tells part of the state, and does what a
 * program waits for.
 */
import { createEngine } from "../engine/engine.js";
import { chooseTier, prepareServiceWorker } from "../engine/tier.js";
import { linkBudgetOf } from "../models/budget.js";
import { describeSettings } from "../models/settings.js";
import { absolute, keepPage } from "./offline.js";

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

const NO_STREAMING =
  "This browser can neither suspend nor share: replies of models arrive whole, and only from servers " +
  "that need no key. A current Chrome, Edge or Firefox can do more.";
const FAULT = "Something in this page failed (not your program).";

/**
 * @typedef {object} Parts
 * @property {import("../state.js").Store} state
 * @property {import("../log.js").Log} log
 * @property {import("../models/keys.js").Keys} keys
 * @property {import("./judging.js").Judge} judge
 * @property {import("../models/calls.js").Calls} calls
 * @property {import("../sharing/recorder.js").Recorder} recorder
 * @property {import("./questions.js").Questions} questions
 * @property {() => boolean} usesLocalModel
 * @property {typeof __ASSETS__} assets
 */

/**
 * @param {Parts} parts
 * @returns {import("../engine/engine.js").EngineOptions["onAsk"]} does what a program waits for
 */
const createAnswers =
  ({ judge: { relay }, log, questions }) =>
  async (request, body) => {
    switch (request.operation) {
      case "fetch":
        return { header: await relay.open(request.request, body) };
      case "fetch-all":
        return { header: { replies: await relay.openAll(request.requests, request.limit, body) } };
      case "pull":
        return relay.pull(request.handle);
      case "drain":
        await log.drain();
        return { header: {} };
      case "sleep":
        await new Promise((resolve) => setTimeout(resolve, request.seconds * 1000));
        return { header: {} };
      case "read-line":
        return { header: { line: await questions.ask(request.prompt) } };
      default:
        throw new Error(`unknown operation: ${request.operation}`);
    }
  };

/**
 * What the messages of the worker do, by their type.
 * @param {Parts} parts
 * @param {() => void} onReady
 * @returns {{[T in import("../engine/protocol.js").ToPage["type"]]?:
 *   (message: Extract<import("../engine/protocol.js").ToPage, {type: T}>) => void}}
 */
function createReceivers({ state: { get, dispatch }, log, calls, recorder }, onReady) {
  return {
    write({ parts }) {
      const texts = parts.map(([, text]) => text);
      const streamed = parts.filter(([kind]) => kind === "stream").map(([, text]) => text);
      dispatch({ type: "printed", text: texts.join(""), streamed: streamed.join("") });
      log.write(parts);
    },
    record({ event }) {
      if (event.type === "recording") recorder.add(/** @type {any} */ (event));
      else calls.record(event);
    },
    file: ({ name, bytes }) => dispatch({ type: "file-written", name, bytes }),
    forget: ({ name }) => dispatch({ type: "file-lost", name }),
    phase: ({ phase }) => dispatch({ type: "start-went-on", ...PHASES[phase] }),
    ready({ tier }) {
      dispatch({ type: "started" });
      if (tier === "direct") log.showNote(NO_STREAMING);
      onReady();
    },
    documentation: ({ entries }) => dispatch({ type: "library-arrived", entries }),
    // A defect of ours, told apart from mistakes of a program.
    fault({ message }) {
      console.error(message);
      const isStarting = get().phase === "loading";
      log.showFault(isStarting ? `${FAULT} Try to reload it.` : FAULT, message);
      if (isStarting) dispatch({ type: "start-failed", message });
    },
  };
}

/** @param {Parts} parts */
export function createInterpreter(parts) {
  const { state, keys, judge, questions, usesLocalModel, assets } = parts;
  /** @type {import("../engine/engine.js").Engine | undefined} */
  let engine;

  const receivers = createReceivers(parts, () => {
    setTimeout(() => keepPage(assets, usesLocalModel()), KEEP_DELAY_MILLISECONDS);
    setTimeout(() => engine?.askDocumentation(), DOCUMENTATION_DELAY_MILLISECONDS);
  });

  function describe() {
    const { run, settings } = state.get();
    return { ...describeSettings(state.get()), budget: run.isLimited ? linkBudgetOf(settings) : null };
  }

  async function start() {
    const tier = chooseTier(new URLSearchParams(location.search).get("wait"));
    const script = absolute(assets.serviceWorker);
    const serviceWorkers = tier === "service" ? await prepareServiceWorker(script) : null;
    engine = createEngine({
      script: absolute(assets.worker),
      addresses: {
        runtime: absolute(assets.runtime),
        stdlib: absolute(assets.stdlib),
        language: absolute(assets.language),
        wheels: absolute("wheels/"),
        wait: absolute("wait"),
      },
      tier,
      serviceWorkers,
      describeSettings: describe,
      listFiles: () => state.get().files,
      onAsk: createAnswers(parts),
      onTell: (request) => request.operation === "abort" && judge.relay.abort(request.handle),
      onMessage: (message) => receivers[message.type]?.(/** @type {any} */ (message)),
      onStop() {
        judge.relay.abortAll();
        judge.consent.cancel();
        questions.end();
      },
      onState: (phase, isBusy) =>
        state.dispatch({ type: "engine-changed", phase, isBusy, now: performance.now() }),
    });
    return engine;
  }
  const started = start();

  return {
    /** Runs a program once the interpreter is there and free. @type {import("../engine/engine.js").Engine["run"]} */
    async run(code, how) {
      await keys.ready; // what a program is told of providers says who has a key
      return (await started).run(code, how);
    },
    stop: () => engine?.stop(),
    /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
    writeFile: (name, bytes) => engine?.writeFile(name, bytes),
    /** @returns {[string, Uint8Array<ArrayBuffer>][]} the files that the program in the editor sees */
    listSeen: () => [...state.get().files],
    /** @param {string} name */
    removeFile: (name) => engine?.removeFile(name),
  };
}

/** @typedef {ReturnType<typeof createInterpreter>} Interpreter */
