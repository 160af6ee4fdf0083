/**
 * The page's side of the interpreter: starts it, makes what it tells part of the state, and does what a
 * program waits for.
 */
import { VISITOR, createEngine } from "../engine/engine.js";
import { openLetterbox } from "../engine/tier.js";
import { linkBudgetOf } from "../models/budget.js";
import { describeSettings } from "../models/settings.js";
import { absolute, keepPage } from "./offline.js";
import { createOwners } from "./owners.js";
import { createProgramFiles } from "./program-files.js";
import { text, textLater } from "../texts/texts.js";

/** After the start, when nothing else is urgent. */
const KEEP_DELAY_MILLISECONDS = 2000;
/** The first program goes before what the editor shows. */
const DOCUMENTATION_DELAY_MILLISECONDS = 100;

/** What is said while the interpreter starts, and how far it is then. */
const PHASES = {
  runtime: { text: textLater("Loading the runtime …"), done: 0.1 },
  python: { text: textLater("Starting Python …"), done: 0.35 },
  language: { text: textLater("Starting the language …"), done: 0.8 },
};

/** Timers count no further, and one that should go on longer would go off at once. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

const NO_STREAMING = textLater("This browser can neither suspend nor share: replies of models arrive whole, and only from servers that need no key. A current Chrome, Edge or Firefox can do more.");
const FAULT = textLater("Something in this page failed (not your program).");
const OPEN_WALL = textLater("This browser cannot shut programs in as well as others do: run only programs that you trust here. A current Chrome, Edge, Firefox or Safari can do more.");
const KEPT = textLater("Your text, the output and your files are kept.");
const NO_WEBASSEMBLY = textLater("This browser has no WebAssembly, which the interpreter is made of. Some browsers switch it off to be safer: allow it for this page, or open the page in another browser.");

/** What is said of an interpreter in trouble, and of one that will not come back by itself. */
const TROUBLES = {
  start: textLater("The interpreter did not start."),
  died: textLater("The interpreter ended unexpectedly, often because memory ran out."),
  nonsense: textLater("The program took the interpreter over and sent the page something that makes no sense, so it was ended."),
  flood: textLater("The program sent the page more than it can show, so it was ended."),
  stalled: textLater("The interpreter is taking long to start: the network may be slow, or something hangs."),
  quiet: textLater("The program has given no sign of life for a while. It may be at one very long step, or it hangs: wait, or press Stop."),
};

/** @param {string} trouble @returns {string} it, and that nothing is lost */
const withKept = (trouble) => `${text(trouble)} ${text(KEPT)}`;

/**
 * @typedef {object} Parts
 * @property {import("../state.js").Store} state
 * @property {import("../log.js").Log} log
 * @property {import("../models/keys.js").Keys} keys
 * @property {import("./judging.js").Judge} judge
 * @property {import("../models/calls.js").Calls} calls
 * @property {import("../sharing/recorder.js").Recorder} recorder
 * @property {import("./questions.js").Questions} questions
 * @property {import("./debugging.js").Debugging} debugging
 * @property {() => boolean} usesLocalModel
 * @property {typeof __ASSETS__} assets
 * @property {import("../engine/first.js").First} first
 */

/**
 * @param {Parts} parts
 * @returns {import("../engine/engine.js").EngineOptions["onAsk"]} does what a program waits for
 */
const createAnswers =
  ({ judge: { relay, signIn }, log, questions, debugging }) =>
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
        await new Promise((resolve) => setTimeout(resolve, Math.min(request.seconds * 1000, MOST_MILLISECONDS)));
        return { header: {} };
      case "debug":
        return { header: await debugging.answer(request.told) };
      case "read-line":
        return { header: { line: await questions.ask(request.prompt) } };
      case "sign-in":
        return { header: await signIn.ask({ url: request.url, server: request.server }) };
      case "form":
        return { header: await questions.fillIn(request.form) };
      case "upload":
        return { header: {}, body: await questions.readPiece(/** @type {any} */ (request)) };
      default:
        throw new Error(`unknown operation: ${request.operation}`);
    }
  };

/**
 * What the messages of the worker do, by their type.
 * @param {Parts} parts
 * @param {import("./program-files.js").ProgramFiles} files
 * @param {() => void} onReady
 * @returns {{[T in import("../engine/protocol.js").ToPage["type"]]?:
 *   (message: Extract<import("../engine/protocol.js").ToPage, {type: T}>, owner: string) => void}}
 */
