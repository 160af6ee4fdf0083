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
/** Whether the page last came from the cache: its files then do, too. */
let offline = false;

/** @type {Map<string, Uint8Array>} replies that nobody has asked for yet */
const replies = new Map();
/** @type {Map<string, (reply: Uint8Array) => void>} requests without a reply yet */
const requests = new Map();

self_.addEventListener("install", () => self_.skipWaiting());
self_.addEventListener("activate", (event) => event.waitUntil(self_.clients.claim()));

self_.addEventListener("message", (event) => {
  const { data } = event;
  if (data?.type === "keep") event.waitUntil(keep(data.addresses));
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
 * Keeps the files of this build, and only those.
 * @param {string[]} addresses the page's own among them
 */
async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  await cache.addAll(addresses.filter((address) => !kept.has(address)));
  for (const address of kept) if (!addresses.includes(address)) await cache.delete(address);
}

/**
 * The page itself: from the network if there is one, so that it is never yesterday's.
 * @param {Request} request
 */
async function answerPage(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    offline = false;
    if (response.ok) await cache.put(self_.registration.scope, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(self_.registration.scope);
    if (!kept) throw error;
    offline = true;
    return kept;
  }
}

/** @param {Request} request */
async function answerFile(request) {
  const kept = await (await caches.open(CACHE)).match(request.url, { ignoreSearch: true });
  return kept ?? fetch(request);
}

self_.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const scope = new URL(self_.registration.scope);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  if (event.request.method !== "GET") return;
  if (url.pathname === `${scope.pathname}wait`) {
    const key = `${url.searchParams.get("worker")}/${url.searchParams.get("id")}`;
    event.respondWith(answerWait(key));
  } else if (event.request.mode === "navigate") {
    event.respondWith(answerPage(event.request));
  } else if (offline) {
    event.respondWith(answerFile(event.request));
  }
  // Otherwise the browser's own way is the fastest: it also keeps compiled code.
});
