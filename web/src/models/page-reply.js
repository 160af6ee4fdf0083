/**
 * Replies of models that run in the page, in the form in which a server that speaks like OpenAI
 * streams them: so the interpreter needs no other translator (docs/protocol.md, "Models in the page").
 */

/** A model in the page says no, as a server would. */
export class PageModelError extends Error {
  /** @param {number} status @param {string} type @param {string} message */
  constructor(status, type, message) {
    super(message);
    this.status = status;
    this.type = type;
    /** Told by this and not by the class: a script that is bundled apart has a class of its own. */
    this.isPageModelError = true;
  }
}

/** @param {unknown} error @returns {{message: string, type: string}} */
function describe(error) {
  const { isPageModelError, type } = /** @type {any} */ (error ?? {});
  const message = error instanceof Error ? error.message : String(error);
  return { message, type: isPageModelError ? type : "page_model_failed" };
}

/** @param {unknown} error @returns {Response} a model's refusal: a stream that holds nothing else */
export function streamRefusal(error) {
  const record = `data: ${JSON.stringify({ error: describe(error) })}\n\n`;
  return new Response(record, { headers: { "content-type": "text/event-stream" } });
}

/** @param {unknown} error @returns {Response} a refusal by its status */
export function refuse(error) {
  const status = error instanceof PageModelError ? error.status : 400;
  return new Response(JSON.stringify({ error: describe(error) }), {
    status,
    headers: { "content-type": "application/json" },
  });
}

/**
 * What a model writes its answer to.
 * @typedef {object} ReplyWriter
 * @property {(text: string) => void} text a piece of the answer
 * @property {(chunk: object) => void} chunk a chunk that is one already
 * @property {(note: string) => void} note shows that something goes on, and is no part of the answer
 * @property {(reason: string, usage?: {prompt_tokens: number, completion_tokens: number}) => void} end
 */

/**
 * Returns the reply that `produce` writes. It has begun when this returns, so that a download can be
 * waited for; an error becomes the stream's error record, and `signal` ends it.
 * @param {string} model
 * @param {AbortSignal} signal
 * @param {(writer: ReplyWriter) => Promise<void>} produce
 */
export function streamReply(model, signal, produce) {
  const encoder = new TextEncoder();
  /** @param {ReadableStreamDefaultController} controller */
  function writerTo(controller) {
    /** @param {string} line */
    const send = (line) => {
      if (!signal.aborted) controller.enqueue(encoder.encode(`${line}\n\n`));
    };
    /** @param {object} value */
    const chunk = (value) => send(`data: ${JSON.stringify({ model, ...value })}`);
    return {
      chunk,
      /** @param {string} text */
      text: (text) => chunk({ choices: [{ index: 0, delta: { content: text } }] }),
      /** @param {string} text */
      note: (text) => send(`: ${text.replaceAll("\n", " ")}`),
      /** @param {string} reason @param {object} [usage] */
      end(reason, usage) {
        chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
        if (usage) chunk({ choices: [], usage });
        send("data: [DONE]");
      },
      /** @param {unknown} error */
      fail: (error) => send(`data: ${JSON.stringify({ error: describe(error) })}`),
    };
  }
  const body = new ReadableStream({
    async start(controller) {
      const writer = writerTo(controller);
      signal.addEventListener("abort", () => controller.error(signal.reason), { once: true });
      // Not waited for: the reader gets what there is while it goes on.
      void (async () => {
        try {
          await produce(writer);
        } catch (error) {
          writer.fail(error);
        }
        if (!signal.aborted) controller.close();
      })();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/**
 * Holds text back as long as it could be the start of a stop sequence.
 * @param {string[]} stops
 */
export function createStopFilter(stops) {
  let held = "";
  return {
    /**
     * @param {string} text
     * @returns {{text: string, stopped: boolean}} what can be shown, and whether the answer is over
     */
    feed(text) {
      held += text;
      const places = stops.map((stop) => held.indexOf(stop)).filter((place) => place >= 0);
      if (places.length) return { text: held.slice(0, Math.min(...places)), stopped: true };
      let keep = 0;
      for (const stop of stops) {
        for (let size = Math.min(stop.length - 1, held.length); size > keep; size--) {
          if (held.endsWith(stop.slice(0, size))) keep = size;
        }
      }
      const shown = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { text: shown, stopped: false };
    },
    /** @returns {string} what was held back and turned out to be text */
    rest: () => held,
  };
}

/** @param {string} url `data:…;base64,…` @returns {Blob} */
export function blobOf(url) {
  const [, type, data] = /^data:([^;,]*);base64,(.*)$/s.exec(url) ?? [];
  if (data === undefined) throw new PageModelError(400, "unsupported_media", "an image must come as base64");
  return new Blob([Uint8Array.from(atob(data), (each) => each.charCodeAt(0))], { type });
}
