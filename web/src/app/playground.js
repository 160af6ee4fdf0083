/** `window.playground`: the page for tests and agents (contract 4 of the design). */
import { originOf } from "../models/addresses.js";
import { ALIASES } from "../models/providers.js";
import { baseUrlOf } from "../models/settings.js";
import { makeLink } from "../sharing/link.js";
import { EXAMPLES } from "../panels/examples/programs.js";
import { recordingOf, whyNotRecorded } from "../sharing/recorder.js";
import { offerTools } from "./agent-tools.js";
import { createAsking } from "./asking.js";
import { findEntries } from "./lookup.js";

/** @param {import("../state.js").Store} state @returns {Promise<void>} resolves once programs run */
export function whenReady({ subscribe }) {
  /** @type {PromiseWithResolvers<void>} */
  const ready = Promise.withResolvers();
  // Who waits for it hears of a failure; if nobody does, the output pane has said enough.
  ready.promise.catch(() => {});
  subscribe(
    ({ phase }) => phase === "ready",
    (isReady) => isReady && ready.resolve(),
  );
  subscribe(
    ({ start }) => start.failure,
    (failure) => failure && ready.reject(new Error(failure)),
  );
  return ready.promise;
}

/**
 * @param {object} parts
 * @param {Promise<void>} parts.ready
 * @param {import("../state.js").Store} parts.state
 * @param {(code: string) => Promise<import("../engine/protocol.js").Result>} parts.run
 * @param {() => void} parts.allowImports
 * @param {() => void} parts.stop
 * @param {(answer: import("../engine/protocol.js").Answer) => void} parts.answer
 * @param {() => number} parts.memory
 * @param {import("./files.js").Files} parts.files
 * @param {import("../models/keys.js").Keys} parts.keys
 * @param {import("../log.js").Log} parts.log
 * @param {Pick<import("../panels/page.js").Programs, "chooseExample">} parts.programs
 * @param {Pick<import("./tabs.js").Tabs, "beside">} parts.tabs
 * @returns {Window["playground"]} as web/playground.d.ts describes it
 */
export function createPlayground(parts) {
  const { ready, state, run, allowImports, stop, answer, memory, files, keys, log, programs, tabs } = parts;
  const { get, dispatch } = state;
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
     * @param {{files?: Record<string, unknown>, allowImport?: boolean}} [options] files to write beforehand, and
     *   whether the visitor's own program imports code without a question
     * @returns {Promise<import("../engine/protocol.js").Result>}
     */
    async run(code = get().draft.text, { files: given = {}, allowImport = false } = {}) {
      for (const [name, content] of Object.entries(given)) files.write(name, toBytes(content));
      if (allowImport) allowImports();
      return run(String(code));
    },
    stop,
    ...createAsking(state, answer, toBytes),
    /** Bytes that Python's memory has in the interpreter at work, as it said a few seconds ago. */
    memory,
    getCode: () => get().draft.text,
    /** @param {string} text */
    setCode: (text) => dispatch({ type: "program-edited", text: String(text) }),
    output: () => log.text(),
    examples: () => EXAMPLES.map(({ slug, topic, title, about }) => ({ slug, topic, title, about })),
    /** @param {string} slug */
    async openExample(slug) {
      const example = EXAMPLES.find((each) => each.slug === slug);
      if (!example) throw new Error(`there is no example “${slug}”: playground.examples() lists them`);
      await programs.chooseExample(example);
    },
    /** @param {string} text */
    lookup: (text) => structuredClone(findEntries(get().library, String(text))),
    /**
     * @param {{cassette?: boolean, title?: string, about?: string}} [options] with `cassette`, the recording of
     *   the last run, too
     * @returns {string} a link that carries the program
     */
    share({ cassette = false, title, about } = {}) {
      const { draft, recorded } = get();
      const { files: beside } = tabs.beside();
      if (!cassette) return makeLink({ code: draft.text, title, about, files: beside });
      const problem = whyNotRecorded(recorded, draft.text);
      if (problem || !recorded) throw new Error(`there is no recording to share: ${problem}`);
      return makeLink({ code: draft.text, title, about, files: beside, recording: recordingOf(recorded) });
    },
    /** @param {string} name @param {unknown} content */
    writeFile: (name, content) => void files.write(String(name), toBytes(content)),
    /** @param {string} name @returns {Uint8Array | undefined} */
    readFile: (name) => files.read(String(name))?.slice(),
    listFiles: () => [...get().files].map(([name, { length: size }]) => ({ name, size })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    /** The model calls of the last run, without keys. */
    calls: () => structuredClone(get().calls.list),
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
      dispatch({ type: "provider-chosen", name, choice });
      if (key !== undefined) void keys.set(name, baseUrlOf(get().settings, name), String(key), false);
    },
  });
}

/** Has the page answer to tests and agents. @param {Parameters<typeof createPlayground>[0]} parts */
export function publish(parts) {
  const playground = createPlayground(parts);
  Object.defineProperty(window, "playground", { value: playground });
  offerTools(playground);
}
