/** Addresses of the images that are shown, made once for each content. */
import { SVG, imageType } from "./preview.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * A `blob:` address belongs to this site: whoever opened such an SVG file in a tab of its own would open
 * it as a page of ours. A `data:` address belongs to nobody.
 * @param {Bytes} bytes @param {string | undefined} type
 */
const makeAddress = (bytes, type) =>
  type === SVG
    ? `data:${SVG};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`
    : URL.createObjectURL(new Blob([bytes], { type }));

export function createImages() {
  /** @type {Map<Bytes, string>} */
  const addresses = new Map();
  return {
    /** @param {string} name @param {Bytes} bytes */
    addressOf(name, bytes) {
      let url = addresses.get(bytes);
      if (!url) {
        url = makeAddress(bytes, imageType(name));
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
