/**
 * Where the page is shown: by itself, or inside a page of somebody else. The first thing that runs; the
 * scripts behind it find a page in which they can do no harm, or do not run at all.
 *
 * Inside a foreign page a click may be steered onto a button that nobody sees (clickjacking). So there
 * the page does nothing, unless its address says `?embed`. Then it is editor, Run and output, and there
 * is nothing to be had: the browser refuses it all that is kept on the device (keys, settings, drafts,
 * files) and every connection but to the page's own files. Programs get the demo model or a recording.
 */

/** What a page that is embedded reaches: its own files. Added to the policy that stands in the page. */
const EMBEDDED_POLICY = "connect-src 'self'; frame-src 'self'; form-action 'none'";
/** What is kept on the device, and what leads to others: taken away before any other script runs. */
const TAKEN = ["localStorage", "sessionStorage", "indexedDB", "caches", "BroadcastChannel", "SharedWorker"];
const NAVIGATORS = ["storage", "credentials"];

/** @returns {boolean} whether a page of another origin stands around this one */
function isFramed() {
  for (let each = window; each !== each.parent; each = /** @type {any} */ (each.parent)) {
    try {
      // Only pages of the same origin may ask.
      if (each.parent.location.origin !== location.origin) return true;
    } catch {
      return true;
    }
  }
  return false;
}

/** @param {object} owner @param {string[]} names of its properties that fail from now on */
function takeAway(owner, names) {
  for (const name of names) {
    const get = () => {
      throw new DOMException(`an embedded page has no ${name}`, "SecurityError");
    };
    if (name in owner) Object.defineProperty(owner, name, { get, configurable: false });
  }
}

function embed() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = EMBEDDED_POLICY;
  document.head.append(policy);
  takeAway(window, TAKEN);
  takeAway(navigator, NAVIGATORS);
  document.documentElement.classList.add("embedded");
  const link = document.createElement("a");
  link.className = "open-alone";
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = "Open in Lispcore ↗";
  const lead = () => {
    link.href = location.pathname + location.hash;
  };
  lead();
  window.addEventListener("hashchange", lead);
  document.body.append(link);
}

const FRAMED =
  "Another site shows this page inside its own. So that nobody can steer your clicks, it does nothing here. ";
/** Such a frame has an origin of its own: no script of ours may start a worker there. */
const SANDBOXED =
  'This page stands in a sandboxed frame, in which programs cannot run. Whoever shows it can allow it: sandbox="allow-scripts allow-same-origin". ';

/** Shows that the page does nothing here, and the way to one that does. @param {string} words */
function refuse(words) {
  const text = document.createElement("p");
  text.className = "framed";
  text.dataset.testid = "framed";
  text.textContent = words;
  const link = document.createElement("a");
  link.href = location.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = "Open it in a tab of its own";
  text.append(link);
  document.body.replaceChildren(text);
}

if (window.origin === "null") {
  refuse(SANDBOXED);
  throw new Error("in a sandboxed frame nothing is started");
} else if (new URLSearchParams(location.search).has("embed")) {
  embed();
} else if (isFramed()) {
  refuse(FRAMED);
  // A module that fails ends the script: nothing behind it is made, and no key is read.
  throw new Error("inside a foreign page nothing is started; ?embed shows editor and output there");
}
