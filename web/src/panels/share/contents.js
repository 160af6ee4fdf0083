/** Shows what a link contains, for its author to read before it goes anywhere. */
import { element, formatBytes } from "../../dom.js";
import { describeLine } from "../../sharing/recorder.js";
import { spoken, text } from "../../texts/texts.js";

/** @param {boolean} isAlone the program is all there is @param {boolean} hasSecrets @returns {string} what is not in a link */
function describeOthers(isAlone, hasSecrets) {
  if (isAlone) {
    return hasSecrets
      ? text("Nothing else: no output, no files, no settings.")
      : text("Nothing else: no output, no files, no settings, no keys that are known here.");
  }
  return hasSecrets ? text("Not in it: output, settings.") : text("Not in it: output, settings, keys that are known here.");
}

/**
 * @param {import("../../sharing/link.js").Shared} shared
 * @param {import("../../state/calls.js").Recorded | null} run whose recording goes along
 * @param {boolean} hasSecrets something in it is a key, or looks like one
 * @returns {HTMLElement[]} what the link contains, for its author to read
 */
export function buildContents({ code, title, about, model, files: own = new Map() }, run, hasSecrets) {
  const program = element("li", {}, text("the program: {n} characters", { n: code.length.toLocaleString(spoken()) }));
  const told = [title && text("the title: {title}", { title }), about && text("the description: {about}", { about }), model && text("the model: {model}", { model })];
  const words = told.map((each) => (each ? element("li", {}, each) : null));
  const files = [...new Map([...own, ...(run?.files ?? [])])].map(([name, bytes]) =>
    element("li", {}, text("the file {name}: {size}", { name, size: formatBytes(bytes.length) })),
  );
  if (!run) {
    const isAlone = !files.length && !words.some(Boolean);
    const others = describeOthers(isAlone, hasSecrets);
    return [element("ul", {}, program, ...words, ...files), element("p", {}, others)];
  }
  const names = Object.keys(run.settings.providers);
  const chosen = run.settings.default ?? "demo";
  return [
    element(
      "ul",
      {},
      program,
      ...words,
      ...files,
      element("li", {}, names.length
          ? text("the name of the provider and its model: {chosen} (configured: {names})", { chosen, names: names.join(", ") })
          : text("the name of the provider and its model: {chosen}", { chosen })),
      element("li", {}, text("the answers of the models, word for word:"), buildCalls(run.calls)),
    ),
    element(
      "p",
      {},
      hasSecrets
        ? text("Not in it: addresses of servers, other files, and the prompts, which the program makes again.")
        : text("Not in it: keys that are known here, addresses of servers, other files, and the prompts, which the program makes again."),
    ),
  ];
}

/** @param {import("../../models/secrets.js").Secret[]} secrets @returns {HTMLElement[]} a warning of each */
export const buildWarnings = (secrets) => [
  element("p", {}, element("strong", {}, text("This link would give away a key.")), ` ${text("Whoever has the link can read and use it:")}`),
  element("ul", {}, ...secrets.map(({ what, where, line }) => element("li", {}, text("{where}, line {line}: {what}", { where, line, what })))),
  element("p", {}, text("Take it out of the program, and enter it in Settings, where it stays. If it was shared before, have it replaced.")),
];

/** @param {import("../../state/calls.js").RecordedCall[]} calls */
function buildCalls(calls) {
  const items = calls.map(({ line, asked }) => {
    const { who, text: said } = describeLine(line);
    return element(
      "li",
      {},
      element("span", { class: "who" }, who),
      asked && element("span", { class: "asked" }, asked),
      element("pre", {}, said),
    );
  });
  return element("ol", { class: "recorded-calls" }, ...items);
}
