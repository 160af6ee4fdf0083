/** What a file is as a text that can be edited. */

/** A larger file is shown, not edited. */
export const MAX_EDITED_BYTES = 2_000_000;

/** @param {Uint8Array} bytes @returns {string | null} its text; null if it is none, or too large */
export function textOfFile(bytes) {
  if (bytes.length > MAX_EDITED_BYTES) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
