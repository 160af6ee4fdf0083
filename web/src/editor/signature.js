/** While somebody types in a call: how its function is called, and which argument is at hand. */
import { StateEffect, StateField } from "@codemirror/state";
import { ViewPlugin, keymap, showTooltip } from "@codemirror/view";
import { element } from "../dom.js";

/** @typedef {import("@codemirror/view").EditorView} EditorView */
/** @typedef {import("./service-types.js").Signature} Signature */

const PAUSE_MILLISECONDS = 150;
const OPTIONS_SHOWN = 12;

/** @type {import("@codemirror/state").StateEffectType<Signature | null>} */
const setSignature = StateEffect.define();

/** @param {Signature} signature */
function build({ label, parameters, active, text, options, option }) {
  const [from, to] = active >= 0 && active < parameters.length ? parameters[active] : [label.length, label.length];
  const near = options.filter((each) => each.startsWith(option)).slice(0, OPTIONS_SHOWN);
  return element(
    "div",
    { class: "help signature", "data-testid": "signature" },
    element(
      "code",
      { class: "help-signature" },
      label.slice(0, from),
      from < to ? element("strong", {}, label.slice(from, to)) : null,
      label.slice(to),
    ),
    near.length ? element("p", { class: "help-chapter" }, near.map((each) => `:${each}`).join(" ")) : null,
    text && !near.length ? element("p", {}, text.replaceAll("`", "").split("\n\n")[0]) : null,
  );
}

const field = StateField.define({
  create: () => /** @type {Signature | null} */ (null),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      const { value: given } = effect;
      if (effect.is(setSignature)) value = given;
    }
    if (!value || !transaction.docChanged) return value;
    return Object.assign({}, value, { start: transaction.changes.mapPos(value.start) });
  },
  provide: (from) =>
    showTooltip.from(from, (value) =>
      value && { pos: value.start, above: true, strictSide: false, create: () => ({ dom: build(value) }) }),
});

/** @param {() => import("./service-types.js").Services | null} getServices */
export function createSignatureHelp(getServices) {
  /** @param {EditorView} view */
  function watch(view) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    async function ask() {
      const { doc, selection } = view.state;
      if (!selection.main.empty) return hide(view);
      const answer = await getServices()?.ask("signature", doc.toString(), { at: selection.main.head });
      if (view.state.doc !== doc || view.state.selection.main.head !== selection.main.head) return;
      const given = answer?.said ?? null;
      if (given || view.state.field(field)) view.dispatch({ effects: setSignature.of(given) });
    }
    return {
      update(/** @type {import("@codemirror/view").ViewUpdate} */ update) {
        if (update.focusChanged && !view.hasFocus) setTimeout(() => hide(view)); // not while it is being updated
        const isOpen = update.state.field(field) !== null;
        const isTyped = update.transactions.some((each) => each.isUserEvent("input") || each.isUserEvent("delete"));
        if (!(update.docChanged && isTyped) && !(isOpen && (update.selectionSet || update.docChanged))) return;
        clearTimeout(timer);
        timer = setTimeout(ask, PAUSE_MILLISECONDS);
      },
      destroy: () => clearTimeout(timer),
    };
  }

  /** @param {EditorView} view @returns {boolean} whether there was one */
  function hide(view) {
    if (!view.state.field(field)) return false;
    view.dispatch({ effects: setSignature.of(null) });
    return true;
  }

  return [field, ViewPlugin.define(watch), keymap.of([{ key: "Escape", run: hide }])];
}
