/** The program that is chosen in the history: its name, its versions, its text and what it printed. */
import { element, isOn, valueOf } from "../../dom.js";
import { nameOf } from "../../storage/program-record.js";
import { countOf, describeOutput, describeTime } from "./words.js";

/**
 * @typedef {import("../../storage/history.js").Found} Found
 *
 * @typedef {object} Actions
 * @property {(found: Found) => void} bringBack
 * @property {(found: Found) => void} choose another version
 * @property {(found: Found) => void} remove
 * @property {(id: string, name: string) => void} rename
 * @property {(id: string, isPinned: boolean) => void} pin
 */

const GONE = "The text of this version is no longer there.";

/** @param {Found} found @param {Actions} actions */
function buildHead({ program, version }, { rename, choose }) {
  const name = element("input", {
    type: "text",
    value: nameOf(program),
    maxLength: 80,
    "aria-label": "Name of the program",
    "data-testid": "history-name",
    onchange: (/** @type {Event} */ event) => rename(program.id, valueOf(event)),
  });
  if (program.versions.length === 1) return element("div", { class: "history-head" }, name);
  const newest = program.versions.toReversed();
  const options = newest.map((each, at) => {
    const label = `${at === 0 ? "Last version" : "Version"}, ${describeTime(each.at, Date.now())}`;
    return new Option(label, String(at), false, each === version);
  });
  const onchange = (/** @type {Event} */ event) => choose({ program, version: newest[Number(valueOf(event))] });
  const versions = element("select", { "aria-label": "Version", "data-testid": "history-versions", onchange }, ...options);
  return element("div", { class: "history-head" }, name, versions);
}

/** @param {Found} found @param {Actions} actions */
function buildFoot(found, { bringBack, remove, pin }) {
  const { program } = found;
  const onchange = (/** @type {Event} */ event) => pin(program.id, isOn(event));
  const pinned = element("input", { type: "checkbox", checked: program.isPinned, onchange });
  return element(
    "div",
    { class: "history-head" },
    element(
      "button",
      { type: "button", class: "primary", "data-testid": "history-bring-back", onclick: () => bringBack(found) },
      "Bring back",
    ),
    element("label", { class: "check" }, pinned, " Always keep"),
    element("span", { class: "gap" }),
    element("button", { type: "button", "data-testid": "history-delete", onclick: () => remove(found) }, "Delete"),
  );
}

/**
 * @param {Found} found
 * @returns {import("../../storage/program-record.js").Version | undefined} the version that was run last, up to this one
 */
export const versionThatRan = ({ program, version }) =>
  program.versions.slice(0, program.versions.indexOf(version) + 1).findLast(({ output }) => output);

/**
 * @param {Found} found
 * @param {string | null} text
 * @param {string | null} output
 * @param {Actions} actions
 * @returns {HTMLElement[]}
 */
export function buildPreview(found, text, output, actions) {
  const { program, version } = found;
  const lines = countOf((text ?? "").split("\n").length, "line");
  const origin = program.from === "link" ? " · came with a link" : "";
  const parts = [
    buildHead(found, actions),
    element("p", { class: "panel-note" }, `Changed ${describeTime(version.at, Date.now())} · ${lines}${origin}`),
    element("pre", { tabIndex: 0, "aria-label": "Program" }, text ?? GONE),
  ];
  if (output !== null) {
    const ran = versionThatRan(found);
    const earlier = ran === version ? "" : " (an earlier version)";
    const summary = element("summary", {}, describeOutput(ran?.ending ?? "") + earlier);
    const shown = output.trim() ? output : "(nothing)";
    parts.push(
      element("details", { class: "history-output", open: true }, summary, element("pre", { tabIndex: 0 }, shown)),
    );
  }
  return [...parts, buildFoot(found, actions)];
}
