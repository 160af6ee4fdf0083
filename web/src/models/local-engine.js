/**
 * A language model in this tab: llama.cpp as WebAssembly, by the package wllama. A script of its own,
 * loaded when a visitor asks for it and never at the start. Its models are kept in the browser's
 * private file system for this site (OPFS).
 */
import { LoggerWithoutDebug, ModelManager, Wllama } from "@wllama/wllama";
import { PageModelError } from "./page-reply.js";

/** Tokens that a prompt and its answer may have together. */
const CONTEXT_TOKENS = 4096;
/** Models from a file have an address of this kind, which leads nowhere. */
const FILE_ADDRESS = "https://file.invalid/";

/** @typedef {{name: string, address: string, bytes: number}} LocalModel */

const quiet = { ...LoggerWithoutDebug, log: () => {} };

/** @param {string} address @returns {string} the last part of it, as people read it */
const nameOf = (address) => decodeURIComponent(new URL(address).pathname.split("/").pop() ?? address);

/** @param {unknown} error of the package @param {string} address @returns {unknown} in words for a visitor */
function explain(error, address) {
  const { type, message } = /** @type {any} */ (error ?? {});
  if (type === "kv_cache_full") {
    const text = `prompt and answer together are longer than ${CONTEXT_TOKENS} tokens`;
    return new PageModelError(400, "context_length_exceeded", text);
  }
  const text =
    `${nameOf(address)} does not work here (${String(message ?? error).trim()}): the file may be damaged, ` +
    "too large for this tab, or of a kind that llama.cpp does not know";
  return new PageModelError(400, "page_model_failed", text);
}

/** @param {string} wasm address of the compiled llama.cpp */
export function createEngine(wasm) {
  const manager = new ModelManager({ logger: quiet });
  /** @type {Wllama | null} */
  let loaded = null;
  let loadedAddress = "";

  /** @returns {Promise<LocalModel[]>} */
  async function list() {
    const models = await manager.getModels();
    return models.map(({ url, size }) => ({
      name: nameOf(url),
      address: url,
      bytes: size,
    }));
  }

  async function unload() {
    const before = loaded;
    loaded = null;
    loadedAddress = "";
    await before?.exit().catch(() => {});
  }

  /** @param {string} address @returns {Promise<Wllama>} */
  async function load(address) {
    if (loaded && loadedAddress === address) return loaded;
    await unload();
    const model = (await manager.getModels()).find(({ url }) => url === address);
    if (!model) throw new Error("the model is no longer on this device");
    const instance = new Wllama({ default: wasm }, { suppressNativeLog: true, logger: quiet });
    // The stand-in for browsers without 64-bit WebAssembly would come from a foreign server.
    instance.setCompat(null);
    try {
      await instance.loadModel(model, { n_ctx: CONTEXT_TOKENS });
    } catch (error) {
      await instance.exit().catch(() => {});
      throw explain(error, address);
    }
    loaded = instance;
    loadedAddress = address;
    return instance;
  }

  return {
    list,
    load,

    /**
     * @param {string} address of a GGUF file
     * @param {(progress: {loaded: number, total: number}) => void} progressCallback
     * @param {AbortSignal} signal
     */
    async add(address, progressCallback, signal) {
      await manager.downloadModel(address, { progressCallback, signal });
    },

    /** @param {File} file a GGUF file of the visitor */
    async addFile(file) {
      const address = FILE_ADDRESS + encodeURIComponent(file.name);
      const metadata = { originalURL: address, originalSize: file.size, etag: "" };
      const name = await manager.cacheManager.getNameFromURL(address);
      await manager.cacheManager.write(name, file.stream(), metadata);
    },

    /** @param {string} address */
    async remove(address) {
      if (address === loadedAddress) await unload();
      const model = (await manager.getModels({ includeInvalid: true })).find(({ url }) => url === address);
      await model?.remove();
    },

    /**
     * Returns chunks of OpenAI's form.
     * @param {string} address
     * @param {any} request a chat request of OpenAI's form
     * @param {AbortSignal} abortSignal
     * @returns {Promise<AsyncIterable<any>>}
     */
    async chat(address, request, abortSignal) {
      const instance = await load(address);
      if (hasImages(request) && !instance.supportInputModality("image")) {
        throw new PageModelError(400, "page_model_unsupported", "this model takes no images, only text");
      }
      const options = { .../** @type {{messages: any[]}} */ (request), abortSignal };
      return guard(address, abortSignal, () => instance.createChatCompletion({ ...options, stream: true }));
    },
  };

  /**
   * Lets go of a model that failed: its memory may be in any state.
   * @param {string} address @param {AbortSignal} signal
   * @param {() => Promise<AsyncIterable<any>>} begin
   */
  async function* guard(address, signal, begin) {
    try {
      yield* await begin();
    } catch (error) {
      if (!signal.aborted) await unload();
      throw explain(error, address);
    }
  }
}

/** @typedef {ReturnType<typeof createEngine>} LocalEngine */

/** @param {any} request @returns {boolean} */
const hasImages = ({ messages }) =>
  messages.some((/** @type {any} */ { content }) => Array.isArray(content) && content.some(({ type }) => type === "image"));
