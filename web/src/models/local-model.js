/**
 * The page's side of a model in this tab: which models the visitor put onto this device, and what is
 * asked of them. The model itself is in local-engine.js, loaded on first use.
 */
import { readText, writeText } from "../stored.js";
import { PageModelError, blobOf, streamReply } from "./page-reply.js";

/** @typedef {import("./local-engine.js").LocalModel} LocalModel */

const NONE =
  "there is no model in this tab yet: open Settings, choose “A model in this tab”, and add a GGUF file " +
  "or the address of one";
/** While a big model is being loaded, this says often enough that something goes on. */
const NOTE_MILLISECONDS = 2000;
const GGUF = [0x47, 0x47, 0x55, 0x46];
const STORE = "lispcore.local-model";

/**
 * @param {object} options
 * @param {string} options.script address of local-engine.js as built
 * @param {string} options.wasm
 * @param {Storage} options.storage where it is noted that this visitor uses such a model
 * @param {(progress: {what: string, done: number} | null) => void} options.onProgress
 */
export function createLocalModels({ script, wasm, storage, onProgress }) {
  /** @type {Promise<import("./local-engine.js").LocalEngine> | undefined} */
  let engine;
  /** @type {Promise<unknown>} one answer at a time: a model has one memory */
  let turn = Promise.resolve();

  /** @returns {Promise<import("./local-engine.js").LocalEngine>} */
  function start() {
    engine ??= import(script).then(
      (module) => module.createEngine(wasm),
      (error) => {
        engine = undefined;
        throw error;
      },
    );
    return /** @type {Promise<any>} */ (engine);
  }

  /** @param {string} wanted name or address; "" or "default" means the only or first one */
  async function find(wanted) {
    const models = await (await start()).list();
    if (!models.length) throw new PageModelError(404, "page_model_missing", NONE);
    if (!wanted || wanted === "default") return models[0];
    const found = models.find(({ name, address }) => name === wanted || address === wanted);
    if (found) return found;
    const names = models.map(({ name }) => name).join(", ");
    throw new PageModelError(
      404,
      "page_model_missing",
      `the model ${wanted} is not in this tab: there is ${names}; add others in Settings`,
    );
  }

  /** @param {LocalModel} model @param {any} body @param {import("./page-reply.js").ReplyWriter} writer @param {AbortSignal} signal */
  async function produce(model, body, writer, signal) {
    const notes = setInterval(() => writer.note("loading the model"), NOTE_MILLISECONDS);
    onProgress({ what: model.name, done: Number.NaN });
    let chunks;
    try {
      chunks = await (await start()).chat(model.address, await translate(body), signal);
    } finally {
      clearInterval(notes);
      onProgress(null);
    }
    let reason = "stop";
    let timings;
    for await (const chunk of chunks) {
      timings = chunk.timings ?? timings;
      const [choice] = chunk.choices ?? [];
      reason = choice?.finish_reason ?? reason;
      // Only what it says: how it ends is written once, below.
      if (choice) writer.chunk({ choices: [{ ...choice, finish_reason: null }] });
    }
    const usage = timings && {
      prompt_tokens: (timings.cache_n ?? 0) + timings.prompt_n,
      completion_tokens: timings.predicted_n,
      prompt_tokens_details: { cached_tokens: timings.cache_n ?? 0 },
    };
    writer.end(reason, usage);
  }

  return {
    /** @returns {boolean} whether this visitor has models here: then the built files are worth keeping */
    isUsed: () => readText(storage, STORE) !== null,

    /** @returns {Promise<LocalModel[]>} */
    list: async () => (await start()).list(),

    /** @param {string} address @param {AbortSignal} signal */
    async add(address, signal) {
      writeText(storage, STORE, "1");
      const what = address.split("/").pop() ?? address;
      try {
        await (await start()).add(
          address,
          ({ loaded, total }) => onProgress({ what, done: total ? loaded / total : Number.NaN }),
          signal,
        );
      } finally {
        onProgress(null);
      }
    },

    /** @param {File} file */
    async addFile(file) {
      const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
      if (!GGUF.every((byte, place) => head[place] === byte)) {
        throw new Error(`${file.name} is no GGUF file: its first bytes are not “GGUF”`);
      }
      writeText(storage, STORE, "1");
      onProgress({ what: file.name, done: Number.NaN });
      try {
        await (await start()).addFile(file);
      } finally {
        onProgress(null);
      }
    },

    /** @param {string} address */
    remove: async (address) => (await start()).remove(address),

    /** @param {any} body a chat request of OpenAI's form @param {AbortSignal} signal @returns {Promise<Response>} */
    async answer(body, signal) {
      const model = await find(body.model);
      return streamReply(model.name, signal, async (writer) => {
        const before = turn;
        /** @type {PromiseWithResolvers<void>} */
        const mine = Promise.withResolvers();
        turn = mine.promise;
        const notes = setInterval(() => writer.note("waiting for its turn"), NOTE_MILLISECONDS);
        await before;
        clearInterval(notes);
        try {
          if (!signal.aborted) await produce(model, body, writer, signal);
        } finally {
          mine.resolve();
        }
      });
    },
  };
}

/** @typedef {ReturnType<typeof createLocalModels>} LocalModels */

/** @param {any} part of a message */
const translatePart = async (part) =>
  part.type === "image_url" ? { type: "image", data: await blobOf(part.image_url.url).arrayBuffer() } : part;

/** @param {any} body @returns {Promise<any>} with images as the package takes them */
async function translate({ model: _, stream_options: _options, ...body }) {
  const messages = await Promise.all(
    body.messages.map(async (/** @type {any} */ message) => {
      if (!Array.isArray(message.content)) return message;
      return { ...message, content: await Promise.all(message.content.map(translatePart)) };
    }),
  );
  return { ...body, messages };
}
