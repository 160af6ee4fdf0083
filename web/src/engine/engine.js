/**
 * Supervises the interpreter workers: one at work, one on standby. Runs programs one after another
 * and stops them, by asking first and by termination if there is no answer.
 */
import { trustedScript } from "../trusted.js";
import { SHARED, encodeReply } from "./protocol.js";

/** A stopped program has this long to end by itself. */
const STOP_MILLISECONDS = 250;
/** Where nothing can interrupt a program that computes, only one that is just ending is waited for. */
const STOP_WITHOUT_INTERRUPT_MILLISECONDS = 80;
/** The standby must not slow down the first program. */
const STANDBY_DELAY_MILLISECONDS = 1000;
/** Where programs can be interrupted, it is hardly ever needed. */
const STANDBY_DELAY_WITH_INTERRUPT_MILLISECONDS = 5000;

/**
 * @typedef {import("./protocol.js").ToPage} ToPage
 * @typedef {import("./protocol.js").ToWorker} ToWorker
 *
 * @typedef {object} Worker_ an interpreter worker as the page sees it
 * @property {Worker} port
 * @property {string} name
 * @property {Int32Array | null} words
 * @property {SharedArrayBuffer | null} shared
 * @property {boolean} ready
 * @property {Set<number>} asks what it waits for
 *
 * @typedef {object} Job a program on its way
 * @property {number} id
 * @property {string} code
 * @property {boolean} fresh
 * @property {import("../state.js").Recording | null} recording
 * @property {boolean} stopping
 * @property {boolean} started
 * @property {(outcome: Outcome) => void} resolve
 *
 * @typedef {object} Outcome
 * @property {import("./protocol.js").Result | null} result null if the program was stopped
 * @property {boolean} stopped
 * @property {boolean} lost the interpreter was replaced: what the program had defined is gone
 *
 * @typedef {object} EngineOptions
 * @property {string} script address of the worker's script
 * @property {import("./protocol.js").BootAddresses} addresses
 * @property {import("./protocol.js").Tier} tier
 * @property {ServiceWorkerContainer | null} serviceWorkers for tier "service"
 * @property {() => import("./protocol.js").ModelSettings} describeSettings
 * @property {() => Iterable<[string, Uint8Array<ArrayBuffer>]>} listFiles
 * @property {(request: Record<string, any>, body: Uint8Array<ArrayBuffer>) =>
 *   Promise<{header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}>} onAsk
 * @property {(request: Record<string, any>) => void} onTell
 * @property {(message: ToPage) => void} onMessage write, record, file, forget, ready, phase, fault
 * @property {() => void} onStop ends what the page does for the program
 * @property {(phase: "loading" | "ready" | "running", isBusy: boolean) => void} onState
 */

