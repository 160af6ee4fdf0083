/** Help while typing: completion with what each name means, and the same when the pointer rests on one. */
import { autocompletion, startCompletion } from "@codemirror/autocomplete";
import { language, syntaxTree } from "@codemirror/language";
import { hoverTooltip } from "@codemirror/view";
import { element } from "../dom.js";
import { text } from "../texts/texts.js";
import { MANY, createDefinitions } from "./definitions.js";

/** @typedef {import("../engine/protocol.js").Entry} Entry */

const SYMBOL_END = /[\s()[\]{}"';`,]/;
const EXAMPLES_SHOWN = 2;
/** Letters of a word from which on the list opens by itself. */
const WORTH_ASKING = 2;
/** Words between which the documentation puts code. */
const CODE = "`";

/** @param {string} words with `code` in it @returns {(string | HTMLElement)[]} */
const withCode = (words) =>
  words.split(CODE).map((part, place) => (place % 2 ? element("code", {}, part) : part));

/** @param {{text: string, isNow: boolean}} value of a variable */
const buildValue = ({ text: value, isNow }) =>
  element(
    "p",
    { class: "help-last", "data-testid": "help-last" },
    isNow ? text("Now:") : text("After the last run:"),
    " ",
    element("code", { class: "help-value" }, value),
  );

/** @param {Entry} entry @param {((name: string) => void) | null} [explain] tells more of it, where there is more */
function buildHelp({ name, signature, text: said, chapter, examples, aliases }, explain) {
  const others = aliases.filter((each) => each !== name);
  const [paragraph] = said.split("\n\n");
  return element(
    "div",
    { class: "help", "data-testid": "help" },
    element("code", { class: "help-signature" }, signature),
    paragraph && element("p", {}, ...withCode(paragraph)),
    ...examples.slice(0, EXAMPLES_SHOWN).map(([program, value]) => {
      const gives = value.startsWith("error: ") ? value : `⇒ ${value}`;
      return element("pre", {}, program, "\n", element("span", { class: "help-value" }, gives));
    }),
    element("p", { class: "help-chapter" }, chapter.replaceAll("_", " "), others.length > 0 && ` · ${text("Also called {names}", { names: others.join(", ") })}`),
    explain && element("button", { type: "button", class: "small", onclick: () => explain(name) }, text("More about {name}", { name })),
  );
}

/** @param {Entry} entry @param {number} [boost] @returns {import("@codemirror/autocomplete").Completion} */
const completionOf = (entry, boost = 0) => ({
  label: entry.name,
  detail: entry.parameters,
  info: () => buildHelp(entry),
  boost,
});

/** @param {import("@codemirror/state").EditorState} state @param {number} at */
const isProse = (state, at) => /string|comment|regex/i.test(syntaxTree(state).resolveInner(at, 1).name);

/** @param {import("@codemirror/state").EditorState} state @param {number} at @returns {{from: number, to: number, name: string} | null} */
function symbolAt(state, at) {
  const { from: start, text } = state.doc.lineAt(at);
  let from = at - start;
  let to = from;
  while (from > 0 && !SYMBOL_END.test(text[from - 1])) from--;
  while (to < text.length && !SYMBOL_END.test(text[to])) to++;
  return from === to ? null : { from: start + from, to: start + to, name: text.slice(from, to) };
}

/** @param {import("@codemirror/view").EditorView} view whether somebody is typing a word in it */
export function isBehindWord({ hasFocus, state }) {
  const { empty, head } = state.selection.main;
  const word = empty && hasFocus ? symbolAt(state, head) : null;
  return word !== null && word.to === head && word.to - word.from >= WORTH_ASKING;
}

/** Options and what forms around a place bind come before the names of the program and of the language. */
const NEAR = { option: 99, local: 90 };
const FILE_NAME = /"([^"\\]*)$/;
const MODEL_NAME = /:model\s+"([^"\\]*)$/;
/** Of so many characters before the cursor a string is looked for. */
const LOOK_BACK = 200;

/**
 * @param {() => import("./service-types.js").Services | null} getServices
 * @param {() => import("./service-types.js").Lists | null} getLists
 * @param {() => ((name: string) => void) | null} [getExplain]
 */
