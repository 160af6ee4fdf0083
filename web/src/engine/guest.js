/**
 * One interpreter worker as the page sees it: starts it, reads what it sends (checks.js), hands
 * answers over in the way of the tier, and notices when it dies (watchdog.js). A program may have
 * taken the worker over, so what it says counts only while the engine listens to it.
 */
import { Nonsense } from "./reading.js";
import { readMessage } from "./checks.js";
import { createArrivals } from "./arrivals.js";
import { createIntake } from "./meter.js";
import { SHARED, encodeReply } from "./protocol.js";
import { watch } from "./watchdog.js";

/**
 * @typedef {import("./protocol.js").ToPage} ToPage
 * @typedef {import("./protocol.js").ToWorker} ToWorker
 *
 * @typedef {"start" | "died" | "nonsense" | "flood"} End why a worker ended: it did not start, it died, it
 *   said what our worker never says, or more than the page can take
 *
 * @typedef {object} GuestOptions
 * @property {Promise<import("./enclosure.js").Enclosure>} enclosure
 * @property {boolean} isShut it can connect to nothing, whatever the tier
 * @property {import("./supplies.js").Supplies} supplies
 * @property {import("./protocol.js").Tier} tier
 * @property {string} wait where the service worker answers, for tier "service"
 * @property {(key: string, bytes: Uint8Array<ArrayBuffer>) => void} keep a reply for the service worker
 * @property {(guest: Guest, message: ToPage) => void} onMessage
 * @property {(guest: Guest, why: End, details: string) => void} onEnd
 * @property {(guest: Guest) => void} onStalled its start makes no progress
 * @property {(guest: Guest) => void} onQuiet its program gives no sign
 */

/** A program that prints without waiting until its text is shown is ended. */
const MOST_UNSHOWN_CHARACTERS = 32 * 1024 * 1024;

/** @returns {string} a name that nobody can guess */
function createName() {
  const random = crypto.getRandomValues(new Uint32Array(4));
  return `lispcore-${Array.from(random, (part) => part.toString(36)).join("-")}`;
}

/** @param {import("./supplies.js").Supplies} supplies @returns {Promise<Record<string, ArrayBuffer>>} all that are there */
async function fetchWheels(supplies) {
  const found = supplies.packages().map(async (name) => [name, await supplies.wheel(name)]);
  return Object.fromEntries(await Promise.all(found));
}

/** @returns {string} an address for stop-sign.js */
const makeSign = () => URL.createObjectURL(new Blob(["go on"]));
/** A program that waits hears of Stop by a message; the sign would interrupt it while it is being woken up. */
const SIGN_DELAY_MILLISECONDS = 30;

export class Guest {
  name = createName();
  /** @type {string | null} whose programs it has run; nobody else's may follow in it */
  owner = null;
  isReady = false;
  /** Whether the wall around it stands: see `Ready`. */
  isStrict = false;
  /** The browser made no worker of its script. */
  isUnborn = false;
  isRunning = false;
  awaitsDocumentation = false;
  /** @type {Map<number, (answer: string | null) => void>} questions about texts, by their number */
  services = new Map();
  /** Characters that the program printed since it last waited for them to be shown. */
  unshown = 0;
  /** @type {Set<number>} what it waits for */
  asks = new Set();
  /** Answers that it will ask for. */
  arrivals = createArrivals();
  shared =
    typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(SHARED.SIZE) : null;
  words = this.shared && new Int32Array(this.shared, 0, SHARED.DATA / 4);
  /** Bytes of Python's memory, as it last said. */
  memory = 0;
  /** Whether a program that computes hears of Stop. */
  isStoppable = false;
  /** Revoked to stop the program at work; "" where shared memory tells it. */
  sign = "";
  /** How long its start took, in milliseconds. */
  startMilliseconds = 0;
  #begun = performance.now();
  /** @type {Worker | null} */
  #worker = null;
  #channel = new MessageChannel();
  #isEnded = false;
  #isHeard = false;
  #lastAsk = 0;
  #options;
  #watchdog;
  #intake;

