/** The tour: a step at a time, each with a program that can be changed and run here, and a task. */
import { element } from "../../dom.js";
import { createSnippetEditor } from "../../editor/snippet-editor.js";
import { text } from "../../texts/texts.js";
import { isSolved } from "./checking.js";
import { buildCode, buildLink, buildTrees } from "./nodes.js";

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
      const given = { at: step + 1, title };
      const label = isDone ? text("Step {at}: {title}, done", given) : text("Step {at}: {title}", given);
      const more = { class: "small", title: label, "aria-label": label, "aria-current": step === at ? "step" : undefined };
      return element("li", {}, going(isDone ? "✓" : String(step + 1), step, more));
    });
    return element("ol", { class: "tour-steps", "aria-label": text("Steps of the tour") }, ...items);
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
        said.textContent = text("Done!");
        progress.solve(at);
        onSolved();
      } else said.textContent = ran.trim() === step.code.trim() ? "" : text("Not yet: the task is still open.");
    }

    const editor = createSnippetEditor({
      text: code,
      label: text("Program of the step {title}", { title: step.title }),
      onRun: () => void run(),
      onChange(now) {
        code = now;
        typed.set(at, now);
      },
    });
    tools.keep(editor);
    const button = (/** @type {string} */ words, /** @type {() => void} */ onclick, /** @type {object} */ more = {}) =>
      element("button", { type: "button", onclick, ...more }, words);
    const actions = element(
      "div",
      { class: "learn-actions" },
      button(text("▶ Run"), () => void run(), { class: "primary", "data-testid": "tour-run" }),
      button(text("As it was"), () => editor.show(step.code), { class: "small" }),
      buildLink(step.code, tools),
    );
    const solution = element(
      "details",
      {},
      element("summary", {}, text("Show a solution")),
      buildCode(step.solution),
      button(text("Take it"), () => editor.show(step.solution.trimEnd()), { class: "small", "data-testid": "tour-solution" }),
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
      ? element("button", { type: "button", class: "primary", onclick: () => tools.open("manual") }, text("To the manual"))
      : going(text("Next"), at + 1, { class: "primary", "data-testid": "tour-next" });
    return [
      element("p", { class: "learn-soft" }, text("Step {at} of {all}", { at: at + 1, all: steps.length })),
      element("progress", { class: "tour-progress", value: at + 1, max: steps.length, "aria-label": text("Progress in the tour") }),
      element("h3", {}, step.title),
      element("div", {}, ...buildTrees(step.body, tools)),
      snippet,
      element("div", { class: "tour-task" }, element("strong", {}, text("Your turn")), ...buildTrees(step.task, tools)),
      said,
      solution,
      element("div", { class: "learn-actions" }, going(text("Back"), at - 1, { disabled: at === 0, "data-testid": "tour-back" }), onward),
      list,
    ];
  };
}
