/**
 * A language model in this tab: llama.cpp as WebAssembly, by the package wllama. A script of its own,
 * loaded when a visitor asks for it and never at the start. Its models are kept in the browser's
 * private file system for this site (OPFS).
 */
import { LoggerWithoutDebug, ModelManager, Wllama } from "@wllama/wllama";

/** Tokens that a prompt and its answer may have together. */
const CONTEXT_TOKENS = 4096;
/** Models from a file have an address of this kind, which leads nowhere. */
const FILE_ADDRESS = "https://file.invalid/";

/** @typedef {{name: string, address: string, bytes: number}} LocalModel */

const quiet = { ...LoggerWithoutDebug, log: () => {} };

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
      name: decodeURIComponent(new URL(url).pathname.split("/").pop() ?? url),
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
      throw error;
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
     * @param {string} address
     * @param {any} request a chat request of OpenAI's form
     * @param {AbortSignal} abortSignal
     * @returns {Promise<AsyncIterable<any>>} chunks of OpenAI's form
     */
    async chat(address, request, abortSignal) {
      const instance = await load(address);
      const options = { .../** @type {{messages: any[]}} */ (request), abortSignal };
      return instance.createChatCompletion({ ...options, stream: true });
    },
  };
}

/** @typedef {ReturnType<typeof createEngine>} LocalEngine */
