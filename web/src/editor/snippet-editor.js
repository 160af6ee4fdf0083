/** A small editor for a program that stands beside the one in the editor, such as in the tour. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { COLORS } from "./colors.js";
import { createEditorHelp } from "./editor-help.js";
import { lisp } from "./lisp-mode.js";

/**
 * @param {object} options
 * @param {string} options.text
 * @param {string} options.label
 * @param {() => void} options.onRun
 * @param {(text: string) => void} options.onChange
 */
export function createSnippetEditor({ text, label, onRun, onChange }) {
  const help = createEditorHelp(
    () => null,
    () => null,
  );
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    state: EditorState.create({
      doc: text.trimEnd(),
      extensions: [
        // The page's own key for Run means the program in the editor; here it is this one.
        keymap.of([{ key: "Mod-Enter", run, preventDefault: true }]),
        history(),
        highlightSpecialChars(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        help.extensions,
        EditorView.lineWrapping,
        lisp(),
        syntaxHighlighting(HighlightStyle.define(COLORS)),
        keymap.of([...completionKeymap, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
      ],
    }),
  });
  return {
    element: view.dom,
    setLibrary: help.setLibrary,
    destroy: () => view.destroy(),
    /** @param {string} replacement */
    show(replacement) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: replacement.trimEnd() } });
    },
  };
}

/** @typedef {ReturnType<typeof createSnippetEditor>} SnippetEditor */
