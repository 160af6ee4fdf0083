/**
 * Marks what is wrong with the text: after a pause what the language says, and as long as nobody can be
 * asked what its syntax tree shows. The error of the last run is among the marks.
 */
import { language, syntaxTree } from "@codemirror/language";
import { diagnosticCount, forEachDiagnostic, setDiagnostics, setDiagnosticsEffect } from "@codemirror/lint";
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { GutterMarker, ViewPlugin, gutterLineClass } from "@codemirror/view";
import { element } from "../dom.js";
import { text } from "../texts/texts.js";

/** @typedef {import("@codemirror/view").EditorView} EditorView */
/** @typedef {import("@codemirror/lint").Diagnostic} Diagnostic */
/** @typedef {import("./service-types.js").Services} Services */

const PAUSE_MILLISECONDS = 400;
/** A program that nobody has changed waits until the page has started. */
const FIRST_MILLISECONDS = 3000;
/** Nobody could answer: it is tried again. */
const AGAIN_MILLISECONDS = 2500;
const MOST_FROM_TREE = 20;

/** @param {import("@codemirror/state").EditorState} state @returns {Diagnostic[]} where the tree could not go on */
function fromTree(state) {
  /** @type {Diagnostic[]} */
  const found = [];
  syntaxTree(state).iterate({
    enter({ type, from, to }) {
      if (!type.isError || found.length >= MOST_FROM_TREE) return;
      const isMissing = from === to;
      const message = isMissing ? text("Something that is open is not closed before this.") : text("This cannot stand here.");
      found.push({ from: isMissing ? Math.max(0, from - 1) : from, to, severity: "error", message });
    },
  });
  return found;
}

/** @param {import("./service-types.js").Mistake} mistake @returns {Diagnostic} */
function shown({ from, to, severity, message, hint }) {
  const renderMessage = () =>
    element("span", {}, message, hint ? element("span", { class: "mistake-hint" }, hint) : null);
  return { from, to, severity, message, renderMessage };
}

class LineMark extends GutterMarker {
  /** @param {string} name of a class */
  constructor(name) {
    super();
    this.elementClass = name;
  }
}
const MARKS = { error: new LineMark("line-error"), warning: new LineMark("line-warning") };

/** @param {import("@codemirror/state").EditorState} state */
function linesWithMistakes(state) {
  /** @type {Map<number, "error" | "warning">} */
  const lines = new Map();
  forEachDiagnostic(state, ({ severity }, from) => {
    const start = state.doc.lineAt(from).from;
    if (lines.get(start) !== "error") lines.set(start, severity === "error" ? "error" : "warning");
  });
  const sorted = [...lines].sort(([a], [b]) => a - b);
  return RangeSet.of(sorted.map(([from, severity]) => MARKS[severity].range(from)));
}

/** The numbers of lines with mistakes are marked: a column of its own would push the text aside. */
const lineMarks = StateField.define({
  create: linesWithMistakes,
  update(marks, transaction) {
    if (transaction.effects.some((effect) => effect.is(setDiagnosticsEffect))) return linesWithMistakes(transaction.state);
    return marks.map(transaction.changes);
  },
  provide: (field) => gutterLineClass.from(field),
});

/** What the language has found in a text. @type {import("@codemirror/state").StateEffectType<Diagnostic[]>} */
const setFound = StateEffect.define();
/** The error of the last run. @type {import("@codemirror/state").StateEffectType<Diagnostic | null>} */
const setOfRun = StateEffect.define();

/** Each text has its own, which move with it. */
const known = StateField.define({
  create: () => ({ found: /** @type {Diagnostic[]} */ ([]), ofRun: /** @type {Diagnostic | null} */ (null) }),
  update({ found, ofRun }, { docChanged, changes, effects }) {
    if (docChanged) {
      const moved = (/** @type {Diagnostic} */ each) => {
        const from = changes.mapPos(each.from);
        return { ...each, from, to: Math.max(from, changes.mapPos(each.to)) };
      };
      found = found.map(moved);
      ofRun = ofRun && moved(ofRun);
    }
    for (const effect of effects) {
      const { value } = effect;
      if (effect.is(setFound)) found = value;
      if (effect.is(setOfRun)) ofRun = value;
    }
    return { found, ofRun };
  },
});

/**
 * @param {import("@codemirror/state").EditorState} state
 * @param {Diagnostic[]} found @param {Diagnostic | null} ofRun
 * @returns {import("@codemirror/state").TransactionSpec} shows them, and of two at one place that of the run
 */
function showing(state, found, ofRun) {
  const others = found.filter(({ from }) => from !== ofRun?.from);
  const all = ofRun ? [...others, ofRun] : others;
  const spec = all.length || diagnosticCount(state) ? setDiagnostics(state, all) : {};
  return { effects: [setFound.of(found), setOfRun.of(ofRun), ...[spec.effects ?? []].flat()] };
}

/**
 * @param {import("@codemirror/state").EditorState} state
 * @param {number | null} from where the error of a run is; null for none
 * @param {string} message
 * @returns {import("@codemirror/state").TransactionSpec} underlines the word there
 */
export function problems(state, from, message) {
  const { found, ofRun } = state.field(known, false) ?? { found: [], ofRun: null };
  if (from === null) return ofRun || diagnosticCount(state) ? showing(state, found, null) : {};
  const word = /^(?:[^\s()[\]{}"';]+|.)/.exec(state.doc.sliceString(from, from + 80));
  const to = from + (word ? word[0].length : 0);
  return showing(state, found, { from, to, severity: "error", message });
}

/** @param {() => Services | null} getServices @returns {import("@codemirror/state").Extension} */
export function createMistakes(getServices) {
  /** @param {EditorView} view of one text: another one that is shown in it begins anew */
  function watch(view) {
    /** @type {ReturnType<typeof setTimeout>} */
    let timer = setTimeout(check, FIRST_MILLISECONDS);
    let isOver = false;

    async function check() {
      const { doc } = view.state;
      if (!view.state.facet(language)) return; // a file of something else
      const answer = await getServices()?.ask("diagnose", doc.toString());
      if (isOver || view.state.doc !== doc) return;
      const mistakes = answer?.said ?? null;
      const found = mistakes ? mistakes.map(shown) : fromTree(view.state);
      view.dispatch(showing(view.state, found, view.state.field(known).ofRun));
      clearTimeout(timer);
      if (!mistakes) timer = setTimeout(check, AGAIN_MILLISECONDS);
    }

    return {
      update(/** @type {import("@codemirror/view").ViewUpdate} */ { docChanged }) {
        if (!docChanged) return;
        clearTimeout(timer);
        timer = setTimeout(check, PAUSE_MILLISECONDS);
      },
      destroy() {
        isOver = true;
        clearTimeout(timer);
      },
    };
  }
  return [known, lineMarks, ViewPlugin.define(watch)];
}
