/**
 * How a program that computes hears of Stop where there is no shared memory. A worker that computes reads
 * no messages, but it may ask for an address of the kind `blob:` and wait for the answer: the page makes
 * one for each run and revokes it to stop that run. Nothing else can be reached in this way, and nothing
 * is behind the address. Measured in Chromium, Firefox and WebKit: a look takes 1 to 5 ms.
 */

/** Taken before the worker's global is stripped of it (confinement.js): nobody else has it then. */
const SyncRequest = globalThis.XMLHttpRequest;

/**
 * Between two looks, in milliseconds; more where looking is slow: it may take so large a part of the time,
 * as long as the page is heard before it ends the program by force (engine.js).
 */
const PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 300;
const LOOKS_PART = 1 / 30;

/** @param {string} address @returns {boolean} whether it has not been revoked */
function isThere(address) {
  try {
    const request = new SyncRequest();
    request.open("GET", address, false);
    request.send();
    return request.status === 200;
  } catch {
    return false;
  }
}

export function createStopSign() {
  let isUsable = false;
  let address = "";
  let next = 0;
  return {
    /** @param {string} there an address that has not been revoked @returns {boolean} whether looking works here */
    tryOut(there) {
      isUsable = there !== "" && isThere(there);
      return isUsable;
    },

    /** A program begins. @param {string} given its address, "" for none */
    begin(given) {
      address = isUsable ? given : "";
      next = performance.now() + PAUSE_MILLISECONDS;
    },

    /** @param {number} now @returns {boolean} whether the page wants the program to stop; told once */
    isRevoked(now) {
      if (!address || now < next) return false;
      const found = !isThere(address);
      const after = performance.now();
      const wanted = Math.max(PAUSE_MILLISECONDS, (after - now) / LOOKS_PART);
      next = after + Math.min(wanted, LONGEST_PAUSE_MILLISECONDS);
      if (found) address = "";
      return found;
    },
  };
}
