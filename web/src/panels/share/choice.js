/** What goes into a link, as its author has chosen it; how long it gets, and what makes it long. */
import { describeSettings } from "../../models/settings.js";
import { makeLink } from "../../sharing/link.js";
import { recordingOf } from "../../sharing/recorder.js";
import { formatBytes } from "../../dom.js";
import { countText, spoken, text } from "../../texts/texts.js";

/** Many chat programs and some browsers cut longer addresses. */
const LONG_LINK = 8000;
/** Browsers open addresses of up to two million characters, not all of them. */
export const LONGEST_LINK = 1_000_000;
/** What is larger goes into no link: it would be too long before anything is tried. */
const MOST_FILE_BYTES = 1_000_000;

/**
 * @typedef {import("../../state/calls.js").Recorded} Recorded
 * @typedef {import("../../sharing/link.js").Shared} Shared
 * @typedef {import("../../sharing/link.js").Files} Files
 *
 * @typedef {object} Choice
 * @property {boolean} recording
 * @property {boolean} files
 * @property {boolean} model
 * @property {string} title
 * @property {string} about
 */

/** @type {Choice} */
export const NOTHING = { recording: false, files: false, model: false, title: "", about: "" };

/** @param {Pick<import("../../state.js").State, "draft" | "files">} state @returns {Files} those that the program names */
export function namedFiles({ draft, files }) {
  return new Map([...files].filter(([name]) => draft.text.includes(`"${name}"`) || draft.text.includes(`/${name}"`)));
}

/** @param {Files} files */
const bytesOf = (files) => [...files.values()].reduce((sum, { length }) => sum + length, 0);

/** @param {Files} files @returns {{text: string, isPossible: boolean}} what stands beside the box to tick */
export function describeFiles(files) {
  if (!files.size) return { text: text("it names none"), isPossible: false };
  const size = formatBytes(bytesOf(files));
  if (bytesOf(files) > MOST_FILE_BYTES) return { text: text("they are too large for a link: {size}", { size }), isPossible: false };
  const names = files.size === 1 ? [...files.keys()][0] : countText("{n} file", "{n} files", files.size);
  return { text: `${names}, ${size}`, isPossible: true };
}

/** @param {import("../../state.js").State} state @returns {string} the model of the last run, or the chosen one */
export function modelOf(state) {
  const asked = state.calls.list.find(({ provider, model }) => provider && model);
  if (asked) return `${asked.provider}/${asked.model}`;
  const { default: chosen, providers } = describeSettings(state);
  const model = chosen ? providers[chosen]?.model : "";
  return chosen && model ? `${chosen}/${model}` : "";
}

/** @param {import("../../state.js").State} state @param {Choice} choice @param {Files} [beside] in tabs beside the program @returns {Shared} */
export function sharedOf(state, { recording, files, model, title, about }, beside = new Map()) {
  const { draft, recorded } = state;
  return {
    code: draft.text,
    ...(title.trim() && { title: title.trim() }),
    ...(about.trim() && { about: about.trim() }),
    ...(model && modelOf(state) && { model: modelOf(state) }),
    ...((files || beside.size > 0) && { files: new Map([...(files ? namedFiles(state) : []), ...beside]) }),
    ...(recording && recorded && { recording: recordingOf(recorded) }),
  };
}

/** @param {Shared} shared @returns {[string, number][]} what could be left out, and how long the link were then, the best first */
export function savings(shared) {
  const { files } = shared;
  /** @type {[string, Partial<Shared>][]} */
  const parts = [];
  if (shared.recording) parts.push([text("Without the recording it has {characters}."), { recording: null }]);
  if (files && files.size) parts.push([text("Without the files it has {characters}."), { files: new Map() }]);
  if (shared.about) parts.push([text("Without the description it has {characters}."), { about: "" }]);
  const lengths = parts.map(([name, without]) => /** @type {[string, number]} */ ([name, makeLink({ ...shared, ...without }).length]));
  return lengths.sort(([, a], [, b]) => a - b);
}

/** @param {number} count */
const characters = (count) => text("{n} characters", { n: count.toLocaleString(spoken()) });

/** @param {Shared} shared @param {string} url its link @returns {string} what is said of it */
export function describeLink(shared, url) {
  const { length } = url;
  if (length <= LONG_LINK) return `${characters(length)}.`;
  const isTooLong = length > LONGEST_LINK;
  const problem = isTooLong
    ? text("This link would have {characters}. That is more than browsers open ({most}).", { characters: characters(length), most: LONGEST_LINK.toLocaleString(spoken()) })
    : text("{characters}. Some chat programs cut links of this length.", { characters: characters(length) });
  const [best] = savings(shared);
  if (best && best[1] < length * 0.9) return `${problem} ${best[0].replace("{characters}", characters(best[1]))}`;
  return isTooLong ? `${problem} ${text("Save the program as a file instead, or make it shorter.")}` : problem;
}
