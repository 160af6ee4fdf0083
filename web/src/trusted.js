/**
 * The one place where an address becomes a script that the browser runs. The page's policy asks for
 * Trusted Types: a text in the place of a script is refused by the browser unless it comes from here,
 * and here only the scripts of this build are let through.
 */

const POLICY = "lispcore-script";

/** @returns {Set<string>} the addresses of the scripts that the page may start as workers */
function ownScripts() {
  const { worker, serviceWorker, pdfWorker } = __ASSETS__;
  return new Set([worker, serviceWorker, pdfWorker].map((address) => new URL(address, document.baseURI).href));
}

/** @param {string} address @returns {string} it, if it is one of ours */
function check(address) {
  if (!ownScripts().has(address)) throw new TypeError(`${address} is no script of this page`);
  return address;
}

/**
 * Made at once: the page's policy lets each name be taken once, so nobody else can have it.
 * @type {{createScriptURL: (address: string) => string} | undefined}
 */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy(POLICY, { createScriptURL: check });

/**
 * @param {string} address absolute, of a worker's script
 * @returns {string} it, in the form that this browser asks for
 * @throws {TypeError} if it is no script of this build
 */
export function trustedScript(address) {
  return policy ? policy.createScriptURL(address) : check(address);
}
