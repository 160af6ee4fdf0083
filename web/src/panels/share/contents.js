/** Shows what a link contains, for its author to read before it goes anywhere. */
import { element, formatBytes } from "../../dom.js";
import { describeLine } from "../../sharing/recorder.js";

/**
 * @param {import("../../sharing/link.js").Shared} shared
 * @param {import("../../state/calls.js").Recorded | null} run whose recording goes along
 * @param {boolean} hasSecrets something in it is a key, or looks like one
 * @returns {HTMLElement[]} what the link contains, for its author to read
 */
export function buildContents({ code, title, about, model, files: own = new Map() }, run, hasSecrets) {
  const program = element("li", {}, `the program: ${code.length.toLocaleString("en")} characters`);
  const told = [title && `the title: ${title}`, about && `the description: ${about}`, model && `the model: ${model}`];
  const words = told.map((text) => (text ? element("li", {}, text) : null));
  const files = [...new Map([...own, ...(run?.files ?? [])])].map(([name, bytes]) =>
    element("li", {}, `the file ${name}: ${formatBytes(bytes.length)}`),
  );
  if (!run) {
    const isAlone = !files.length && !words.some(Boolean);
    const keys = hasSecrets ? "" : ", no keys that are known here";
    const others = isAlone ? `Nothing else: no output, no files, no settings${keys}.` : `Not in it: output, settings${hasSecrets ? "" : ", keys that are known here"}.`;
    return [element("ul", {}, program, ...words, ...files), element("p", {}, others)];
  }
  const names = Object.keys(run.settings.providers);
  const chosen = run.settings.default ?? "demo";
  const configured = names.length ? ` (configured: ${names.join(", ")})` : "";
  return [
    element(
      "ul",
      {},
      program,
      ...words,
      ...files,
      element("li", {}, `the name of the provider and its model: ${chosen}${configured}`),
      element("li", {}, "the answers of the models, word for word:", buildCalls(run.calls)),
    ),
    element(
      "p",
      {},
      `Not in it: ${hasSecrets ? "" : "keys that are known here, "}addresses of servers, other files, and the prompts, which the program makes again.`,
    ),
  ];
}

/** @param {import("../../models/secrets.js").Secret[]} secrets @returns {HTMLElement[]} a warning of each */
export const buildWarnings = (secrets) => [
  element("p", {}, element("strong", {}, "This link would give away a key. "), "Whoever has the link can read and use it:"),
  element("ul", {}, ...secrets.map(({ what, where, line }) => element("li", {}, `${where}, line ${line}: ${what}`))),
  element("p", {}, "Take it out of the program, and enter it in Settings, where it stays. If it was shared before, have it replaced."),
];

/** @param {import("../../state/calls.js").RecordedCall[]} calls */
function buildCalls(calls) {
  const items = calls.map(({ line, asked }) => {
    const { who, text } = describeLine(line);
    return element(
      "li",
      {},
      element("span", { class: "who" }, who),
      asked && element("span", { class: "asked" }, asked),
      element("pre", {}, text),
    );
  });
  return element("ol", { class: "recorded-calls" }, ...items);
}
