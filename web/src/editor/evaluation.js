/** Evaluates the form at the cursor and shows what it gives behind it, until the text changes. */
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { element } from "../dom.js";
import { topLevelForm } from "./lisp-structure.js";

/** More of a value is in the output. */
const MOST_CHARACTERS = 200;

/** @typedef {import("../engine/protocol.js").Result} Result */
/** @typedef {{kind: "waiting" | "value" | "error", text: string}} Shown */

class Value extends WidgetType {
  /** @param {Shown} shown */
  constructor(shown) {
    super();
    this.shown = shown;
  }

  /** @param {Value} other */
  eq({ shown: { kind, text } }) {
    return kind === this.shown.kind && text === this.shown.text;
  }

  toDOM() {
    const { kind, text } = this.shown;
    return element("span", { class: `cm-value cm-value-${kind}`, "data-testid": "form-value", role: "note", "aria-label": text }, text);
  }
}

/** @type {import("@codemirror/state").StateEffectType<{at: number, shown: Shown}>} */
const show = StateEffect.define();

/** What stands behind forms. */
export const values = StateField.define({
  create: () => Decoration.none,
  update(shown, { docChanged, effects }) {
    let next = docChanged ? Decoration.none : shown;
    for (const effect of effects) {
      if (!effect.is(show)) continue;
      const { value } = effect;
      const { at, shown: given } = value;
      const widget = Decoration.widget({ widget: new Value(given), side: 1 }).range(at);
      next = next.update({ filter: (from) => from !== at, add: [widget] });
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** @param {string} text */
const shorten = (text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text);

/** @param {Result} result @returns {Shown} */
function describe({ value, error }) {
  if (error) return { kind: "error", text: shorten(`${error.type}: ${error.message}`) };
  return { kind: "value", text: value === null ? "⇒ nil" : shorten(`⇒ ${value}`) };
}

/**
 * @param {EditorView} view that has `values`
 * @param {(code: string) => Promise<Result>} evaluate in the session of the last run
 * @returns {Promise<void>}
 */
export async function evaluateForm(view, evaluate) {
  const { doc } = view.state;
  const span = topLevelForm(view.state);
  const code = span ? view.state.sliceDoc(span.from, span.to) : "";
  if (!span || !code.trim()) return;
  const at = span.to;
  view.dispatch({ effects: show.of({ at, shown: { kind: "waiting", text: "…" } }) });
  const shown = describe(await evaluate(code));
  // Whoever has gone on typing, or to another text, is not disturbed.
  if (view.state.doc === doc) view.dispatch({ effects: show.of({ at, shown }) });
}
