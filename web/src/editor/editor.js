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
import { Compartment, EditorState } from "@codemirror/state";
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
import { createDocuments } from "./documents.js";
import { formAtCursor } from "./form-at-cursor.js";
import { createLateHelp } from "./late-help.js";
import { lisp } from "./lisp-mode.js";
import { layRulesIntoTheSheet } from "./rules.js";
import { text as inWords } from "../texts/texts.js";

layRulesIntoTheSheet();

const colors = HighlightStyle.define(COLORS);

/** Says which character stands there that nobody would see. @param {number} code */
function markOf(code) {
  const mark = invisibleMark(String.fromCodePoint(code), "");
  mark.setAttribute("aria-label", mark.title);
  return mark;
}

/** What the program is called among the texts of the editor: no file has such a name. */
const PROGRAM = "";
/** Files of these names hold the language. */
const LISP = /\.(?:lisp|lsp|sema|scm|el|cl|clj)$/i;

/**
 * What holds for every text in the editor.
 * @param {() => boolean} run
 * @param {ReturnType<typeof createLateHelp>} help
 */
const basics = (run, help) => [
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
  keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
];

/** @param {string} label of a text, for screen readers */
const attributesOf = (label) =>
  // The language of the visitor is known a little after the editor stands.
  EditorView.contentAttributes.of(() => ({
    "data-testid": "editor",
    "aria-label": inWords("{label} (Escape, then Tab, leaves the editor)", { label }),
    spellcheck: "false",
    autocorrect: "off",
    autocapitalize: "off",
  }));

/**
 * @param {object} options
 * @param {string} options.text of the program
 * @param {() => void} options.onRun
 * @param {(length: number, text: () => string, file: string) => void} options.onChange `file`: "" for the program
 * @param {() => void} options.onLost hears that the help while typing cannot be loaded
 */
export function createEditor({ text, onRun, onChange, onLost }) {
  const help = createLateHelp(onLost);

  const run = () => {
    onRun();
    return true;
  };
  const listener = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    const file = documents.current();
    documents.changed();
    onChange(update.state.doc.length, () => documents.textOf(file), file);
  });
  const ofLanguage = [lisp(), syntaxHighlighting(colors)];
  /** What other parts of the page have added, by their names. @type {Map<string, import("@codemirror/state").Extension>} */
  const added = new Map();
  const additions = new Compartment();

  /** What depends on the name of a text. */
  const byName = new Compartment();
  /** @param {string} file "" for the program */
  const ofName = (file) => [file === PROGRAM || LISP.test(file) ? ofLanguage : [], attributesOf(file || "Program")];
  /** @param {string} file @param {string} doc */
  const make = (file, doc) =>
    EditorState.create({
      doc,
      extensions: [additions.of([...added.values()]), basics(run, help), listener, byName.of(ofName(file))],
    });
  const view = new EditorView({ state: make(PROGRAM, text) });
  const documents = createDocuments(view, PROGRAM, make);

  return {
    /** To be put into the page. */
    element: view.dom,

    /** Shows another program, if it is another one; undo brings the old one back. @param {string} replacement */
    show(replacement) {
      if (documents.textOf(PROGRAM) === replacement) return;
      documents.replace(PROGRAM, replacement);
      mark(PROGRAM, null);
    },

    /** Shows a text beside the program. @param {string} file "" for the program @param {string} content of a new one */
    open(file, content) {
      documents.open(file, content);
    },

    /** Gives a text that is open another content. @param {string} file @param {string} content */
    update: (file, content) => documents.replace(file, content),

    /** @param {string} before @param {string} after */
    rename(before, after) {
      documents.rename(before, after);
      documents.apply(after, { effects: byName.reconfigure(ofName(after)) });
    },

    /** Lets go of a text and of what can be undone in it. @param {string} file that is not shown */
    forget: (file) => documents.forget(file),

    focus: () => view.focus(),

    /** Gives all texts something more, in place of what had this name. @param {string} name @param {import("@codemirror/state").Extension} extension */
    extend(name, extension) {
      added.set(name, extension);
      documents.applyToAll({ effects: additions.reconfigure([...added.values()]) });
    },

    /** Does something in the text that is shown. @template T @param {(view: EditorView) => T} act */
    act: (act) => act(view),

    /** @param {string} addition put where the cursor is */
    insert(addition) {
      view.dispatch(view.state.replaceSelection(addition));
      view.focus();
    },

    /** Puts the cursor to a place (both from 1) and shows it. @param {number} line @param {number} column */
    jumpTo(line, column) {
      const at = positionOf(view.state, line, column);
      if (at === null) return;
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: "center" }),
      });
      view.focus();
    },

    /** Underlines the place of an error, and no other. @param {Problem} problem @param {string} [file] */
    showProblem: (problem, file = PROGRAM) => mark(file, problem),

    /** Lays the program out. */
    format: () => help.whenThere(({ format }) => void format(view)),

    /** Gives the editor what asks the language. */
    connect: help.connect,

    /** @returns {string} the model call, or the innermost form, that the cursor stands in */
    formAtCursor: () => formAtCursor(view.state),

    /** Gives completion and hover the documentation of the language. */
    setLibrary: help.setLibrary,
  };

  /** @param {string} file @param {Problem} problem */
  function mark(file, problem) {
    help.whenThere(({ problems }) => {
      const state = documents.stateOf(file);
      if (!state) return;
      const from = problem && positionOf(state, problem.line, problem.column);
      documents.apply(file, problems(state, from, problem?.message ?? ""));
    });
  }
}

/** @param {EditorState} state @param {number} line @param {number} column @returns {number | null} */
function positionOf({ doc }, line, column) {
  if (line < 1 || line > doc.lines) return null;
  const { from, text: source } = doc.line(line);
  // Python counts characters where JavaScript counts UTF-16 units.
  return from + [...source].slice(0, Math.max(0, column - 1)).join("").length;
}

/** @typedef {import("../state/program.js").Draft["problem"]} Problem */
/** @typedef {ReturnType<typeof createEditor>} Editor */
