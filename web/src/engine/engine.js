/**
 * Supervises the interpreter workers: one at work, one on standby. Runs programs one after another
 * and stops them, by asking first and by termination if there is no answer.
 *
 * A worker serves one owner: the visitor, or one program that came from elsewhere. Whatever a program
 * left in its worker is there for programs of the same owner alone, and so are the owner's files.
 */
import { Guest } from "./guest.js";
import { MAX_REPLY_BYTES } from "./protocol.js";
import { createStandby } from "./standby.js";

/**
 * A stopped program has so long to end by itself, in milliseconds. To end it costs a start, so it has
 * longer where no standby is ready, and where starts were seen to be slow: so large a part of one.
 */
const STOP_WITH_STANDBY = { least: 220, most: 800 };
const STOP_WITHOUT = { least: 600, most: 4000 };
const STOP_PART = 1 / 4;
/** Where nothing can interrupt a program that computes, only one that is just ending is waited for. */
const STOP_WITHOUT_INTERRUPT_MILLISECONDS = 80;
/** A program that can be interrupted usually ends within so long, and nothing has to be started. */
const STOP_USUAL_MILLISECONDS = 150;
/** So often is looked whether that time is over: it is shorter as soon as there is a standby. */
const STOP_LOOK_MILLISECONDS = 20;
const MOST_PASSED_MILLISECONDS = 100;
/** Workers that end one after another without a program that ended well: nobody starts more by itself. */
const MOST_FAILURES = 3;
/** So many tasks may wait for the page at once. */
const MOST_ASKS = 6000;

/** The visitor's own programs. */
export const VISITOR = "visitor";

/**
 * @typedef {import("./protocol.js").ToPage} ToPage
 *
 * @typedef {object} Job a program on its way
 * @property {number} id
 * @property {string} code
 * @property {boolean} fresh
 * @property {string | null} owner null for that of the program before
 * @property {import("../state/program.js").Recording | null} recording
 * @property {import("./protocol.js").Debug} [debug] where it is to stop
 * @property {boolean} stopping
 * @property {boolean} started
 * @property {(outcome: Outcome) => void} resolve
 *
 * @typedef {object} Outcome
 * @property {import("./protocol.js").Result | null} result null if the program was stopped
 * @property {boolean} stopped
 * @property {import("./protocol.js").View | null} [view] what shows the value in another form than text
 * @property {boolean} lost the interpreter was replaced: what the program had defined is gone
 *
 * @typedef {import("./guest.js").End | "stalled" | "quiet"} Trouble
 *
 * @typedef {object} EngineOptions
 * @property {import("./supplies.js").Supplies} supplies what workers are made of
 * @property {import("./first.js").FirstWorker | null} [first] the worker that is under way
 * @property {(isPlain: boolean, isShut: boolean) => Promise<import("./enclosure.js").Enclosure>} openEnclosure
 *   where they are made; `isPlain`: without a frame, `isShut`: without any connection
 * @property {string} wait where the service worker answers
 * @property {import("./protocol.js").Tier} tier
 * @property {import("./tier.js").Letterbox | null} letterbox for tier "service"
 * @property {() => import("./protocol.js").ModelSettings} describeSettings
 * @property {() => string} nextOwner whose program stands in the editor
 * @property {(owner: string) => Iterable<[string, Uint8Array<ArrayBuffer>]>} listFiles that the owner's programs see
 * @property {(request: Record<string, any>, body: Uint8Array<ArrayBuffer>) =>
 *   Promise<{header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}>} onAsk
 * @property {(request: Record<string, any>) => void} onTell
 * @property {(message: ToPage, owner: string) => void} onMessage write, record, file, forget, ready, phase, fault
 * @property {(trouble: Trouble, details: string, isOver: boolean) => void} onTrouble with a worker; `isOver`:
 *   there is none any more, until `restart`
 * @property {() => void} onStop ends what the page does for the program
 * @property {(phase: "loading" | "ready" | "running", isBusy: boolean) => void} onState
 */

