/**
 * Makes the recording of the last run, so that Share can offer it: the calls as the
 * interpreter reports them, the files as they were at the start, and which models were chosen.
 */
import { text } from "../texts/texts.js";
import { NOWHERE } from "./link.js";

/** Beyond this a recording is of no use for a link, and is dropped. */
const MAX_CHARACTERS = 8_000_000;
/** More lines of calls that were made after the run are not kept. */
const MOST_LATER = 200;

/**
 * @typedef {import("../state/calls.js").Recorded} Recorded
 * @typedef {import("../state/program.js").Recording} Recording
 */

/**
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} store where the recording is
 * @param {(text: string) => string} redact removes every key
 */
export function createRecorder({ get, dispatch }, redact) {
  /** @param {Recorded} recorded */
  const keep = (recorded) => dispatch({ type: "recorded-changed", recorded });
  /** What was asked after the run, by the numbers of the calls. @type {Map<number, string>} */
  const later = new Map();

  return {
    /**
     * Begins the recording of a new run; forgets the last.
     * @param {string} code
     * @param {import("../engine/protocol.js").ModelSettings} settings
     */
    begin(code, settings) {
      later.clear();
      const named = [...get().files].filter(([name]) => code.includes(`"${name}"`) || code.includes(`/${name}"`));
      const files = new Map(named);
      const about = { code, settings: withoutAddresses(settings), files };
      keep({ ...about, calls: [], characters: 0, isTooLarge: false, state: "running" });
    },

    /** @param {{number: number, line: string, asked: string}} event */
    add({ number, line, asked }) {
      const { recorded } = get();
      // What the line below the output asks is no part of the run.
      if (!recorded || recorded.isTooLarge || recorded.state !== "running") {
        if (later.size < MOST_LATER) later.set(number, redact(line));
        return;
      }
      const characters = recorded.characters + line.length;
      if (characters > MAX_CHARACTERS) {
        keep({ ...recorded, isTooLarge: true, calls: [] });
        return;
      }
      const call = { number, line: redact(line), asked: redact(asked) };
      const after = recorded.calls.findIndex((each) => each.number > number);
      const calls = recorded.calls.toSpliced(after < 0 ? recorded.calls.length : after, 0, call);
      keep({ ...recorded, calls, characters });
    },

    /** @param {number} number of a call @returns {string | null} its line of the tape */
    lineOf(number) {
      if (!number) return null;
      return get().recorded?.calls.find((each) => each.number === number)?.line ?? later.get(number) ?? null;
    },

    /** Puts another line into the place of a call's. @param {number} number @param {string} line */
    replace(number, line) {
      const { recorded } = get();
      if (!recorded) return;
      const calls = recorded.calls.map((each) => (each.number === number ? { ...each, line } : each));
      const characters = calls.reduce((sum, each) => sum + each.line.length, 0);
      keep({ ...recorded, calls, characters });
    },

    /** Says that the run is over. @param {boolean} isWhole it was not stopped */
    end(isWhole) {
      const { recorded } = get();
      if (recorded?.state === "running") keep({ ...recorded, state: isWhole ? "whole" : "stopped" });
    },

    /**
     * Takes over a recording that is being played, so that it can be shared on.
     * @param {string} code
     * @param {Recording} recording
     */
    adopt(code, { tape, settings, files }) {
      const lines = tape.split("\n").filter(Boolean);
      const calls = lines.map((line, index) => ({ number: index + 1, line, asked: "" }));
      keep({ code, calls, characters: tape.length, isTooLarge: false, state: "whole", settings, files });
    },
  };
}

/** @typedef {ReturnType<typeof createRecorder>} Recorder */

/**
 * @param {import("../engine/protocol.js").ModelSettings} settings
 * @returns {import("../engine/protocol.js").ModelSettings}
 */
function withoutAddresses(settings) {
  const providers = Object.entries(settings.providers).map(([name, { model, has_key }]) => [
    name,
    { base_url: NOWHERE, model, has_key },
  ]);
  return { default: settings.default, providers: Object.fromEntries(providers) };
}

/**
 * @param {Recorded | null} run the last run
 * @param {string} code what would be shared
 * @returns {string} why its recording cannot go with the program, "" if it can
 */
export function whyNotRecorded(run, code) {
  if (!run) return text("run the program first");
  if (run.state === "running") return text("the program is running");
  if (run.state === "stopped") return text("the last run was stopped");
  if (run.isTooLarge) return text("the recording of the last run is too large");
  if (!run.calls.length) return text("the last run asked no model");
  if (run.code !== code) return text("the program was changed after its last run: run it again");
  return "";
}

/**
 * @param {string} question the line of a tape whose call is meant
 * @param {string} answer one whose reply is to be played for it
 * @returns {string} the line of a tape with both
 */
export function adoptReply(question, answer) {
  const { key, request } = JSON.parse(question);
  const { turns: _, anew: __, ...line } = JSON.parse(answer);
  return JSON.stringify({ ...line, key, ...(request && { request }) });
}

/** @param {string} line of a recording @returns {string} it as a line of a cassette, where calls have no turns */
export function cassetteLine(line) {
  const { turns: _, cached: __, ...rest } = JSON.parse(line);
  return JSON.stringify(rest);
}

/** @param {Recorded} run @returns {Recording} */
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
