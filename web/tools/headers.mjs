/**
 * What a host is asked to send with the page's files: dist/_headers, in the form that many static hosts
 * read (and lispcore/commands/page_server.py does). A host that ignores it loses only depth: the page brings its policy
 * along in a `<meta>`, and what a `<meta>` cannot say, web/src/place.js does.
 */

const POLICY = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/;
/** Who may show the page inside another: `?embed` is meant for that, and place.js refuses all else. */
const ANCESTORS = "frame-ancestors 'self' https: http://localhost:* http://127.0.0.1:*";
/** Nothing of this is used; a program cannot ask for it in the page's name. */
const UNUSED = [
  ...["accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"],
  ...["hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"],
];

const ALWAYS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Permissions-Policy": UNUSED.map((name) => `${name}=()`).join(", "),
};
/** A page of another site that is isolated shows only what says this. */
const FRAMED = { "Cross-Origin-Resource-Policy": "cross-origin" };
/** Asked for anew each time, so that the page is never yesterday's. */
const PAGES = ["/", "/index.html"];
const SERVICE_WORKER = "/service-worker.js";
/** What pages of others load, and what says in a sandboxed frame, which is a stranger, that nothing runs there. */
const SHARED = ["/embed.js", "/assets/guard-*"];
const TO_ALL = { "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*" };
const FOR_EVER = "public, max-age=31536000, immutable";

/** @param {string} html @returns {string} the policy that stands in the page */
export function policyOf(html) {
  const found = POLICY.exec(html)?.[1];
  if (!found) throw new Error("index.html has no Content-Security-Policy");
  return found.replace(/\s+/g, " ");
}

/**
 * @param {string} html the page
 * @param {string[]} unchanging patterns of addresses whose content never changes
 * @returns {string} the text of _headers
 */
export function headersFile(html, unchanging) {
  const page = { "Content-Security-Policy": `${policyOf(html)}; ${ANCESTORS}`, "Cache-Control": "no-cache", ...FRAMED };
  const lines = (/** @type {Record<string, string>} */ headers) =>
    Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
  const kept = unchanging.flatMap((pattern) => [pattern, ...lines({ "Cache-Control": FOR_EVER })]);
  const pages = PAGES.flatMap((address) => [address, ...lines(page)]);
  const fresh = [SERVICE_WORKER, ...lines({ "Cache-Control": "no-cache" })];
  const shared = SHARED.flatMap((pattern) => [pattern, ...lines(TO_ALL)]);
  return ["/*", ...lines(ALWAYS), ...pages, ...shared, ...fresh, ...kept, ""].join("\n");
}