export function createEditorHelp(getServices, getLists, getExplain = () => null) {
  /** @type {Map<string, Entry>} */
  let library = new Map();
  /** @type {import("@codemirror/autocomplete").Completion[]} */
  let completions = [];
  /** What the program defines. */
  const own = createDefinitions();
  /** What the library has besides. @type {{known: unknown, completions: typeof completions}} */
  let others = { known: null, completions: [] };
  /** The editor that asked before the library was here. @type {import("@codemirror/view").EditorView | null} */
  let early = null;

  /** @param {import("./definitions.js").Known} known @returns {typeof completions} the library's, but for what the program names so */
  function notIn(known) {
    if (others.known !== known) {
      const { entries } = known;
      others = { known, completions: entries.size ? completions.filter(({ label }) => !entries.has(label)) : completions };
    }
    return others.completions;
  }

  /** @param {import("@codemirror/autocomplete").CompletionContext} context */
  function complete(context) {
    if (!context.state.facet(language)) return null; // a text of another kind
    const word = context.matchBefore(/[^\s()[\]{}"';`,]+/);
    if (!word ? !context.explicit : word.text.length < WORTH_ASKING && !context.explicit) return null;
    // The tree may be a letter behind, so the word's first place counts.
    if (word && isProse(context.state, word.from)) return null;
    if (!library.size && context.view) early = context.view;
    const typed = word?.text ?? "";
    const known = own.of(context.state.doc);
    const mine = known.offers(typed).filter(({ name }) => name !== typed);
    return {
      from: word ? word.from : context.pos,
      options: [...mine.map((entry) => completionOf(entry, 1)), ...notIn(known)],
      // Of many only those were taken that begin so: the next letter asks again.
      ...(known.entries.size <= MANY && { validFor: /^[^\s()[\]{}"';`,]*$/ }),
    };
  }

  /** What only the language knows: options of the call at hand, names that forms around here bind.
   * @param {import("@codemirror/autocomplete").CompletionContext} context */
  async function completeNear(context) {
    const { state, pos } = context;
    const word = context.matchBefore(/[^\s()[\]{}"';`,]+/);
    if (!word && !context.explicit) return null;
    const answer = await getServices()?.ask("completions", state.doc.toString(), { at: pos });
    const near = answer?.said?.filter(({ kind }) => kind in NEAR) ?? [];
    if (!near.length || context.aborted) return null;
    return {
      from: word ? word.from : pos,
      options: near.map(({ label, kind }, at) => ({
        label,
        detail: kind === "local" ? "in sight" : "option",
        boost: NEAR[/** @type {keyof typeof NEAR} */ (kind)] - Math.min(at, 40),
      })),
      validFor: /^[^\s()[\]{}"';`,]*$/,
    };
  }

  /** Names of files and models in texts. @param {import("@codemirror/autocomplete").CompletionContext} context */
  function completeText({ state, pos, explicit }) {
    const lists = getLists();
    if (!lists || !/string/i.test(syntaxTree(state).resolveInner(pos, -1).name)) return null;
    const before = state.doc.sliceString(Math.max(0, pos - LOOK_BACK), pos);
    const model = MODEL_NAME.exec(before);
    const found = model ?? FILE_NAME.exec(before);
    if (!found || (!model && !explicit && found[1].length < WORTH_ASKING)) return null;
    const names = (model ? lists.models() : lists.files()).filter((each) => each.startsWith(found[1]));
    const detail = model ? "model" : "file";
    return { from: pos - found[1].length, options: names.map((label) => ({ label, detail })) };
  }

  const hover = hoverTooltip(async (view, at, side) => {
    const symbol = symbolAt(view.state, at);
    if (!symbol || (symbol.from === at && side < 0) || (symbol.to === at && side > 0)) return null;
    if (isProse(view.state, symbol.from)) return null;
    const mine = own.of(view.state.doc).entries.get(symbol.name);
    const entry = mine ?? library.get(symbol.name);
    const value = mine || !entry ? await getServices()?.valueOf(symbol.name) : null;
    if (!entry && !value) return null;
    const explain = mine ? null : getExplain();
    const create = () => {
      const dom = entry ? buildHelp(entry, explain) : element("div", { class: "help", "data-testid": "help" });
      if (value) dom.append(buildValue(value));
      return { dom };
    };
    return { pos: symbol.from, end: symbol.to, above: true, create };
  });

  return {
    /** For the editor. */
    extensions: [autocompletion({ override: [complete, completeNear, completeText], defaultKeymap: false, icons: false }), hover],

    /** @param {Entry[]} entries the documentation of the language */
    setLibrary(entries) {
      library = new Map(entries.map((entry) => [entry.name, entry]));
      completions = entries.map((entry) => completionOf(entry));
      others = { known: null, completions: [] };
      // Who waits behind a word since then is answered now, not at the next key.
      if (early && isBehindWord(early)) startCompletion(early);
      early = null;
    },
  };
}