function createReceivers({ state: { dispatch }, log, calls, recorder }, files, onReady) {
  return {
    write({ parts }) {
      const texts = parts.map(([kind, given]) => (kind === "view" ? `${given.text}\n` : given));
      const streamed = texts.filter((_, at) => parts[at][0] === "stream" || parts[at][0] === "view");
      dispatch({ type: "printed", text: texts.join(""), streamed: streamed.join("") });
      log.write(parts);
    },
    record({ events }) {
      for (const event of events) {
        if (event.type === "recording") recorder.add(/** @type {any} */ (event));
        else calls.record(event);
      }
    },
    file: ({ name, bytes }, owner) => files.put(name, bytes, owner),
    forget: ({ name }, owner) => files.forget(name, owner),
    phase: ({ phase }) => dispatch({ type: "start-went-on", ...PHASES[phase] }),
    ready({ tier, isStrict }) {
      dispatch({ type: "started" });
      if (tier === "direct") log.showNote(text(NO_STREAMING));
      if (!isStrict) log.showNote(text(OPEN_WALL));
      onReady();
    },
    compiling: ({ done }) => dispatch({ type: "compiling-went-on", done: done < 1 ? done : null }),
    documentation: ({ entries }) => dispatch({ type: "library-arrived", entries }),
    // A defect of ours, told apart from mistakes of a program.
    fault({ message }) {
      console.error(message);
      log.showFault(text(FAULT), message);
    },
  };
}

/**
 * @param {import("../engine/protocol.js").Tier} wanted
 * @param {string} script of the service worker
 * @returns {Promise<{tier: import("../engine/protocol.js").Tier, letterbox: import("../engine/tier.js").Letterbox | null}>}
 *   the tier, or the next one if the browser promised more than it does
 */
async function agree(wanted, script) {
  if (wanted !== "service") return { tier: wanted, letterbox: null };
  try {
    return { tier: wanted, letterbox: await openLetterbox(script) };
  } catch (error) {
    console.warn("programs cannot wait with the service worker:", error);
    return { tier: "direct", letterbox: null };
  }
}

