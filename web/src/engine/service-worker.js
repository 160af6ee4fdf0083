/**
 * The page's service worker. Three jobs, all small:
 *
 * - where a browser can neither suspend WebAssembly nor share memory, it answers the worker's
 *   synchronous requests once the page has the reply (tier "service" of protocol.js);
 * - it keeps the page's own files, so that the page opens without a network, and those pages of the manual
 *   that were opened once;
 * - it isolates the page where the host does not, so that browsers grant it shared memory.
 *
 * What is kept is decided by the build alone: its list, with the hash of each file, stands in this
 * script, which no page, worker or program can change. A file is looked at when it is put there and
 * again when it is taken out, so that whatever somebody else wrote into the cache is never shown.
 *
 * A new build's service worker waits until no page of the old build is open. So a page that runs keeps
 * the files that it was made with.
 */

const self_ = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** Put in by web/build.mjs: what belongs to this build, each file with its hash. */
const BUILD = __BUILD__;
const CACHE_OF_ANY = "lispcore-page";
const CACHE = `${CACHE_OF_ANY}-${BUILD.name}`;
/**
 * What a host has to send so that browsers grant the page shared memory. Many static hosts cannot; so it
 * is added here, from the second visit on. What a host does send stays.
 */
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};
/** The page itself, in the build's list. */
const PAGE = "./";
const WAIT_MILLISECONDS = 20_000;
/** Whether the page last came from the cache: its files then do, too. */
let offline = false;
/** Whether the host isolated the page itself: its frames and workers then as well, without being asked here. */
let isIsolatedByHost = false;
const POLICY = "Cross-Origin-Embedder-Policy";

/** @type {Map<string, Uint8Array>} replies that nobody has asked for yet */
const replies = new Map();
/** @type {Map<string, (reply: Uint8Array) => void>} requests without a reply yet */
const requests = new Map();

/** @type {Map<string, string[]>} absolute addresses to hashes */
const hashes = new Map(
  Object.values(BUILD.files)
    .flatMap((group) => Object.entries(group))
    .map(([address, of]) => [new URL(address, self_.registration.scope).href, of]),
);

const pagesOfManual = new Set(absolute(BUILD.files.pages));

self_.addEventListener("activate", (event) => event.waitUntil(begin()));

/** Takes over, and lets go of what older builds have kept: none of their pages is open any more. */
async function begin() {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_OF_ANY) && name !== CACHE) await caches.delete(name);
  }
  await self_.clients.claim();
}

/** A page of this build has opened: if it is the only one, nobody needs the build before. */
async function takeOver() {
  const pages = await self_.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const outer = pages.filter((each) => /** @type {WindowClient} */ (each).frameType !== "nested");
  if (outer.length < 2) await self_.skipWaiting();
}

self_.addEventListener("message", (event) => {
  const { data } = event;
  if (data?.type === "keep") event.waitUntil(keep(data.hasModel === true));
  if (data?.type === "claim") event.waitUntil(self_.clients.claim().then(() => event.ports[0]?.postMessage(null)));
  if (data?.type === "take-over" && data.build === BUILD.name) event.waitUntil(takeOver());
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

/** @param {Response} response @param {string} address @returns {Promise<Response | null>} it, if it is what was built */
async function check(response, address) {
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!response.ok || !hashes.get(address)?.includes(hash)) return null;
  return new Response(bytes, { status: 200, headers: response.headers });
}

/**
 * Keeps the files of this build. One that the host has changed or replaced meanwhile is left out.
 * @param {boolean} hasModel whether the visitor has models in this tab
 */
const keep = (hasModel) => keepAll(absolute({ ...BUILD.files.core, ...(hasModel ? BUILD.files.model : {}) }));

/** @param {Record<string, string[]>} group @returns {string[]} the addresses of its files */
function absolute(group) {
  return Object.keys(group).map((each) => new URL(each, self_.registration.scope).href);
}

/** @param {string[]} addresses */
async function keepAll(addresses) {
  const cache = await caches.open(CACHE);
  for (const address of addresses) {
    if (await cache.match(address)) continue;
    const checked = await check(await fetch(address), address).catch(() => null);
    if (checked) await cache.put(address, checked);
  }
}

/** @param {string} address @returns {Promise<Response | null>} the file as it was built, if it is kept */
async function findKept(address) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(address, { ignoreSearch: true });
  const checked = kept && (await check(kept, address));
  if (kept && !checked) await cache.delete(address);
  return checked ?? null;
}

