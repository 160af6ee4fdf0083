/** A small editor for what is evaluated below the output: coloured, completed, of as many lines as it takes. */
import { closeBrackets, closeBracketsKeymap, completionStatus } from "@codemirror/autocomplete";
import { acceptCompletion, closeCompletion, moveCompletionSelection, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, placeholder } from "@codemirror/view";
import { COLORS } from "./colors.js";
import { createEditorHelp } from "./editor-help.js";
import { lisp } from "./lisp-mode.js";
import { isWhole } from "./lisp-structure.js";

/**
 * @param {object} options
 * @param {string} options.text
 * @param {Record<string, string>} options.attributes of the element that takes the text
 * @param {string} options.hint shown while it is empty
 * @param {(code: string) => void} options.onEnter gets what is whole
 * @param {(step: number, text: string) => string | null} options.onHistory gives the entry before or after
 */
export function createLineEditor({ text, attributes, hint, onEnter, onHistory }) {
  const help = createEditorHelp(
    () => null,
    () => null,
  );

  /** @param {string} replacement */
  function show(replacement) {
    const changes = { from: 0, to: view.state.doc.length, insert: replacement };
    view.dispatch({ changes, selection: { anchor: replacement.length }, scrollIntoView: true });
  }

  function enter() {
    const code = view.state.doc.toString().trim();
    if (!code) return true;
    const { doc, selection } = view.state;
    const isLast = doc.lineAt(selection.main.head).number === doc.lines;
    if (!isLast || !isWhole(view.state)) return insertNewlineAndIndent(view);
    show("");
    onEnter(code);
    return true;
  }

  /** @param {number} step @returns {() => boolean} goes to another entry at the first or the last line */
  const turn = (step) => () => {
    const { doc, selection } = view.state;
    if (completionStatus(view.state) === "active") return moveCompletionSelection(step > 0)(view);
    const line = doc.lineAt(selection.main.head).number;
    if (line !== (step < 0 ? 1 : doc.lines)) return false;
    const entry = onHistory(step, doc.toString());
    if (entry !== null) show(entry);
    return true;
  };

  const keys = [
    { key: "Enter", run: enter },
    { key: "Shift-Enter", run: insertNewlineAndIndent },
    { key: "ArrowUp", run: turn(-1) },
    { key: "ArrowDown", run: turn(1) },
    { key: "Tab", run: acceptCompletion },
    { key: "Escape", run: closeCompletion },
    { key: "Ctrl-Space", run: startCompletion },
  ];
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      selection: { anchor: text.length },
      extensions: [
        keymap.of(keys),
        history(),
        highlightSpecialChars(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        help.extensions,
        EditorView.lineWrapping,
        lisp(),
        syntaxHighlighting(HighlightStyle.define(COLORS)),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        placeholder(hint),
        EditorView.contentAttributes.of({ ...attributes, spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
      ],
    }),
  });
  return { element: view.dom, focus: () => view.focus(), setLibrary: help.setLibrary };
}

/** @typedef {ReturnType<typeof createLineEditor>} LineEditor */
