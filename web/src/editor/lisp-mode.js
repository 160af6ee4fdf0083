/** The language for the editor: its syntax tree with colours, brackets, folding, comments and indentation. */
import { LRLanguage, LanguageSupport, foldInside, foldNodeProp, indentNodeProp, syntaxTree } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { styleTags, tags } from "@lezer/highlight";
import { BODIED } from "./language-names.js";
import { parser } from "./lisp-parser.js";

/** @typedef {import("@lezer/common").SyntaxNode} Node */

const COLORS = styleTags({
  "Operator/Name": tags.function(tags.variableName),
  "Operator/Form Operator/DefiningForm Operator/Clause": tags.keyword,
  "Defined/...": tags.definition(tags.variableName),
  Keyword: tags.atom,
  "Constant Boolean": tags.bool,
  Number: tags.number,
  Character: tags.character,
  "String LongString FString": tags.string,
  Regex: tags.regexp,
  LineComment: tags.lineComment,
  "BlockComment Discarded!": tags.blockComment,
  "Mark InterpolationMark": tags.meta,
  "( )": tags.paren,
  "[ ]": tags.squareBracket,
  "{ }": tags.brace,
});

const BRACKETED = "List Signature Vector Map Bytevector ShortLambda Interpolation";
/** Columns by which the body of a form stands in from its bracket. */
const BODY = 2;
/** A name of this shape is that of a macro with a body, if it is not one that the language knows. */
const LIKELY_BODIED = /^(?:def|with-|call-with-|for\/)/;

/** @param {import("@codemirror/language").TreeIndentContext} context @param {Node} list */
function indentList(context, list) {
  const open = context.column(list.from);
  const operator = list.getChild("Operator");
  if (!operator || list.parent?.name === "Quoted") {
    const first = list.firstChild?.nextSibling;
    // As the language lays it out (lispcore/services/formatting.py): what follows `else` is a body.
    if (first?.name === "Constant" && context.state.sliceDoc(first.from, first.to) === "else") return open + BODY;
    return first && first.from < context.pos ? context.column(first.from) : open + 1;
  }
  const name = context.state.sliceDoc(operator.from, operator.to);
  const isBodied = operator.getChild("Name") ? LIKELY_BODIED.test(name) : BODIED.has(name);
  /** @type {Node | null} */
  let argument = operator.nextSibling;
  while (argument && /Comment$|^Discarded$/.test(argument.name)) argument = argument.nextSibling;
  const lineEnd = context.state.doc.lineAt(operator.from).to;
  if (isBodied || !argument || /[)⚠]/.test(argument.name) || argument.from >= Math.min(context.pos, lineEnd)) {
    return open + BODY;
  }
  return context.column(argument.from);
}

/** @param {import("@codemirror/language").TreeIndentContext} context below the first thing in the brackets */
function indentInside(context) {
  const { node } = context;
  const [open, first] = [node.firstChild, node.firstChild?.nextSibling];
  const place = first && first.from < context.pos && !first.type.isError ? first.from : open?.to;
  return context.column(place ?? node.from);
}

export const language = LRLanguage.define({
  name: "lispcore",
  parser: parser.configure({
    props: [
      COLORS,
      indentNodeProp.add({
        List: (context) => indentList(context, context.node),
        Signature: (context) => context.column(context.node.from) + BODY,
        "Vector Map Bytevector ShortLambda Interpolation": indentInside,
        // A line inside of these begins where its writer wants.
        "String LongString FString Regex BlockComment": () => null,
        Program: () => 0,
      }),
      foldNodeProp.add({ [BRACKETED]: foldInside, "BlockComment LongString": ({ from, to }) => ({ from: from + 2, to: to - 2 }) }),
    ],
  }),
  languageData: {
    commentTokens: { line: ";", block: { open: "#|", close: "|#" } },
    closeBrackets: { brackets: ["(", "[", "{", '"'], before: ")]}:;>", stringPrefixes: ["f", "#"] },
    indentOnInput: /^\s*[)\]}]$/,
    wordChars: "-!?*/<>=+.%&^~",
  },
});

/** What is closed by itself where no program stands: a bracket is a letter there like any other. */
const IN_WORDS = [{ closeBrackets: { brackets: [] } }];
const IN_TEXT = [{ closeBrackets: { brackets: ['"'], stringPrefixes: [] } }];

/** @param {EditorState} state @param {number} at */
function closedByItself(state, at) {
  const { name, from, to } = syntaxTree(state).resolveInner(at, -1);
  if (name === "LineComment") return IN_WORDS;
  if (name === "BlockComment") return at < to || state.sliceDoc(to - 2, to) !== "|#" ? IN_WORDS : [];
  // Directly behind `#\`: which character it is comes now.
  if (name === "Character") return at === from + 2 ? IN_WORDS : [];
  if (!/^(?:(?:Long|F)?String|Regex)$/.test(name)) return [];
  if (state.sliceDoc(at - 1, at) === "$" && name === "FString") return [];
  return at < to || at === from + 1 || state.sliceDoc(to - 1, to) !== '"' ? IN_TEXT : [];
}

/** Returns the language with its indentation, as an extension of the editor. */
export function lisp() {
  return new LanguageSupport(language, Prec.high(EditorState.languageData.of(closedByItself)));
}
