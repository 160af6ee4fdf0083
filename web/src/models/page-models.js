/**
 * What the page itself answers: requests to addresses that begin with `page:` (docs/protocol.md,
 * "Models in the page"). No network, no key.
 */
import { PageModelError, refuse, streamRefusal } from "./page-reply.js";

/**
 * @typedef {(body: Uint8Array<ArrayBuffer>, signal: AbortSignal, url: URL) => Promise<Response>} PageService
 */

/** @param {{answer: (body: any, signal: AbortSignal) => Promise<Response>}} model @returns {PageService} */
export const chatWith = (model) => async (body, signal) => {
  try {
    return await model.answer(JSON.parse(new TextDecoder().decode(body)), signal);
  } catch (error) {
    return streamRefusal(error);
  }
};

/** @param {Record<string, PageService>} services by the host name in the address: `page://chrome/…` */
export function createPageModels(services) {
  return {
    /**
     * @param {URL} url
     * @param {Uint8Array<ArrayBuffer>} body
     * @param {AbortSignal} signal
     * @returns {Promise<Response>}
     */
    async answer(url, body, signal) {
      const service = Object.hasOwn(services, url.host) ? services[url.host] : undefined;
      try {
        if (!service) throw new PageModelError(404, "page_model_missing", `the page has no ${url.host}`);
        return await service(body, signal, url);
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createPageModels>} PageModels */