/** @param {Parts} parts */
export function createInterpreter(parts) {
  const { state, log, keys, judge, questions, usesLocalModel, assets, first } = parts;
  const owners = createOwners(() => ({ ...state.get(), files: files.now() }));
  const files = createProgramFiles(state, owners, log);
  state.dispatch({ type: "start-went-on", ...PHASES.runtime });
  /** @type {import("../engine/engine.js").Engine | undefined} */
  let engine;

  const receivers = createReceivers(parts, files, () => {
    setTimeout(() => keepPage(assets, usesLocalModel()), KEEP_DELAY_MILLISECONDS);
    setTimeout(() => engine?.askDocumentation(), DOCUMENTATION_DELAY_MILLISECONDS);
  });

  function describe() {
    const { run, settings } = state.get();
    return { ...describeSettings(state.get()), budget: run.isLimited ? linkBudgetOf(settings) : null };
  }

  /** @type {import("../engine/engine.js").EngineOptions["onTrouble"]} */
  function onTrouble(trouble, details, isOver) {
    if (details) console.error(`interpreter: ${trouble}: ${details}`);
    const words = withKept(TROUBLES[trouble]);
    if (isOver || trouble === "stalled") log.showTrouble(words);
    else log.showNote(trouble === "quiet" ? words : `${words} ${text("A new one was started.")}`);
    if (isOver) state.dispatch({ type: "start-failed", message: details || words });
  }

  async function start() {
    if (typeof WebAssembly !== "object") throw new Error(NO_WEBASSEMBLY);
    const { tier, letterbox } = await agree(first.tier, absolute(assets.serviceWorker));
    const { supplies, wait, worker } = first;
    engine = createEngine({
      supplies,
      async openEnclosure(isPlain, isShut) {
        const enclosure = await first.openRoom(tier, isPlain, isShut);
        // Workers made in a frame that the service worker does not know would ask the host.
        await letterbox?.claim().catch((error) => console.warn(error));
        return enclosure;
      },
      first: worker,
      wait,
      tier,
      letterbox,
      describeSettings: describe,
      nextOwner: owners.next,
      listFiles: owners.files,
      onAsk: createAnswers(parts),
      onTell: (request) => request.operation === "abort" && judge.relay.abort(request.handle),
      onMessage: (message, owner) => receivers[message.type]?.(/** @type {any} */ (message), owner),
      onTrouble,
      onStop() {
        files.tell();
        judge.relay.abortAll();
        judge.consent.cancel();
        judge.signIn.cancel();
        questions.end();
        parts.debugging.end();
      },
      onState: (phase, isBusy) =>
        state.dispatch({ type: "engine-changed", phase, isBusy, now: performance.now() }),
    });
    return engine;
  }
  const started = start().catch((error) => {
    const words = error?.message === NO_WEBASSEMBLY ? withKept(NO_WEBASSEMBLY) : `${withKept(TROUBLES.start)} (${error})`;
    log.showTrouble(words);
    state.dispatch({ type: "start-failed", message: words });
    return null;
  });

  return {
    /**
     * Runs a program once the interpreter is there and free.
     * @param {string} code
     * @param {{fresh: boolean, recording?: import("../state/program.js").Recording | null, debug?: import("../engine/protocol.js").Debug}} how
     */
    async run(code, how) {
      const owner = owners.ofRun(how.fresh);
      await keys.ready; // what a program is told of providers says who has a key
      const ran = (await started)?.run(code, { ...how, owner });
      return ran ?? { result: null, stopped: false, lost: true };
    },
    /**
     * @param {string} question about a text, in JSON (lispcore/services/answers.py)
     * @returns {Promise<string | null>} null: nobody can answer now
     */
    askService: async (question) => (await engine?.askService(question)) ?? null,
    /** @param {string} question about a variable, in JSON (lispcore/hosts/browser_values.py) @returns {Promise<string | null>} */
    askValue: async (question) => (await engine?.askValue(question)) ?? null,
    stop: () => engine?.stop(),
    /** Starts a new interpreter in the place of one that did not start, or hangs. */
    restart: () => (engine ? engine.restart() : location.reload()),
    /** @returns {number} bytes that Python's memory has */
    memory: () => engine?.memory() ?? 0,
    /**
     * @param {string} name @param {Uint8Array<ArrayBuffer>} bytes
     * @param {boolean} [isGiven] the visitor means it for the program in the editor
     */
    writeFile(name, bytes, isGiven = true) {
      files.drop(name);
      const owner = owners.next();
      if (isGiven) owners.give(owner, name);
      engine?.writeFile(name, bytes, VISITOR);
      if (isGiven && owner !== VISITOR) engine?.writeFile(name, bytes, owner);
    },
    /**
     * What the visitor changes in a file: the program in the editor sees that if it sees the file.
     * @param {string} place @param {Uint8Array<ArrayBuffer>} bytes
     */
    editFile(place, bytes) {
      files.drop(place);
      const owner = owners.next();
      const name = owners.nameOf(owner, place);
      engine?.writeFile(place, bytes, VISITOR);
      if (owner !== VISITOR && name !== null) engine?.writeFile(name, bytes, owner);
    },
    /** @param {string} place of a file @returns {string | null} what the program in the editor calls it; null if it sees none */
    nameSeen: (place) => owners.nameOf(owners.next(), place),
    /** The program in the editor had these names for files before a reload. @param {[string, string][]} names with their places */
    bringNames(names) {
      const owner = owners.next();
      owners.bringBack(owner, names);
      for (const [name, bytes] of owner === VISITOR ? [] : owners.files(owner)) engine?.writeFile(name, bytes, owner);
    },
    /** @returns {[string, Uint8Array<ArrayBuffer>][]} the files that the program in the editor sees */
    listSeen: () => owners.listSeen(owners.next()),
    /** @param {string} name */
    removeFile(name) {
      files.drop(name);
      const owner = owners.next();
      engine?.removeFile(name, VISITOR);
      const seen = owners.nameOf(owner, name) ?? name;
      if (owner !== VISITOR && owners.forget(owner, seen) !== null) engine?.removeFile(seen, owner);
    },
    /**
     * Gives the program in the editor a file that it brought along.
     * @param {string} name @param {Uint8Array<ArrayBuffer>} bytes
     * @returns {string} what it is called in the page
     */
    bringFile(name, bytes) {
      const owner = owners.next();
      if (owner === VISITOR && state.get().files.has(name)) return name;
      const place = owners.placeFor(owner, name, bytes);
      state.dispatch({ type: "file-put", name: place, bytes });
      engine?.writeFile(name, bytes, owner);
      return place;
    },
  };
}

/** @typedef {ReturnType<typeof createInterpreter>} Interpreter */
