/** A line of input that a program asks for, in the output pane, until it is given or no longer wanted. */
import { element } from "../../dom.js";

/**
 * @param {import("../../state/questions.js").Question} question
 * @param {import("../page.js").Page} page
 * @returns {import("./sheet.js").Block}
 */
export function buildQuestion(question, { get, subscribe, answer }) {
  const { prompt } = question;
  // The program may have been stopped while this was on its way.
  if (get().question !== question) return { node: element("div"), text: () => "" };
  const label = prompt || "Input for the program";
  const field = element("input", { type: "text", name: "line", "aria-label": label, autocomplete: "off" });
  /** @param {SubmitEvent} event */
  function onsubmit(event) {
    event.preventDefault();
    answer(String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("line")));
  }
  const node = element(
    "form",
    { class: "question", onsubmit },
    element("label", {}, prompt || "Input"),
    field,
    element("button", { type: "submit" }, "Enter"),
    element("button", { type: "button", title: "End of input", onclick: () => answer(null) }, "End"),
  );
  let isOpen = true;
  const end = subscribe(
    (state) => state.question === question,
    () => {
      isOpen = false;
      node.remove();
      end();
    },
    { now: false },
  );
  // It is not in the page yet.
  queueMicrotask(() => field.focus());
  return { node, text: () => (isOpen ? prompt || "Input" : "") };
}