  /** @param {GuestOptions} options */
  constructor(options) {
    this.#options = options;
    this.isShut = options.isShut;
    this.#intake = createIntake(
      (/** @type {ToPage} */ message) => this.#take(message),
      () => this.#fail("flood", ""),
    );
    this.#watchdog = watch({
      name: this.name,
      state: () => {
        if (!this.isReady) return "starting";
        if (!this.isRunning) return "idle";
        return this.asks.size ? "waiting" : "running";
      },
      ping: (id) => this.send({ type: "ping", id }),
      onStalled: () => options.onStalled(this),
      onQuiet: () => options.onQuiet(this),
      onDied: () => this.#fail("died", ""),
    });
    this.#channel.port1.onmessage = ({ data }) => this.#receive(data);
    this.#channel.port1.onmessageerror = () => this.#fail("nonsense", "a message that cannot be read");
    void this.#start();
  }

  async #start() {
    const { enclosure, supplies, tier, wait } = this.#options;
    try {
      const { createWorker } = await enclosure;
      if (this.#isEnded) return;
      const worker = createWorker(this.name);
      this.#worker = worker;
      worker.onerror = (event) => {
        event.preventDefault();
        this.isUnborn = !this.#isHeard;
        this.#fail(this.isReady ? "died" : "start", event.message || "the worker did not start");
      };
      const source = await supplies.source();
      const wheels = tier === "direct" ? await fetchWheels(supplies) : {};
      if (this.#isEnded) return;
      const { name, shared } = this;
      this.#begun = performance.now();
      this.#changeSign(true);
      const told = "pieces" in source ? { hasImage: /** @type {true} */ (true) } : source;
      /** @type {ToWorker} */
      const boot = { type: "boot", tier, name, shared, source: told, wheels, wait, sign: this.sign };
      worker.postMessage(boot, [this.#channel.port2]);
      // Both on their way at once: it begins with what is there.
      const sent = "pieces" in source ? this.#sendImage(source.pieces) : null;
      await Promise.all([this.#sendMachine(supplies.module()), sent]);
      this.#begun = performance.now();
    } catch (error) {
      this.#fail("start", String(error));
    }
  }

  /** @param {Promise<WebAssembly.Module>} compiled */
  async #sendMachine(compiled) {
    this.send({ type: "machine", module: await compiled });
  }

  /** @param {import("./supplies.js").Pieces} pieces */
  async #sendImage(pieces) {
    await pieces.each((bytes) => this.send({ type: "piece", bytes }));
    this.send({ type: "piece", bytes: null });
  }

  /** @param {unknown} data */
  #receive(data) {
    if (this.#isEnded) return;
    this.#isHeard = true;
    try {
      const message = readMessage(data);
      if (message.type === "write") for (const [, text] of message.parts) this.unshown += text.length;
      if (this.unshown > MOST_UNSHOWN_CHARACTERS && this.#options.tier !== "direct") {
        this.#fail("flood", "");
        return;
      }
      this.#intake.put(message);
    } catch (error) {
      this.#fail("nonsense", error instanceof Nonsense ? error.message : String(error));
    }
  }

  /** @param {ToPage} message */
  #take(message) {
    if (this.#isEnded) return;
    this.#watchdog.sign(message.type === "alive" ? message.seconds : 0);
    try {
      if (this.#takeOwn(message)) this.#options.onMessage(this, message);
    } catch (error) {
      // What the page cannot make anything of was no message of ours.
      console.error(error);
      this.#fail("nonsense", String(error));
    }
  }

  /** Notes what concerns this worker alone. @param {ToPage} message @returns {boolean} whether it makes sense now */
  #takeOwn(message) {
    switch (message.type) {
      case "phase":
        return !this.isReady;
      case "ready":
        if (this.isReady) throw new Nonsense("ready for the second time");
        this.isReady = true;
        this.isStoppable = message.isStoppable;
        this.startMilliseconds = performance.now() - this.#begun;
        this.#changeSign(false);
        this.#watchdog.begin();
        this.isStrict = message.isStrict;
        if (message.isLocked) this.#watchdog.waitForEnd();
        return true;
      case "pong":
        this.#watchdog.answered(message.id);
        this.memory = message.memory;
        return true;
      case "alive":
        return false;
      case "ask":
        if (message.id <= this.#lastAsk) throw new Nonsense("a question with an old number");
        this.#lastAsk = message.id;
        return this.isRunning;
      case "documentation": {
        const isAwaited = this.awaitsDocumentation;
        this.awaitsDocumentation = false;
        return isAwaited;
      }
      case "service":
        this.services.get(message.id)?.(message.answer);
        this.services.delete(message.id);
        return false;
      case "fault":
        return true;
      default:
        return this.isRunning;
    }
  }

  /** @param {End} why @param {string} details */
  #fail(why, details) {
    if (this.#isEnded) return;
    this.end();
    this.#options.onEnd(this, why, details);
  }

  /** @param {ToWorker} message */
  send(message) {
    if (!this.#isEnded) this.#channel.port1.postMessage(message);
  }

  /** @param {boolean} isWanted a new one, or none */
  #changeSign(isWanted) {
    if (this.sign) URL.revokeObjectURL(this.sign);
    this.sign = isWanted && !this.words ? makeSign() : "";
  }

  /** A program begins or has ended. @param {boolean} isRunning */
  setRunning(isRunning) {
    this.isRunning = isRunning;
    this.#changeSign(isRunning);
    this.unshown = 0;
    this.asks.clear();
    this.arrivals.clear();
    this.#watchdog.begin();
    if (isRunning && this.words) Atomics.store(this.words, SHARED.STOP, 0);
  }

  /** Tells the program to end by itself. @param {number} id of the run */
  stop(id) {
    if (this.words) {
      Atomics.store(this.words, SHARED.STOP, 1);
      Atomics.notify(this.words, SHARED.STOP);
    }
    this.send({ type: "stop", id });
    const { sign } = this;
    if (sign) setTimeout(() => URL.revokeObjectURL(sign), SIGN_DELAY_MILLISECONDS);
    for (const ask of [...this.asks]) this.deliver(ask, { stopped: true });
  }

  /**
   * Answers what it waits for.
   * @param {number} id @param {Record<string, any>} header @param {Uint8Array<ArrayBuffer>} [body]
   */
  deliver(id, header, body) {
    // Only the first answer counts: Stop may have answered before the page's work was done.
    if (!this.asks.delete(id) || this.#isEnded) return;
    if (this.arrivals.take(id, header, body)) return;
    const { tier, keep } = this.#options;
    if (tier === "suspend" || tier === "direct") {
      this.send({ type: "reply", id, header, body });
    } else if (tier === "shared" && this.shared && this.words) {
      const bytes = encodeReply(header, body);
      new Uint8Array(this.shared, SHARED.DATA).set(bytes);
      Atomics.store(this.words, SHARED.LENGTH, bytes.length);
      Atomics.store(this.words, SHARED.STATE, 1);
      Atomics.notify(this.words, SHARED.STATE);
    } else {
      keep(`${this.name}/${id}`, encodeReply(header, body));
    }
    this.#watchdog.sign();
  }

  /** Asks about a text. @param {number} id @param {string} question @returns {Promise<string | null>} null: it ended */
  askService(id, question) {
    return new Promise((resolve) => {
      this.services.set(id, resolve);
      this.send({ type: "service", id, question });
    });
  }

  /** Ends it for good; nothing that it sent is heard any more. */
  end() {
    for (const give of this.services.values()) give(null);
    this.services.clear();
    this.#isEnded = true;
    this.#changeSign(false);
    this.#watchdog.end();
    this.#intake.close();
    this.#channel.port1.close();
    this.#worker?.terminate();
  }
}
