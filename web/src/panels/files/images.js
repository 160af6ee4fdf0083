/** Addresses of the images that are shown, made once for each content. */
import { imageType } from "./preview.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

export function createImages() {
  /** @type {Map<Bytes, string>} */
  const addresses = new Map();
  return {
    /** @param {string} name @param {Bytes} bytes */
    addressOf(name, bytes) {
      let url = addresses.get(bytes);
      if (!url) {
        url = URL.createObjectURL(new Blob([bytes], { type: imageType(name) }));
        addresses.set(bytes, url);
      }
      return url;
    },

    /** Lets go of all others. @param {Iterable<Bytes>} current */
    keepOnly(current) {
      const kept = new Set(current);
      for (const [bytes, url] of addresses) {
        if (kept.has(bytes)) continue;
        URL.revokeObjectURL(url);
        addresses.delete(bytes);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createImages>} Images */
