/** The program that is chosen in the history: its name, its versions, its text and what it printed. */
import { element, isOn, valueOf } from "../../dom.js";
import { nameOf } from "../../storage/program-record.js";
import { countText, text } from "../../texts/texts.js";
import { describeOutput, describeTime } from "./words.js";

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

/** @param {Found} found @param {Actions} actions */
function buildHead({ program, version }, { rename, choose }) {
  const name = element("input", {
    type: "text",
    value: nameOf(program),
    maxLength: 80,
    "aria-label": text("Name of the program"),
    "data-testid": "history-name",
    onchange: (/** @type {Event} */ event) => rename(program.id, valueOf(event)),
  });
  if (program.versions.length === 1) return element("div", { class: "history-head" }, name);
  const newest = program.versions.toReversed();
  const options = newest.map((each, at) => {
    const time = describeTime(each.at, Date.now());
    const label = at === 0 ? text("Last version, {time}", { time }) : text("Version, {time}", { time });
    return new Option(label, String(at), false, each === version);
  });
  const onchange = (/** @type {Event} */ event) => choose({ program, version: newest[Number(valueOf(event))] });
  const versions = element("select", { "aria-label": text("Version"), "data-testid": "history-versions", onchange }, ...options);
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
      text("Bring back"),
    ),
    element("label", { class: "check" }, pinned, ` ${text("Always keep")}`),
    element("span", { class: "gap" }),
    element("button", { type: "button", "data-testid": "history-delete", onclick: () => remove(found) }, text("Delete")),
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
 * @param {string | null} code
 * @param {string | null} output
 * @param {Actions} actions
 * @returns {HTMLElement[]}
 */
export function buildPreview(found, code, output, actions) {
  const { program, version } = found;
  const lines = countText("{n} line", "{n} lines", (code ?? "").split("\n").length);
  const origin = program.from === "link" ? ` · ${text("came with a link")}` : "";
  const parts = [
    buildHead(found, actions),
    element("p", { class: "panel-note" }, `${text("Changed {time}", { time: describeTime(version.at, Date.now()) })} · ${lines}${origin}`),
    element("pre", { tabIndex: 0, "aria-label": text("Program") }, code ?? text("The text of this version is no longer there.")),
  ];
  if (output !== null) {
    const ran = versionThatRan(found);
    const earlier = ran === version ? "" : ` (${text("an earlier version")})`;
    const summary = element("summary", {}, describeOutput(ran?.ending ?? "") + earlier);
    const shown = output.trim() ? output : text("(nothing)");
    parts.push(
      element("details", { class: "history-output", open: true }, summary, element("pre", { tabIndex: 0 }, shown)),
    );
  }
  return [...parts, buildFoot(found, actions)];
}