/** @param {EngineOptions} options */
export function createEngine(options) {
  let lastJob = 0;
  let lastQuestion = 0;
  /** @type {Job[]} the first one runs, as soon as the worker is ready */
  const jobs = [];
  /** @type {Guest} */
  let active;
  /** The editor is still without help: a program had to go first. */
  let wantsDocumentation = false;
  let hasDocumentation = false;
  let failures = 0;
  /** In this browser no worker starts from a frame. */
  let needsPlain = false;
  /** @type {Map<boolean, Promise<import("./enclosure.js").Enclosure>>} by whether they are shut */
  const enclosures = new Map();
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} replies that the service worker may ask for again */
  const kept = new Map();

  /** @param {boolean} isShut without any connection @returns {Promise<import("./enclosure.js").Enclosure>} */
  function enclosureFor(isShut) {
    const found = enclosures.get(isShut) ?? options.openEnclosure(needsPlain, isShut);
    enclosures.set(isShut, found);
    found.catch(() => enclosures.delete(isShut));
    return found;
  }

  /** @param {boolean} [isShut] @returns {Guest} */
  function start(isShut = false) {
    const { supplies, tier, wait } = options;
    const keep = (/** @type {string} */ key, /** @type {Uint8Array<ArrayBuffer>} */ bytes) => {
      kept.clear();
      kept.set(key, bytes);
      postKept(key);
    };
    return new Guest({ enclosure: enclosureFor(isShut), isShut, supplies, tier, wait, keep, ...listeners });
  }

  const standby = createStandby({ start, isWorking: () => active.isReady });

  /** @type {import("./first.js").Listeners} */
  const listeners = {
    onMessage,
    onEnd,
    onStalled: (guest) => guest === active && options.onTrouble("stalled", "", false),
    onQuiet: (guest) => guest === active && options.onTrouble("quiet", "", false),
  };

  /** @param {Guest} guest @param {ToPage} message that makes sense now */
  function onMessage(guest, message) {
    if (guest !== active) {
      if (message.type === "fault") onEnd(guest, "start", message.message);
      return;
    }
    switch (message.type) {
      case "ask":
        if (guest.asks.size >= MOST_ASKS) throw new Error("more questions than programs can have");
        void answer(guest, message);
        break;
      case "tell":
        options.onTell(message.request);
        break;
      case "result":
        finish(message);
        break;
      case "ready":
        options.onMessage(message, VISITOR);
        becomeReady();
        break;
      case "fault":
        if (!guest.isReady) {
          onEnd(guest, "start", message.message);
          break;
        }
        options.onMessage(message, VISITOR);
        recover();
        break;
      case "pong":
        break;
      default:
        if (message.type === "documentation") hasDocumentation = true;
        options.onMessage(message, guest.owner ?? VISITOR);
    }
  }

  /**
   * A worker has ended by itself, or was ended for what it did.
   * @param {Guest} guest @param {import("./guest.js").End} why @param {string} details
   */
  function onEnd(guest, why, details) {
    guest.end();
    standby.forget(guest);
    if (guest !== active) return;
    if (guest.isUnborn && !needsPlain) {
      needsPlain = true;
      enclosures.clear();
      active = start();
      return;
    }
    if (!guest.isReady && options.supplies.distrustImage()) {
      console.warn(`the interpreter did not start from its image: ${why}: ${details}`);
      active = start();
      return;
    }
    // One that never started would not start again either, without somebody's doing.
    const isOver = !guest.isReady || ++failures > MOST_FAILURES;
    options.onTrouble(why, details, isOver);
    abandonJob();
    if (isOver) {
      guest.isReady = false;
      showState();
    } else {
      replace();
    }
  }

  /** The program at work ends without a result. */
  function abandonJob() {
    const job = jobs[0];
    if (!job?.started) return;
    jobs.shift();
    options.onStop();
    job.resolve({ result: null, stopped: job.stopping, lost: true });
  }

  function becomeReady() {
    if (options.nextOwner() === VISITOR) adopt(VISITOR);
    next();
    standby.prepareLater(active.isStoppable);
  }

  /** From now on the worker at work is this owner's. @param {string} owner */
  function adopt(owner) {
    if (active.owner !== null) return;
    active.owner = owner;
    for (const [name, bytes] of options.listFiles(owner)) active.send({ type: "file", name, bytes });
  }

  function showState() {
    options.onState(!active.isReady ? "loading" : jobs[0]?.started ? "running" : "ready", jobs.length > 0);
  }

  /** Starts the next program, if there is one and the worker is free. */
  function next() {
    const job = jobs[0];
    if (active.isReady && job && !job.started) {
      const owner = job.owner ?? active.owner ?? VISITOR;
      // The last tier lets Python send requests: that is for the visitor's own programs.
      const isShut = options.tier === "direct" && owner !== VISITOR;
      if ((active.owner !== null && active.owner !== owner) || active.isShut !== isShut) {
        replace(isShut);
        return;
      }
      adopt(owner);
      startJob(job);
    }
    if (active.isReady && !job && wantsDocumentation) askDocumentation();
    showState();
  }

  /** @param {Job} job */
  function startJob(job) {
    job.started = true;
    active.setRunning(true);
    standby.watch(() => jobs[0] === job);
    const { id, code, fresh, recording, debug } = job;
    const { sign } = active;
    const settings = recording?.settings ?? options.describeSettings();
    active.send({ type: "run", id, code, session: "main", fresh, settings, tape: recording?.tape, debug, sign });
  }

  function askDocumentation() {
    wantsDocumentation = true;
    // A program from elsewhere could say of our functions what it likes.
    if (!active.isReady || jobs.length || (active.owner ?? VISITOR) !== VISITOR) return;
    wantsDocumentation = false;
    active.awaitsDocumentation = true;
    active.send({ type: "documentation" });
  }

  /** @param {Extract<ToPage, {type: "result"}>} message */
  function finish({ id, result, stopped, view }) {
    const job = jobs[0];
    if (!job?.started || job.id !== id) return;
    jobs.shift();
    options.onStop();
    failures = 0;
    active.setRunning(false);
    job.resolve({ result, stopped: stopped || !result, lost: false, view });
    next();
  }

  /** @param {Guest} guest @param {Extract<ToPage, {type: "ask"}>} message */
  async function answer(guest, { id, request, body, later }) {
    guest.asks.add(id);
    if (later) guest.arrivals.expect(id);
    const job = jobs[0];
    if (request.operation === "next" && !job?.stopping) {
      guest.arrivals.next(request.seconds, (header, bytes) => guest.deliver(id, header, bytes));
      return;
    }
    /** @type {{header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}} */
    let reply;
    if (job?.stopping) {
      reply = { header: { stopped: true } };
    } else {
      try {
        const isWheel = request.operation === "wheel";
        reply = isWheel ? await pieceOfWheel(request) : await options.onAsk(request, body ?? new Uint8Array());
      } catch (error) {
        reply = { header: { error: "failed", message: `the page failed: ${error}`, advice: "" } };
      }
    }
    if (request.operation === "drain") guest.unshown = 0;
    guest.deliver(id, reply.header, reply.body);
  }

  /**
   * A wheel goes over in pieces, since a reply has to fit into shared memory.
   * @param {Record<string, any>} request
   */
  async function pieceOfWheel({ package: name, at }) {
    const wheel = await options.supplies.wheel(name);
    if (!wheel) return { header: { missing: true } };
    const body = new Uint8Array(wheel).slice(at, at + MAX_REPLY_BYTES);
    return { header: { size: wheel.byteLength }, body };
  }

  /** @param {string} key */
  function postKept(key) {
    const bytes = kept.get(key);
    if (bytes) options.letterbox?.post({ type: "reply", key, bytes });
  }

  options.letterbox?.listen((message) => {
    if (message?.type === "wanted") postKept(message.key);
  });

  /** @returns {number} milliseconds that a stopped program has to end by itself */
  function stopPatience() {
    const { least, most } = standby.ready() ? STOP_WITH_STANDBY : STOP_WITHOUT;
    return Math.max(least, Math.min(most, active.startMilliseconds * STOP_PART));
  }

  /**
   * Ends a stopped program by force when its time is over.
   * @param {Job} job
   * @param {boolean} canHear whether it hears of Stop
   * @param {number} [waited] milliseconds so far
   */
  function endInTime(job, canHear, waited = 0) {
    const patience = canHear ? stopPatience() : STOP_WITHOUT_INTERRUPT_MILLISECONDS;
    // Most end by now. What is needed if this one does not is on its way meanwhile.
    if (!canHear || waited > STOP_USUAL_MILLISECONDS) standby.prepare();
    if (waited < patience) {
      const asked = performance.now();
      setTimeout(() => {
        // While the page stood still itself, it could not hear that the program has ended.
        const passed = Math.min(performance.now() - asked, MOST_PASSED_MILLISECONDS);
        if (jobs[0] === job) endInTime(job, canHear, waited + passed);
      }, STOP_LOOK_MILLISECONDS);
      return;
    }
    jobs.shift();
    options.onStop();
    job.resolve({ result: null, stopped: true, lost: true });
    standby.hurry();
    replace();
  }

  /** Replaces the worker at work by the one on standby. @param {boolean} [isShut] by one without connections */
  function replace(isShut = false) {
    active.end();
    if (isShut) {
      active = start(true);
    } else {
      active = standby.take() ?? start();
    }
    if (active.isReady) becomeReady();
    else showState();
  }

  /** After a defect of ours: the program ends, the next one gets a new interpreter. */
  function recover() {
    abandonJob();
    if (++failures <= MOST_FAILURES) {
      replace();
      return;
    }
    active.end();
    active.isReady = false;
    options.onTrouble("died", "", true);
    showState();
  }

  const { first } = options;
  if (first) enclosures.set(false, first.enclosure);
  active = first?.guest ?? start();
  first?.listen(listeners);
  showState();

  return {
    /**
     * Runs a program once the worker is free.
     * @param {string} code
     * @param {object} how
     * @param {boolean} how.fresh forget what earlier programs defined
     * @param {string | null} [how.owner] whose program it is: a worker of its own, without what programs of
     *   others left in theirs. Left out, that of the program before
     * @param {import("../state/program.js").Recording | null} [how.recording] answers its model calls
     * @param {import("./protocol.js").Debug} [how.debug] where it is to stop
     * @returns {Promise<Outcome>}
     */
    run(code, { fresh, owner = null, recording = null, debug }) {
      return new Promise((resolve) => {
        const state = { stopping: false, started: false };
        jobs.push({ id: ++lastJob, code, fresh, owner, recording, debug, ...state, resolve });
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
      const canHear = active.asks.size > 0 || active.isStoppable;
      active.stop(job.id);
      options.onStop();
      endInTime(job, canHear);
    },

    /** Starts anew: the visitor's answer to a start that failed, or does not get on. */
    restart() {
      failures = 0;
      if (!active.isReady) options.supplies.distrustImage();
      abandonJob();
      replace();
    },

    /** Asks for the documentation of the language, once; it comes as a message. */
    askDocumentation() {
      if (!hasDocumentation) askDocumentation();
    },

    /**
     * Asks an interpreter that has nothing to do about a text: the standby, which has run nothing, or that at
     * work, if its programs are the visitor's own. Nobody starts one for this.
     * @param {string} question @returns {Promise<string | null>} null: nobody can answer now
     */
    async askService(question) {
      const isIdle = active.isReady && !jobs.length && (active.owner ?? VISITOR) === VISITOR;
      const asked = standby.ready() ?? (isIdle ? active : null);
      return asked ? asked.askService(++lastQuestion, question) : null;
    },

    /**
     * Asks the interpreter that ran the last program what is left of it.
     * @param {string} question @returns {Promise<string | null>} null: it is at work
     */
    async askValue(question) {
      return active.isReady && !jobs.length ? active.askService(++lastQuestion, question) : null;
    },

    /** @returns {boolean} whether a program runs or waits for its turn */
    isBusy: () => jobs.length > 0,

    /** @returns {number} bytes of Python's memory, as it was a few seconds ago */
    memory: () => active.memory,

    /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes @param {string} [owner] whose programs see it */
    writeFile(name, bytes, owner = VISITOR) {
      if (active.isReady && active.owner === owner) active.send({ type: "file", name, bytes });
    },

    /** @param {string} name @param {string} [owner] */
    removeFile(name, owner = VISITOR) {
      if (active.isReady && active.owner === owner) active.send({ type: "forget", name });
    },
  };
}

/** @typedef {ReturnType<typeof createEngine>} Engine */
