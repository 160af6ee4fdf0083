/** The tour: a step at a time, each with a program that can be changed and run here, and a task. */
import { element } from "../../dom.js";
import { createSnippetEditor } from "../../editor/snippet-editor.js";
import { isSolved } from "./checking.js";
import { buildCode, buildLink, buildTrees } from "./nodes.js";

const SOLVED = "Done!";
const NOT_YET = "Not yet: the task is still open.";

/** @typedef {import("./nodes.js").Tools} Tools */

/**
 * @param {import("./nodes.js").Step[]} steps
 * @param {import("./progress.js").Progress} progress
 * @param {Tools & {keep: (editor: import("../../editor/snippet-editor.js").SnippetEditor) => void}} tools
 */
export function createTour(steps, progress, tools) {
  /** What was typed into the programs of the steps. @type {Map<number, string>} */
  const typed = new Map();

  /** @param {string} words @param {number} to @param {Record<string, any>} [more] */
  const going = (words, to, more = {}) =>
    element("button", { type: "button", onclick: () => tools.open(`tour/${to}`), ...more }, words);

  /** @param {number} at */
  function buildSteps(at) {
    const items = steps.map(({ title }, step) => {
      const isDone = progress.isDone(step);
      const label = `Step ${step + 1}: ${title}${isDone ? ", done" : ""}`;
      const more = { class: "small", title: label, "aria-label": label, "aria-current": step === at ? "step" : undefined };
      return element("li", {}, going(isDone ? "✓" : String(step + 1), step, more));
    });
    return element("ol", { class: "tour-steps", "aria-label": "Steps of the tour" }, ...items);
  }

  /** @param {number} at @param {() => void} onSolved */
  function buildSnippet(at, onSolved) {
    const step = steps[at];
    const said = element("p", { class: "tour-said", role: "status", "data-testid": "tour-said" });
    let code = typed.get(at) ?? step.code;

    async function run() {
      const ran = code;
      const result = await tools.run(ran);
      if (isSolved(step.check, ran, result)) {
        said.textContent = SOLVED;
        progress.solve(at);
        onSolved();
      } else said.textContent = ran.trim() === step.code.trim() ? "" : NOT_YET;
    }

    const editor = createSnippetEditor({
      text: code,
      label: `Program of the step ${step.title}`,
      onRun: () => void run(),
      onChange(text) {
        code = text;
        typed.set(at, text);
      },
    });
    tools.keep(editor);
    const button = (/** @type {string} */ words, /** @type {() => void} */ onclick, /** @type {object} */ more = {}) =>
      element("button", { type: "button", onclick, ...more }, words);
    const actions = element(
      "div",
      { class: "learn-actions" },
      button("▶ Run", () => void run(), { class: "primary", "data-testid": "tour-run" }),
      button("As it was", () => editor.show(step.code), { class: "small" }),
      buildLink(step.code, tools),
    );
    const solution = element(
      "details",
      {},
      element("summary", {}, "Show a solution"),
      buildCode(step.solution),
      button("Take it", () => editor.show(step.solution.trimEnd()), { class: "small", "data-testid": "tour-solution" }),
    );
    return { snippet: element("div", { class: "learn-snippet" }, editor.element, actions), said, solution };
  }

  /** @param {number} wanted @returns {HTMLElement[]} */
  return function buildStep(wanted) {
    progress.go(wanted);
    const at = progress.at();
    const step = steps[at];
    let list = buildSteps(at);
    const { snippet, said, solution } = buildSnippet(at, () => {
      const next = buildSteps(at);
      list.replaceWith(next);
      list = next;
    });
    const isLast = at === steps.length - 1;
    const onward = isLast
      ? element("button", { type: "button", class: "primary", onclick: () => tools.open("manual") }, "To the manual")
      : going("Next", at + 1, { class: "primary", "data-testid": "tour-next" });
    return [
      element("p", { class: "learn-soft" }, `Step ${at + 1} of ${steps.length}`),
      element("progress", { class: "tour-progress", value: at + 1, max: steps.length, "aria-label": "Progress in the tour" }),
      element("h3", {}, step.title),
      element("div", {}, ...buildTrees(step.body, tools)),
      snippet,
      element("div", { class: "tour-task" }, element("strong", {}, "Your turn"), ...buildTrees(step.task, tools)),
      said,
      solution,
      element("div", { class: "learn-actions" }, going("Back", at - 1, { disabled: at === 0, "data-testid": "tour-back" }), onward),
      list,
    ];
  };
}
