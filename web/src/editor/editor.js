/** The editor: CodeMirror with the language of lisp-mode.js. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  HighlightStyle,
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  dropCursor,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { invisibleMark } from "../dom.js";
import { INVISIBLE } from "../invisible.js";
import { COLORS } from "./colors.js";
import { formAtCursor } from "./form-at-cursor.js";
import { createLateHelp } from "./late-help.js";
import { lisp } from "./lisp-mode.js";
import { layRulesIntoTheSheet } from "./rules.js";

layRulesIntoTheSheet();

const colors = HighlightStyle.define(COLORS);

/** Says which character stands there that nobody would see. @param {number} code */
function markOf(code) {
  const mark = invisibleMark(String.fromCodePoint(code), "");
  mark.setAttribute("aria-label", mark.title);
  return mark;
}

/**
 * @param {object} options
 * @param {string} options.text
 * @param {() => void} options.onRun
 * @param {(length: number, text: () => string) => void} options.onChange
 * @param {() => void} options.onLost hears that the help while typing cannot be loaded
 */
export function createEditor({ text, onRun, onChange, onLost }) {
  const help = createLateHelp(onLost);
  /** What stands in the editor, as text: the lines may have had other ends. Null if nobody has asked. */
  let shown = /** @type {string | null} */ (null);
  const shownText = () => (shown ??= view.state.doc.toString());

  const run = () => {
    onRun();
    return true;
  };

  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run },
          { key: "Ctrl-Enter", run },
        ]),
        help.extension(),
        lineNumbers(),
        codeFolding(),
        foldGutter(),
        highlightActiveLineGutter(),
        highlightSpecialChars({ addSpecialChars: INVISIBLE, render: markOf }),
        history(),
        EditorState.allowMultipleSelections.of(true),
        rectangularSelection(),
        drawSelection(),
        dropCursor(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        lisp(),
        syntaxHighlighting(colors),
        keymap.of([
          ...defaultKeymap,
          ...historyKeymap,
          ...foldKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          "data-testid": "editor",
          "aria-label": "Program (Escape, then Tab, leaves the editor)",
          spellcheck: "false",
          autocorrect: "off",
          autocapitalize: "off",
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          shown = null;
          onChange(update.state.doc.length, shownText);
        }),
      ],
    }),
  });

  return {
    /** To be put into the page. */
    element: view.dom,

    /** Shows another program, if it is another one; undo brings the old one back. @param {string} replacement */
    show(replacement) {
      if (replacement === shownText()) return;
      const old = view.state.doc;
      view.dispatch({
        changes: { from: 0, to: old.length, insert: replacement },
        selection: { anchor: 0 },
        scrollIntoView: true,
      });
      mark(null);
    },

    /** @param {string} addition put where the cursor is */
    insert(addition) {
      view.dispatch(view.state.replaceSelection(addition));
      view.focus();
    },

    /** Puts the cursor to a place (both from 1) and shows it. @param {number} line @param {number} column */
    jumpTo(line, column) {
      const at = positionOf(line, column);
      if (at === null) return;
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: "center" }),
      });
      view.focus();
    },

    /** Underlines the place of an error, and no other. @param {import("../state/program.js").Draft["problem"]} problem */
    showProblem: mark,

    /** @returns {string} the model call, or the innermost form, that the cursor stands in */
    formAtCursor: () => formAtCursor(view.state),

    /** Gives completion and hover the documentation of the language. */
    setLibrary: help.setLibrary,
  };

  /** @param {import("../state/program.js").Draft["problem"]} problem */
  function mark(problem) {
    help.whenThere(({ problems }) => {
      const from = problem && positionOf(problem.line, problem.column);
      view.dispatch(problems(view.state, from, problem?.message ?? ""));
    });
  }

  /** @param {number} line @param {number} column @returns {number | null} */
  function positionOf(line, column) {
    const { doc } = view.state;
    if (line < 1 || line > doc.lines) return null;
    const { from, text: source } = doc.line(line);
    // Python counts characters where JavaScript counts UTF-16 units.
    return from + [...source].slice(0, Math.max(0, column - 1)).join("").length;
  }
}

/** @typedef {ReturnType<typeof createEditor>} Editor */
