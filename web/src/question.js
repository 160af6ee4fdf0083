/** Asks the user for a line of input, in the output pane. */
import { element } from "./dom.js";

/** @param {import("./output.js").Output} output */
export function createQuestions(output) {
  /** @type {(() => void) | null} takes the question that is open away */
  let endOpen = null;

  return {
    /** @param {string} prompt @returns {Promise<string | null>} null at the end of input */
    ask(prompt) {
      return new Promise((resolve) => {
        const label = prompt || "Input for the program";
        const field = /** @type {HTMLInputElement} */ (
          element("input", { type: "text", "aria-label": label, autocomplete: "off" })
        );
        /** @param {string | null} line */
        const end = (line) => {
          endOpen = null;
          form.remove();
          if (line !== null) output.write([["out", `${prompt}${line}\n`]]);
          resolve(line);
        };
        const form = element(
          "form",
          {
            class: "question",
            onsubmit: (/** @type {Event} */ event) => {
              event.preventDefault();
              end(field.value);
            },
          },
          element("label", {}, prompt || "Input"),
          field,
          element("button", { type: "submit" }, "Enter"),
          element("button", { type: "button", title: "End of input", onclick: () => end(null) }, "End"),
        );
        endOpen = () => end(null);
        output.showBlock(form);
        void output.drain().then(() => field.focus());
      });
    },

    /** Takes the open question away: the program was stopped. */
    end: () => endOpen?.(),
  };
}
