/**
 * The page's service worker. Two jobs, both small:
 *
 * - where a browser can neither suspend WebAssembly nor share memory, it answers the worker's
 *   synchronous requests once the page has the reply (tier "service" of protocol.js);
 * - it keeps the page's own files, so that the page opens without a network.
 */

const self_ = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const CACHE = "lispcore-page";
const WAIT_MILLISECONDS = 20_000;
/** Files whose names carry a fingerprint or a version never change. */
const UNCHANGING = /\/(assets|python|wheels|pyodide-[\d.]+)\/[^/]+$/;

/** @type {Map<string, Uint8Array>} replies that nobody has asked for yet */
const replies = new Map();
/** @type {Map<string, (reply: Uint8Array) => void>} requests without a reply yet */
const requests = new Map();

self_.addEventListener("install", () => self_.skipWaiting());
self_.addEventListener("activate", (event) => event.waitUntil(self_.clients.claim()));

self_.addEventListener("message", ({ data }) => {
  if (data?.type !== "reply") return;
  const waiting = requests.get(data.key);
  requests.delete(data.key);
  if (waiting) waiting(data.bytes);
  else replies.set(data.key, data.bytes);
});

/**
 * Answers 200 with the reply, or 202 if there is none yet and the worker should ask again.
 * @param {string} key
 */
async function answerWait(key) {
  const early = replies.get(key);
  replies.delete(key);
  if (early) return new Response(/** @type {any} */ (early));
  // This service worker may have been ended and started again since the page sent its reply.
  for (const client of await self_.clients.matchAll({ includeUncontrolled: true })) {
    client.postMessage({ type: "wanted", key });
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      requests.delete(key);
      resolve(new Response(null, { status: 202 }));
    }, WAIT_MILLISECONDS);
    requests.set(key, (bytes) => {
      clearTimeout(timer);
      resolve(new Response(/** @type {any} */ (bytes)));
    });
  });
}

/**
 * Unchanging files from the cache, others from the network as long as there is one.
 * @param {Request} request
 */
async function answerFile(request) {
  const cache = await caches.open(CACHE);
  const unchanging = UNCHANGING.test(new URL(request.url).pathname);
  if (unchanging) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
  }
  try {
    const response = await fetch(request);
    if (response.ok && response.type === "basic") {
      cache.put(request.url, response.clone()).then(() => trim(cache), () => {});
    }
    return response;
  } catch (error) {
    const kept = await cache.match(request.url, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/** Drops the files of earlier builds, oldest first. @param {Cache} cache */
async function trim(cache) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - 40))) await cache.delete(key);
}

self_.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const scope = new URL(self_.registration.scope);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  if (event.request.method !== "GET") return;
  if (url.pathname === `${scope.pathname}wait`) {
    const key = `${url.searchParams.get("worker")}/${url.searchParams.get("id")}`;
    event.respondWith(answerWait(key));
  } else {
    event.respondWith(answerFile(event.request));
  }
});
