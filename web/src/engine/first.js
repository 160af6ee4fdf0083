/**
 * The first worker: under way from the first bytes of the page, while the page's own script is still
 * being fetched. What it says is kept until somebody listens.
 */
import { openEnclosure } from "./enclosure.js";
import { Guest } from "./guest.js";
import { createSupplies } from "./supplies.js";
import { chooseTier, connectionsOf } from "./tier.js";

/** @typedef {Pick<import("./guest.js").GuestOptions, "onMessage" | "onEnd" | "onStalled" | "onQuiet">} Listeners */

/** @param {string} address relative to the page */
const absolute = (address) => new URL(address, document.baseURI).href;

/** @returns {{listeners: Listeners, listen: (real: Listeners) => void}} listeners that pass on, or keep, what they hear */
export function createMailbox() {
  /** @type {[keyof Listeners, any[]][]} */
  const kept = [];
  /** @type {any} */
  let real = null;
  /** @param {keyof Listeners} name */
  const hear = (name) => (/** @type {any[]} */ ...heard) => {
    if (real) real[name](...heard);
    else kept.push([name, heard]);
  };
  return {
    listeners: { onMessage: hear("onMessage"), onEnd: hear("onEnd"), onStalled: hear("onStalled"), onQuiet: hear("onQuiet") },
    listen(listeners) {
      // Whoever listens may not be complete yet.
      queueMicrotask(() => {
        real = listeners;
        for (const [name, heard] of kept.splice(0)) real[name](...heard);
      });
    },
  };
}

/** @param {typeof __ASSETS__} assets */
export function startFirst(assets) {
  const tier = chooseTier(new URLSearchParams(location.search).get("wait"));
  const wheels = Object.entries(assets.wheels).map(([name, wheel]) => [
    name,
    { ...wheel, address: absolute(wheel.address) },
  ]);
  const supplies = createSupplies({
    worker: absolute(assets.worker),
    machine: absolute(assets.machine),
    stdlib: absolute(assets.stdlib),
    language: absolute(assets.language),
    image: assets.image && absolute(assets.image),
    wheels: Object.fromEntries(wheels),
  });
  const wait = absolute("wait");

  /**
   * Opens the place where workers are made.
   * @param {import("./protocol.js").Tier} tier
   * @param {boolean} isPlain without a frame @param {boolean} isShut without any connection
   */
  function openRoom(tier, isPlain, isShut) {
    // An embedded page reaches nothing, nor does what it runs: where Python sends requests itself, it sends none.
    const isClosed = isShut || (tier === "direct" && new URLSearchParams(location.search).has("embed"));
    const { frame, connect } = connectionsOf(isClosed ? null : tier, [wait, absolute(assets.serviceWorker)]);
    const address = isPlain ? null : absolute(assets.frames[frame]);
    return openEnclosure({ frame: address, connect, plain: absolute(assets.worker), script: supplies.script() });
  }

  /** @returns {FirstWorker} */
  function startWorker() {
    const enclosure = openRoom(tier, false, false);
    const { listeners, listen } = createMailbox();
    const how = { enclosure, isShut: false, supplies, tier, wait, keep: () => {} };
    return { enclosure, guest: new Guest({ ...how, ...listeners }), listen };
  }

  // Where the service worker has to answer, it has to be there first.
  const canStart = tier !== "service" && typeof WebAssembly === "object";
  return { tier, supplies, wait, openRoom, worker: canStart ? startWorker() : null };
}

/**
 * @typedef {object} FirstWorker
 * @property {Promise<import("./enclosure.js").Enclosure>} enclosure where it was made
 * @property {Guest} guest
 * @property {(listeners: Listeners) => void} listen
 */
/** @typedef {ReturnType<typeof startFirst>} First */