/** @param {EngineOptions} options */
export function createEngine(options) {
  let count = 0;
  let lastJob = 0;
  /** @type {Job[]} the first one runs, as soon as the worker is ready */
  const jobs = [];
  /** @type {Worker_} */
  let active;
  /** @type {Worker_ | null} */
  let standby = null;
  /** The editor is still without help: a program had to go first. */
  let wantsDocumentation = false;
  let hasDocumentation = false;
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} replies that the service worker may ask for again */
  const kept = new Map();

  /** @param {Worker_} worker @param {ToWorker} message */
  const send = (worker, message) => worker.port.postMessage(message);

  /** @returns {Worker_} */
  function start() {
    const shared =
      typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(SHARED.SIZE) : null;
    const name = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${++count}`;
    const port = new Worker(trustedScript(options.script), { type: "module", name: `lispcore ${count}` });
    const words = shared && new Int32Array(shared, 0, SHARED.DATA / 4);
    /** @type {Worker_} */
    const worker = { port, name, shared, words, ready: false, asks: new Set() };
    port.onmessage = ({ data }) => receive(worker, data);
    port.onerror = (event) => {
      receive(worker, { type: "fault", message: event.message || "the worker did not start" });
    };
    const { addresses, tier } = options;
    send(worker, { type: "boot", addresses, tier, name, shared });
    return worker;
  }

  /** @param {Worker_} worker @param {ToPage} message */
  function receive(worker, message) {
    if (message.type === "ready") {
      worker.ready = true;
      for (const [name, bytes] of options.listFiles()) send(worker, { type: "file", name, bytes });
    }
    if (worker !== active) {
      if (message.type === "fault") discardStandby(worker);
      return;
    }
    if (message.type === "ask") void answer(worker, message);
    else if (message.type === "tell") options.onTell(message.request);
    else if (message.type === "result") finish(message.id, message.result, message.stopped, false);
    else options.onMessage(message);
    if (message.type === "documentation") hasDocumentation = true;
    if (message.type === "file" || message.type === "forget") {
      if (standby?.ready) send(standby, message);
    }
    if (message.type === "ready") becomeReady();
    if (message.type === "fault") recover();
  }

  /** @param {Worker_} worker */
  function discardStandby(worker) {
    worker.port.terminate();
    if (standby === worker) standby = null;
  }

  function becomeReady() {
    next();
    setTimeout(() => {
      // A phone with little memory does better with one interpreter.
      const memory = /** @type {any} */ (navigator).deviceMemory ?? 8;
      if (!standby && memory > 1) standby = start();
    }, active.words ? STANDBY_DELAY_WITH_INTERRUPT_MILLISECONDS : STANDBY_DELAY_MILLISECONDS);
  }

  function showState() {
    options.onState(!active.ready ? "loading" : jobs[0]?.started ? "running" : "ready", jobs.length > 0);
  }

  /** Starts the next program, if there is one and the worker is free. */
  function next() {
    const job = jobs[0];
    if (active.ready && job && !job.started) {
      job.started = true;
      if (active.words) Atomics.store(active.words, SHARED.STOP, 0);
      const { id, code, fresh, recording } = job;
      const settings = recording?.settings ?? options.describeSettings();
      send(active, { type: "run", id, code, session: "main", fresh, settings, tape: recording?.tape });
    }
    if (active.ready && !job && wantsDocumentation) {
      wantsDocumentation = false;
      send(active, { type: "documentation" });
    }
    showState();
  }

  /**
   * @param {number} id @param {import("./protocol.js").Result | null} result
   * @param {boolean} stopped @param {boolean} lost
   */
  function finish(id, result, stopped, lost) {
    const job = jobs[0];
    if (!job || job.id !== id) return;
    jobs.shift();
    options.onStop();
    active.asks.clear();
    job.resolve({ result, stopped, lost });
    next();
  }

  /** @param {Worker_} worker @param {Extract<ToPage, {type: "ask"}>} message */
  async function answer(worker, { id, request, body }) {
    worker.asks.add(id);
    /** @type {{header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}} */
    let reply;
    if (jobs[0]?.stopping) {
      reply = { header: { stopped: true } };
    } else {
      try {
        reply = await options.onAsk(request, body ?? new Uint8Array());
      } catch (error) {
        reply = { header: { error: "failed", message: `the page failed: ${error}`, advice: "" } };
      }
    }
    deliver(worker, id, reply.header, reply.body);
  }

  /**
   * @param {Worker_} worker @param {number} id @param {Record<string, any>} header
   * @param {Uint8Array<ArrayBuffer>} [body]
   */
  function deliver(worker, id, header, body) {
    // Only the first answer counts: Stop may have answered before the page's work was done.
    if (!worker.asks.delete(id)) return;
    if (options.tier === "suspend" || options.tier === "direct") {
      send(worker, { type: "reply", id, header, body });
    } else if (options.tier === "shared" && worker.shared && worker.words) {
      const bytes = encodeReply(header, body);
      new Uint8Array(worker.shared, SHARED.DATA).set(bytes);
      Atomics.store(worker.words, SHARED.LENGTH, bytes.length);
      Atomics.store(worker.words, SHARED.STATE, 1);
      Atomics.notify(worker.words, SHARED.STATE);
    } else {
      const key = `${worker.name}/${id}`;
      kept.clear();
      kept.set(key, encodeReply(header, body));
      postKept(key);
    }
  }

  /** @param {string} key */
  function postKept(key) {
    const bytes = kept.get(key);
    if (bytes) options.serviceWorkers?.controller?.postMessage({ type: "reply", key, bytes });
  }

  options.serviceWorkers?.addEventListener("message", ({ data }) => {
    if (data?.type === "wanted") postKept(data.key);
  });

  /** Replaces the worker at work by the one on standby. */
  function replace() {
    active.port.terminate();
    active = standby ?? start();
    standby = null;
    if (active.ready) becomeReady();
    else showState();
  }

  /** After a defect of ours: the program ends, the next one gets a new interpreter. */
  function recover() {
    const job = jobs[0];
    const booted = active.ready;
    if (job?.started) {
      jobs.shift();
      options.onStop();
      job.resolve({ result: null, stopped: false, lost: true });
    }
    if (booted) replace();
  }

  active = start();
  showState();

  return {
    /**
     * Runs a program once the worker is free.
     * @param {string} code
     * @param {object} how
     * @param {boolean} how.fresh forget what earlier programs defined
     * @param {import("../state.js").Recording | null} [how.recording] answers its model calls
     * @returns {Promise<Outcome>}
     */
    run(code, { fresh, recording = null }) {
      return new Promise((resolve) => {
        jobs.push({ id: ++lastJob, code, fresh, recording, stopping: false, started: false, resolve });
        next();
      });
    },

    /** Stops the program at work and those that wait for their turn. */
    stop() {
      const [job, ...others] = jobs;
      jobs.length = job ? 1 : 0;
      for (const each of others) each.resolve({ result: null, stopped: true, lost: false });
      if (!job || job.stopping) return;
      if (!job.started) {
        jobs.length = 0;
        job.resolve({ result: null, stopped: true, lost: false });
        showState();
        return;
      }
      job.stopping = true;
      const waits = active.asks.size > 0;
      if (active.words) {
        Atomics.store(active.words, SHARED.STOP, 1);
        Atomics.notify(active.words, SHARED.STOP);
      }
      send(active, { type: "stop", id: job.id });
      for (const id of [...active.asks]) deliver(active, id, { stopped: true });
      options.onStop();
      setTimeout(
        () => {
          if (jobs[0] !== job) return;
          replace();
          finish(job.id, null, true, true);
        },
        waits || active.words ? STOP_MILLISECONDS : STOP_WITHOUT_INTERRUPT_MILLISECONDS,
      );
    },

    /** Asks for the documentation of the language, once; it comes as a message. */
    askDocumentation() {
      if (hasDocumentation) return;
      if (active.ready && !jobs.length) send(active, { type: "documentation" });
      else wantsDocumentation = true;
    },

    /** @returns {boolean} whether a program runs or waits for its turn */
    isBusy: () => jobs.length > 0,

    /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
    writeFile(name, bytes) {
      for (const worker of [active, standby]) {
        if (worker?.ready) send(worker, { type: "file", name, bytes });
      }
    },

    /** @param {string} name */
    removeFile(name) {
      for (const worker of [active, standby]) {
        if (worker?.ready) send(worker, { type: "forget", name });
      }
    },
  };
}

/** @typedef {ReturnType<typeof createEngine>} Engine */
