/** Shows what differs between two texts, one below the other, for reading. */
import { unifiedMergeView } from "@codemirror/merge";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { COLORS } from "./colors.js";
import { lisp } from "./lisp-mode.js";

/**
 * @param {object} options
 * @param {string | null} options.before null: there is nothing to compare with
 * @param {string} options.after
 * @param {boolean} options.isProgram
 * @param {string} options.label for screen readers
 */
export function createComparison({ before, after, isProgram, label }) {
  const view = new EditorView({
    state: EditorState.create({
      doc: after,
      extensions: [
        lineNumbers(),
        EditorState.readOnly.of(true),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true" }),
        isProgram ? [lisp(), syntaxHighlighting(HighlightStyle.define(COLORS))] : [],
        before === null
          ? []
          : unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } }),
      ],
    }),
  });
  return { element: view.dom, close: () => view.destroy() };
}
