/**
 * Where workers are made: in a frame of our own site whose policy (web/frame.html) allows no
 * connection, no other script, and no text as a script. A worker that is made of a `blob:` there
 * lives under that policy, on any static host, and shares memory with the page all the same.
 * Measured in Chromium, Firefox and WebKit; docs/protocol.md has what was found.
 */

import { trustedScript } from "../trusted.js";

/** A browser that has not shown the frame by then never will. */
const FRAME_MILLISECONDS = 15_000;
const POLICY = "Content-Security-Policy";

/**
 * @typedef {object} Enclosure
 * @property {boolean} isClosed workers live under the frame's policy
 * @property {(name: string) => Worker} createWorker
 */

/** @param {string} address @returns {Promise<Window & typeof globalThis>} the frame's global */
async function openFrame(address) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "The interpreter's room";
  frame.tabIndex = -1;
  frame.src = address;
  /** @type {PromiseWithResolvers<void>} */
  const shown = Promise.withResolvers();
  frame.onload = () => shown.resolve();
  const timer = setTimeout(() => shown.reject(new Error("the frame did not open")), FRAME_MILLISECONDS);
  document.body.append(frame);
  await shown.promise;
  clearTimeout(timer);
  // What a host or a browser shows in the place of our frame has another address, or may not be looked at.
  const place = /** @type {Window & typeof globalThis} */ (frame.contentWindow);
  if (place.location.href !== address || !place.document.head.innerHTML.includes(POLICY)) {
    throw new Error("the frame is not ours");
  }
  return place;
}

/** Makes the frame's policy narrower. @param {Document} inside @param {string[]} connect addresses */
function narrow(inside, connect) {
  const policy = inside.createElement("meta");
  policy.httpEquiv = POLICY;
  policy.content = `connect-src ${["blob:", ...connect].join(" ")}`; // blob: for stop-sign.js
  inside.head.append(policy);
}

/**
 * A host may send the page's policy with the frame, too, which asks for Trusted Types (trusted.js).
 * @param {any} place the frame's global
 * @param {string} address of the worker's script
 * @returns {string}
 */
function trustedIn(place, address) {
  const rules = { createScriptURL: (/** @type {string} */ asked) => (asked === address ? asked : "") };
  return place.trustedTypes?.createPolicy("lispcore-script", rules).createScriptURL(address) ?? address;
}

/**
 * @param {object} how
 * @param {string | null} how.frame address of the frame; null for workers without one
 * @param {string[]} how.connect what its workers may connect to
 * @param {string} how.plain address of the script, for a browser without such frames
 * @param {Promise<ArrayBuffer>} how.script
 * @returns {Promise<Enclosure>}
 */
export async function openEnclosure({ frame, connect, plain, script }) {
  try {
    if (!frame) throw new Error("no worker starts in one");
    const place = await openFrame(frame);
    narrow(place.document, connect);
    const blob = new place.Blob([await script], { type: "text/javascript" });
    const address = trustedIn(place, place.URL.createObjectURL(blob));
    return { isClosed: true, createWorker: (name) => new place.Worker(address, { type: "module", name }) };
  } catch (error) {
    // The script did not arrive: that is no matter of the frame.
    await script;
    console.warn("workers are made without a frame:", error);
    return { isClosed: false, createWorker: (name) => new Worker(trustedScript(plain), { type: "module", name }) };
  }
}
