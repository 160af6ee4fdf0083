/** Share: puts the program, and nothing else, into a link. And what happens when one is opened. */
import { LinkError, decodeLink, encodeLink } from "./link.js";

/** Many chat programs and some browsers cut longer addresses. */
const LONG_LINK = 8000;

/** @param {string} code @returns {string} the address of this page with the program in it */
export function makeLink(code) {
  const url = new URL(location.href);
  url.hash = encodeLink({ code });
  return url.href;
}

/**
 * @param {object} options
 * @param {HTMLDialogElement} options.dialog
 * @param {HTMLInputElement} options.field
 * @param {HTMLElement} options.message
 * @param {HTMLButtonElement} options.copy
 */
export function createShareDialog({ dialog, field, message, copy }) {
  /** @param {string} url */
  async function copyLink(url) {
    try {
      await navigator.clipboard.writeText(url);
      return true;
    } catch {
      field.select();
      return false;
    }
  }

  copy.addEventListener("click", async () => {
    message.textContent = (await copyLink(field.value)) ? "Copied." : "Press Ctrl+C to copy it.";
  });
  field.addEventListener("focus", () => field.select());

  return {
    /** @param {string} url */
    async show(url) {
      field.value = url;
      if (!dialog.open) dialog.showModal();
      const copied = await copyLink(url);
      const long = url.length > LONG_LINK ? " It is long: some chat programs may cut it." : "";
      message.textContent = (copied ? "Copied to the clipboard." : "Copy this link.") + long;
    },
  };
}

/**
 * @param {string} hash
 * @returns {{code: string} | {problem: string} | null}
 */
export function openLink(hash) {
  try {
    return decodeLink(hash);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { problem: `This link does not open: ${error.message}. Your own program is untouched.` };
  }
}