/** @param {Response} response of our own site @returns {Response} it, isolated from other sites */
function isolate(response) {
  // A redirect is followed by the browser, and asked for here again.
  if (response.type === "opaqueredirect" || response.headers.has(POLICY)) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}

/** @param {FetchEvent} event for a page of the manual */
async function answerPageOfManual(event) {
  const { href } = withoutQuery(event.request.url);
  try {
    const response = await fetch(event.request);
    // With what it is shown with.
    event.waitUntil(keepAll([href, ...absolute(BUILD.files.ofPages)]).catch(() => {}));
    offline = false;
    return response;
  } catch (error) {
    const kept = await findKept(href);
    if (!kept) throw error;
    offline = true;
    return kept;
  }
}

/**
 * The page itself: from the network if there is one, so that it is never yesterday's.
 * @param {Request} request
 */
async function answerPage(request) {
  try {
    const response = await fetch(request);
    offline = false;
    isIsolatedByHost = response.headers.has(POLICY);
    return response;
  } catch (error) {
    const page = new URL(PAGE, self_.registration.scope).href;
    // Below other addresses, such as those of the manual, this one would not find its files.
    const isPage = [page, `${page}index.html`].includes(withoutQuery(request.url).href);
    const kept = isPage ? await findKept(page) : undefined;
    if (!kept) throw error;
    offline = true;
    isIsolatedByHost = false;
    return kept;
  }
}

/** @param {Request} request */
async function answerFile(request) {
  const { href } = withoutQuery(request.url);
  const kept = isWithoutNetwork() ? await findKept(href) : null;
  return kept ?? fetch(request);
}

const isWithoutNetwork = () => offline || !self_.navigator.onLine;

/**
 * An isolated page may only have frames and workers that are isolated as well.
 * @param {Request} request
 * @returns {boolean} whether it is for one of those that this build is made of
 */
function isOfIsolated({ url, destination }) {
  return (destination === "iframe" || destination === "worker") && hashes.has(withoutQuery(url).href) && !isPage(url);
}

/** @param {string} url @returns {boolean} whether it is the page, which others may show inside theirs */
const isPage = (url) => withoutQuery(url).pathname === new URL(self_.registration.scope).pathname;

/** @param {string} address @returns {URL} */
function withoutQuery(address) {
  const url = new URL(address);
  url.search = url.hash = "";
  return url;
}

self_.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const scope = new URL(self_.registration.scope);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  if (event.request.method !== "GET") return;
  if (url.pathname === `${scope.pathname}wait`) {
    const key = `${url.searchParams.get("worker")}/${url.searchParams.get("id")}`;
    event.respondWith(answerWait(key));
  } else if (url.pathname === `${scope.pathname}oauth.html`) {
    // Where sign-ins come back to is a page of its own, and never kept.
  } else if (pagesOfManual.has(withoutQuery(event.request.url).href) && event.request.mode === "navigate") {
    event.respondWith(answerPageOfManual(event).then(isolate));
  } else if (event.request.mode === "navigate" && event.request.destination !== "iframe") {
    event.respondWith(answerPage(event.request).then(isolate));
  } else if (!isIsolatedByHost && isOfIsolated(event.request)) {
    event.respondWith(answerFile(event.request).then(isolate));
  } else if (isWithoutNetwork() && hashes.has(withoutQuery(event.request.url).href)) {
    event.respondWith(answerFile(event.request));
  }
  // Otherwise the browser's own way is the fastest: it also keeps compiled code.
});
