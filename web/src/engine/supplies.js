/**
 * All that workers are made of, fetched once by the page and handed to each: a worker fetches nothing.
 * WebAssembly is compiled here, while it arrives, and shared by all.
 */

/**
 * @typedef {object} Addresses all absolute
 * @property {string} worker script of the worker
 * @property {string} machine Pyodide's WebAssembly
 * @property {string} stdlib zip of the compiled standard library
 * @property {string} language the compiled modules of `lispcore` in one file (tools/modules_in_one.py)
 * @property {string | null} image a memory in which Python has started, compressed by gzip; null if the
 *   build made none
 * @property {Record<string, {address: string, integrity: string}>} wheels of optional Python packages
 */

/** @param {string} address @param {RequestInit} [how] @returns {Promise<Response>} */
async function get(address, how) {
  const response = await fetch(address, how);
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}`);
  return response;
}

/** @param {string} address @param {RequestInit} [how] */
const getBytes = async (address, how) => (await get(address, how)).arrayBuffer();

/** Inflates a file while it arrives; left to Python where the browser can not. @param {string} address */
async function getInflated(address) {
  const response = await get(address);
  if (typeof DecompressionStream === "undefined" || !response.body) return response.arrayBuffer();
  return new Response(response.body.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}

/** @param {Uint8Array} bytes @returns {Uint8Array} the same where workers can read them, if that may be: they are copied for none */
function share(bytes) {
  if (!globalThis.crossOriginIsolated) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/**
 * Bytes that are passed on while they arrive, and kept for who asks later.
 * @param {Response} response
 */
function keepPieces(response) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let isOver = false;
  /** @type {PromiseWithResolvers<void>} */
  let more = Promise.withResolvers();
  const arrived = (async () => {
    try {
      const reader = response.body?.getReader();
      if (!reader) pieces.push(new Uint8Array(await response.arrayBuffer()));
      for (let read; reader && !(read = await reader.read()).done; more = Promise.withResolvers()) {
        pieces.push(share(read.value));
        more.resolve();
      }
    } finally {
      isOver = true;
      more.resolve();
    }
  })();
  arrived.catch(() => {}); // who takes them hears of it
  return {
    arrived,
    /** @param {(piece: Uint8Array) => void} take @returns {Promise<void>} when it was given all; fails if not all arrive */
    async each(take) {
      for (let at = 0; ; ) {
        while (at < pieces.length) take(pieces[at++]);
        if (isOver) return arrived;
        await more.promise;
      }
    },
  };
}

/** @typedef {ReturnType<typeof keepPieces>} Pieces */

/** @param {string} address @returns {Promise<WebAssembly.Module>} */
async function compile(address) {
  const response = get(address);
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    // A static host may not know the type of these files.
    if (!(error instanceof TypeError) || !(await response).ok) throw error;
    return WebAssembly.compile(await getBytes(address));
  }
}

/** What a worker that started from an image asks for besides wheels: what was not in it. */
const REST = { python: "stdlib", lispcore: "language" };

/** @param {Addresses} addresses */
export function createSupplies(addresses) {
  /** @type {Map<string, Promise<any>>} what is there or on its way, by what it is */
  const kept = new Map();

  /**
   * @template T
   * @param {string} name @param {() => Promise<T>} load what failed is tried again when it is asked for
   * @returns {Promise<T>}
   */
  function once(name, load) {
    let found = kept.get(name);
    if (!found) {
      found = load();
      kept.set(name, found);
      found.catch(() => kept.delete(name));
    }
    return found;
  }

  /** Whether workers start from an image of memory: not in a browser, or on a host, in which that failed. */
  let usesImage = addresses.image !== null && typeof DecompressionStream !== "undefined";

  const files = {
    stdlib: () => once("stdlib", () => getBytes(addresses.stdlib)),
    language: () => once("language", () => getInflated(addresses.language)),
  };

  async function openImage() {
    const pieces = keepPieces(await get(/** @type {string} */ (addresses.image)));
    pieces.arrived.catch(() => kept.delete("image"));
    return pieces;
  }

  /**
   * @returns {Promise<{pieces: Pieces} | {stdlib: ArrayBuffer, language: ArrayBuffer}>} what Python starts from:
   *   an image, in pieces, or files
   */
  async function source() {
    if (usesImage) {
      try {
        return { pieces: await once("image", openImage) };
      } catch (error) {
        console.warn("the interpreter starts without its image:", error);
        usesImage = false;
      }
    }
    const [stdlib, language] = await Promise.all([files.stdlib(), files.language()]);
    return { stdlib, language };
  }

  const supplies = {
    /** The worker's script. */
    script: () => once("script", () => getBytes(addresses.worker)),

    /** Pyodide's WebAssembly. @returns {Promise<WebAssembly.Module>} */
    module: () => once("machine", () => compile(addresses.machine)),

    /** What Python starts from: it comes before WebAssembly is compiled, and takes a worker as long. */
    source,

    /** A worker did not start: the next one starts without an image. @returns {boolean} whether that is new */
    distrustImage() {
      const isNew = usesImage;
      usesImage = false;
      return isNew;
    },

    /** @returns {string[]} what `wheel` has under a name */
    packages: () => [...Object.keys(addresses.wheels), ...(usesImage ? Object.keys(REST) : [])],

    /**
     * @param {string} name of a package, or of what was left out of the image
     * @returns {Promise<ArrayBuffer> | null} its wheel, exactly as it was built; null if there is none
     */
    wheel(name) {
      if (Object.hasOwn(REST, name)) return files[/** @type {"stdlib"} */ (REST[/** @type {"python"} */ (name)])]();
      if (!Object.hasOwn(addresses.wheels, name)) return null;
      const { address, integrity } = addresses.wheels[name];
      return once(`wheel ${name}`, () => getBytes(address, { integrity }));
    },
  };
  // They are on their way before anybody asks.
  void supplies.script().catch(() => {});
  void supplies.module().catch(() => {});
  void supplies.source().catch(() => {});
  return supplies;
}

/** @typedef {ReturnType<typeof createSupplies>} Supplies */
