/**
 * Keeps the recording of the last run in memory, so that Share can offer it: the calls as the
 * interpreter reports them, the files as they were at the start, and which models were chosen.
 */
import { NOWHERE } from "./link.js";

/** Beyond this a recording is of no use for a link, and is dropped. */
const MAX_CHARACTERS = 8_000_000;

/**
 * @typedef {object} RecordedCall
 * @property {number} number in the order in which the program made them
 * @property {string} line of the tape, without keys
 * @property {string} asked the question in words; it stays on this device
 *
 * @typedef {object} Run
 * @property {string} code
 * @property {RecordedCall[]} calls in the order of their numbers
 * @property {boolean} isTooLarge
 * @property {"running" | "whole" | "stopped"} state
 * @property {import("./protocol.js").ModelSettings} settings
 * @property {Map<string, Uint8Array<ArrayBuffer>>} files that the program names
 */

/** @param {import("./keys.js").Keys} keys */
export function createRecorder(keys) {
  /** @type {Run | null} */
  let run = null;
  let characters = 0;

  return {
    /**
     * Begins the recording of a new run; forgets the last.
     * @param {string} code
     * @param {import("./protocol.js").ModelSettings} settings
     * @param {Iterable<[string, Uint8Array<ArrayBuffer>]>} files
     */
    begin(code, settings, files) {
      characters = 0;
      const named = [...files].filter(([name]) => code.includes(`"${name}"`) || code.includes(`/${name}"`));
      run = {
        code,
        calls: [],
        isTooLarge: false,
        state: "running",
        settings: withoutAddresses(settings),
        files: new Map(named),
      };
    },

    /** @param {{number: number, line: string, asked: string}} event */
    add({ number, line, asked }) {
      // What the line below the output asks is no part of the run.
      if (!run || run.isTooLarge || run.state !== "running") return;
      characters += line.length;
      if (characters > MAX_CHARACTERS) {
        run.isTooLarge = true;
        run.calls = [];
        return;
      }
      const call = { number, line: keys.redact(line), asked };
      const after = run.calls.findIndex((each) => each.number > number);
      run.calls.splice(after < 0 ? run.calls.length : after, 0, call);
    },

    /** Says that the run is over. @param {boolean} isWhole it was not stopped */
    end(isWhole) {
      if (run?.state === "running") run.state = isWhole ? "whole" : "stopped";
    },

    /**
     * Takes over a recording that is being played, so that it can be shared on.
     * @param {string} code
     * @param {import("./link.js").Recording} recording
     */
    adopt(code, { tape, settings, files }) {
      const lines = tape.split("\n").filter(Boolean);
      const calls = lines.map((line, index) => ({ number: index + 1, line, asked: "" }));
      run = { code, calls, isTooLarge: false, state: "whole", settings, files };
    },

    /** @returns {Run | null} the last run */
    last: () => run,
  };
}

/** @typedef {ReturnType<typeof createRecorder>} Recorder */

/**
 * @param {import("./protocol.js").ModelSettings} settings
 * @returns {import("./protocol.js").ModelSettings}
 */
function withoutAddresses(settings) {
  const providers = Object.entries(settings.providers).map(([name, { model, has_key }]) => [
    name,
    { base_url: NOWHERE, model, has_key },
  ]);
  return { default: settings.default, providers: Object.fromEntries(providers) };
}

/** @param {Run} run @returns {import("./link.js").Recording} */
export function recordingOf({ calls, settings, files }) {
  return { tape: calls.map(({ line }) => `${line}\n`).join(""), settings, files };
}

/**
 * @typedef {object} Answer what a line of a tape says, for people
 * @property {string} who provider and model
 * @property {string} text
 */

/** @param {string} line @returns {Answer} */
export function describeLine(line) {
  const said = JSON.parse(line);
  const parts = [];
  if (said.content) parts.push(said.content);
  for (const [kind, value] of said.events ?? []) {
    if (kind === "call") parts.push(`calls ${value.name} with ${JSON.stringify(value.arguments)}`);
    if (kind === "thought") parts.push(`thinks: ${value.text || "(hidden by the provider)"}`);
  }
  if (said.embeddings) parts.push(`${said.embeddings.length} vectors of ${said.embeddings[0]?.length ?? 0} numbers`);
  if (said.scores) parts.push(`an order of ${said.scores.length} documents`);
  if (said.error) parts.push(`fails: ${said.error.message ?? JSON.stringify(said.error.value) ?? ""}`);
  return { who: [said.provider, said.model].filter(Boolean).join(" · ") || "a model", text: parts.join("\n") };
}
