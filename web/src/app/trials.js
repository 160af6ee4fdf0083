/**
 * Model calls on trial: looked at before they are made, and made once more with something changed. Both
 * are evaluated in the session of the last run, so that consent, limits and budgets hold as for any call.
 */
import { adoptReply, cassetteLine } from "../sharing/recorder.js";
import { text as inWords, textLater } from "../texts/texts.js";

const CASSETTE = "calls.jsonl";
const GONE = textLater("The session of this call has ended: run the program again, then try it.");

/**
 * @typedef {import("../state/calls.js").Call} Call
 * @typedef {import("../panels/page.js").Changes} Changes
 */

/** @param {string} text @returns {string} it as a string of the language */
const lispText = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;

/** @param {Call} call @param {Changes} changes @returns {string} the program that makes it again */
export function programOf(call, { prompt, provider, model, temperature, maxTokens }) {
  const options = [
    prompt === undefined ? "" : `:prompt ${lispText(prompt)}`,
    provider ? `:provider ${lispText(provider)}` : "",
    model ? `:model ${lispText(model)}` : "",
    temperature === undefined ? "" : `:temperature ${temperature}`,
    maxTokens === undefined ? "" : `:max-tokens ${maxTokens}`,
  ].filter(Boolean);
  return `(llm/again ${call.id.replace(/^call /, "")}${options.length ? ` {${options.join(" ")}}` : ""})`;
}

/**
 * @param {object} parts
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} parts.state
 * @param {import("../models/calls.js").Calls} parts.calls
 * @param {import("../sharing/recorder.js").Recorder} parts.recorder
 * @param {(code: string) => Promise<import("../engine/protocol.js").Result>} parts.tryOut
 * @param {import("../panels/page.js").Files} parts.files
 * @returns {import("../panels/page.js").Trials}
 */
export function createTrials({ state: { get, dispatch }, calls, recorder, tryOut, files }) {
  /** @param {import("../engine/protocol.js").Result} result @returns {string} what went wrong, "" for nothing */
  const problemOf = ({ error }) => (error ? [error.message, error.hint].filter(Boolean).join(". ") : "");

  return {
    async again(call, changes) {
      const { run } = get().calls;
      const end = calls.repeat(call.id);
      const result = await tryOut(programOf(call, changes)).finally(end);
      const { list, run: now } = get().calls;
      const made = now === run ? list.findLast(({ repeats }) => repeats === call.id) : undefined;
      const problem = problemOf(result);
      return { call: made ?? null, problem: problem.includes("no call") ? inWords(GONE) : problem };
    },

    async preview(form) {
      dispatch({ type: "call-previewed", preview: null });
      const result = await tryOut(`(llm/preview ${form}\n)`);
      return { preview: get().calls.preview, problem: problemOf(result) };
    },

    isRecorded: (call) => recorder.lineOf(call.recorded) !== null,

    useReply(old, made) {
      const [was, line] = [recorder.lineOf(old.recorded), recorder.lineOf(made.recorded)];
      if (was && line) recorder.replace(old.recorded, adoptReply(was, line));
    },

    keep(call) {
      const line = recorder.lineOf(call.recorded);
      if (!line) return "";
      const before = get().files.get(CASSETTE);
      const text = `${before ? new TextDecoder().decode(before) : ""}${cassetteLine(line)}\n`;
      return files.write(CASSETTE, new TextEncoder().encode(text));
    },
  };
}
