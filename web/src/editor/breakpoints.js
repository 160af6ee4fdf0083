/** Breakpoints beside the lines of the program, and the form at which it stands. */
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter, keymap } from "@codemirror/view";
import { text } from "../texts/texts.js";

class Breakpoint extends GutterMarker {
  toDOM() {
    const dot = document.createElement("span");
    dot.className = "breakpoint";
    dot.title = text("Breakpoint");
    dot.textContent = "●";
    return dot;
  }
}
const MARKER = new Breakpoint();

/** @type {import("@codemirror/state").StateEffectType<number>} */
const toggle = StateEffect.define({ map: (at, changes) => changes.mapPos(at) });
/** @type {import("@codemirror/state").StateEffectType<number[]>} */
const replace = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<{from: number, to: number} | null>} */
const stand = StateEffect.define();

/** @param {{value: number[]}} effect */
const setOf = ({ value: places }) => RangeSet.of(places.map((at) => MARKER.range(at)), true);

/** @param {import("@codemirror/state").EditorState} state @param {{value: number}} effect */
const lineOf = ({ doc }, { value: at }) => doc.lineAt(at);

const points = StateField.define({
  create: () => /** @type {RangeSet<GutterMarker>} */ (RangeSet.empty),
  update(set, transaction) {
    let found = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(replace)) found = setOf(effect);
      if (!effect.is(toggle)) continue;
      const { from } = lineOf(transaction.state, effect);
      let isThere = false;
      found.between(from, from, () => {
        isThere = true;
      });
      found = isThere
        ? found.update({ filter: (at) => at !== from })
        : found.update({ add: [MARKER.range(from)], sort: true });
    }
    return found;
  },
});

const LINE = Decoration.line({ class: "debug-line" });
const FORM = Decoration.mark({ class: "debug-form" });

const place = StateField.define({
  create: () => Decoration.none,
  update(shown, transaction) {
    let found = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(stand)) continue;
      const { value: form } = effect;
      if (!form) found = Decoration.none;
      else {
        const { from, to } = form;
        const line = LINE.range(transaction.state.doc.lineAt(from).from);
        found = Decoration.set(to > from ? [line, FORM.range(from, to)] : [line], true);
      }
    }
    return found;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** @param {import("@codemirror/state").EditorState} state @returns {number[]} the lines with a breakpoint */
function linesOf(state) {
  const lines = new Set(/** @type {number[]} */ ([]));
  state.field(points).between(0, state.doc.length, (at) => void lines.add(state.doc.lineAt(at).number));
  return [...lines];
}

/** @param {EditorView} view @param {number} at */
const toggleAt = (view, at) => {
  view.dispatch({ effects: toggle.of(view.state.doc.lineAt(at).from) });
  return true;
};

/** @param {import("@codemirror/state").Text} doc @param {number} line @param {number} column both from 1 */
function positionOf(doc, line, column) {
  const { from, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
  // Python counts characters where JavaScript counts UTF-16 units.
  return from + [...text].slice(0, Math.max(0, column - 1)).join("").length;
}

/**
 * @param {(lines: number[]) => void} onChange hears of the lines with a breakpoint
 * @returns {import("@codemirror/state").Extension}
 */
export const breakpoints = (onChange) => [
  points,
  place,
  gutter({
    class: "breakpoints",
    markers: (view) => view.state.field(points),
    initialSpacer: () => MARKER,
    domEventHandlers: { mousedown: (view, line) => toggleAt(view, line.from) },
  }),
  keymap.of([{ key: "F9", run: (view) => toggleAt(view, view.state.selection.main.head) }]),
  EditorView.updateListener.of(({ startState, state }) => {
    if (startState.field(points, false) === state.field(points) && startState.doc === state.doc) return;
    onChange(linesOf(state));
  }),
];

/** @param {EditorView} view @param {readonly number[]} lines */
export function setBreakpoints(view, lines) {
  const { doc } = view.state;
  const known = lines.filter((line) => line >= 1 && line <= doc.lines);
  view.dispatch({ effects: replace.of(known.map((line) => doc.line(line).from)) });
}

/** Shows where the program stands. @param {EditorView} view @param {import("../state/debugging.js").Pause | null} pause */
export function showPlace(view, pause) {
  const { doc } = view.state;
  if (!pause || !pause.line) {
    view.dispatch({ effects: stand.of(null) });
    return;
  }
  const from = positionOf(doc, pause.line, pause.column);
  const to = Math.max(from, positionOf(doc, pause.endLine, pause.endColumn));
  view.dispatch({ effects: [stand.of({ from, to }), EditorView.scrollIntoView(from, { y: "center" })] });
}
