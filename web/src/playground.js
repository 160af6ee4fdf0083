/** `window.playground`: the page for tests and agents (contract 4 of the design). */
import { originOf } from "./keys.js";
import { ALIASES } from "./providers.js";
import { makeLink, whyNotRecorded } from "./share.js";

/**
 * @param {object} parts
 * @param {Promise<void>} parts.ready
 * @param {(code: string) => Promise<import("./protocol.js").Result>} parts.run
 * @param {() => void} parts.stop
 * @param {import("./editor.js").Editor} parts.editor
 * @param {import("./files.js").Files} parts.files
 * @param {import("./calls.js").Calls} parts.calls
 * @param {import("./recorder.js").Recorder} parts.recorder
 * @param {import("./keys.js").Keys} parts.keys
 * @param {import("./settings-store.js").Settings} parts.settings
 */
export function createPlayground({ ready, run, stop, editor, files, calls, recorder, keys, settings }) {
  /** @param {unknown} content @returns {Uint8Array<ArrayBuffer>} */
  function toBytes(content) {
    if (typeof content === "string") return new TextEncoder().encode(content);
    if (content instanceof ArrayBuffer) return new Uint8Array(content.slice(0));
    if (ArrayBuffer.isView(content)) {
      return new Uint8Array(content.buffer, content.byteOffset, content.byteLength).slice();
    }
    if (Array.isArray(content)) return Uint8Array.from(content);
    throw new TypeError("a file's content is a Uint8Array, an ArrayBuffer, an array of bytes or a string");
  }

  return Object.freeze({
    /** Resolves once programs run. */
    ready,
    /**
     * Runs a program as a press of Run does, and shows it in the output pane.
     * @param {string} [code] the editor's text if left out
     * @param {{files?: Record<string, unknown>}} [options] files to write beforehand
     * @returns {Promise<import("./protocol.js").Result>}
     */
    async run(code = editor.getText(), { files: given = {} } = {}) {
      for (const [name, content] of Object.entries(given)) files.write(name, toBytes(content));
      return run(String(code));
    },
    stop,
    getCode: () => editor.getText(),
    /** @param {string} text */
    setCode: (text) => editor.setText(String(text)),
    /**
     * @param {{cassette?: boolean}} [options] with `cassette`, the recording of the last run, too
     * @returns {string} a link that carries the program
     */
    share({ cassette = false } = {}) {
      const code = editor.getText();
      if (!cassette) return makeLink(code);
      const problem = whyNotRecorded(recorder.last(), code);
      if (problem) throw new Error(`there is no recording to share: ${problem}`);
      return makeLink(code, recorder.last());
    },
    /** @param {string} name @param {unknown} content */
    writeFile: (name, content) => void files.write(String(name), toBytes(content)),
    /** @param {string} name @returns {Uint8Array | undefined} */
    readFile: (name) => files.read(String(name))?.slice(),
    /** The model calls of the last run, without keys. */
    calls: () => structuredClone(calls.list()),
    /**
     * Chooses the provider that answers from now on.
     * @param {string} provider
     * @param {{baseUrl?: string, key?: string, model?: string}} [choice]
     */
    configure(provider, { baseUrl, key, model } = {}) {
      const name = ALIASES[provider] ?? String(provider);
      if (baseUrl && !originOf(baseUrl)) {
        throw new TypeError(`baseUrl must be a full http(s) address, not ${baseUrl}`);
      }
      /** @type {{baseUrl?: string, model?: string}} */
      const choice = {};
      if (baseUrl !== undefined) choice.baseUrl = String(baseUrl);
      if (model !== undefined) choice.model = String(model);
      settings.configure(name, choice);
      if (key !== undefined) {
        keys.set(name, settings.baseUrlOf(name), String(key), false);
        settings.configure(name, {});
      }
    },
  });
}
