/**
 * Structural editing: changes that move, add or take away whole forms, so that brackets stay in pairs. Each
 * command takes a state of the editor and returns what changes, or null where there is nothing to do.
 */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";

/**
 * @typedef {import("@codemirror/state").EditorState} EditorState
 * @typedef {import("@codemirror/state").TransactionSpec} Change
 * @typedef {import("@lezer/common").SyntaxNode} Node
 * @typedef {{from: number, to: number}} Span
 *
 * @typedef {object} Container something in brackets that is closed
 * @property {Node} node
 * @property {number} from where its opening bracket begins
 * @property {number} inner where that ends
 * @property {number} end where its closing bracket begins
 * @property {number} to
 */

const CONTAINERS = new Set(["List", "Signature", "Vector", "Map", "Bytevector", "ShortLambda", "Interpolation"]);
/** What stands before a form and belongs to it. */
const PREFIXED = new Set(["Quoted", "Discarded"]);
const OPENING = /^(?:#u8\(|#\(|\$\{|[([{])/;
const NO_FORM = /^(?:[()[\]{}⚠]|Mark|InterpolationMark|LineComment|BlockComment)$/;
/** Parsing takes no longer than this. */
const MOST_MILLISECONDS = 200;

/** @param {EditorState} state @returns {Node} */
const rootOf = (state) => (ensureSyntaxTree(state, state.doc.length, MOST_MILLISECONDS) ?? syntaxTree(state)).topNode;

/** @param {Node} node @returns {Node[]} */
function childrenOf(node) {
  const found = [];
  for (let each = node.firstChild; each; each = each.nextSibling) found.push(each);
  return found;
}

/** @param {Node} node @returns {Node[]} the forms in it */
const formsOf = (node) => childrenOf(node).filter(({ name }) => !NO_FORM.test(name));

/** @param {EditorState} state @param {Node} node @returns {Container | null} null if it is none, or is not closed */
function containerOf(state, node) {
  if (!CONTAINERS.has(node.name)) return null;
  const open = OPENING.exec(state.sliceDoc(node.from, Math.min(node.to, node.from + 4)))?.[0] ?? "";
  const close = state.sliceDoc(node.to - 1, node.to);
  const isWhole = open && /[)\]}]/.test(close) && !childrenOf(node).some(({ type }) => type.isError);
  if (!isWhole || node.to - node.from <= open.length) return null;
  return { node, from: node.from, inner: node.from + open.length, end: node.to - 1, to: node.to };
}

/** @param {EditorState} state @param {number} at @returns {Container | null} the innermost one around a place */
function around(state, at) {
  /** @type {Node | null} */
  let node = rootOf(state).resolveInner(at, -1);
  const other = rootOf(state).resolveInner(at, 1);
  if (other.from >= node.from && other.to <= node.to) node = other;
  for (; node; node = node.parent) {
    const container = containerOf(state, node);
    if (container && container.inner <= at && at <= container.end) return container;
  }
  return null;
}

/** @param {Node} node @returns {Node} it, with the marks before it */
function withMarks(node) {
  let outer = node;
  while (outer.parent && PREFIXED.has(outer.parent.name)) outer = outer.parent;
  // What an operator or a definition names is a node of its own around it.
  while (outer.parent && outer.parent.from === outer.from && outer.parent.to === outer.to && outer.parent.parent) {
    outer = outer.parent;
  }
  return outer;
}

/** @param {EditorState} state @param {number} at @returns {{forms: Node[], container: Container | null}} those beside a place */
function level(state, at) {
  const container = around(state, at);
  return { forms: formsOf(container?.node ?? rootOf(state)), container };
}

/** @param {EditorState} state @returns {Node | null} the form at the cursor: that behind it, else the one before */
function formAt(state) {
  const { from, to } = state.selection.main;
  const { forms } = level(state, from);
  const touching = forms.filter((form) => form.from <= from && form.to >= Math.max(from, to));
  return touching.find((form) => form.to > from) ?? touching[0] ?? null;
}

/** @param {EditorState} state @param {number} left where one ends @param {number} right where the other begins */
function needsSpace(state, left, right) {
  const [before, after] = [state.sliceDoc(left - 1, left), state.sliceDoc(right, right + 1)];
  if (!before || !after || /\s/.test(before) || /[\s)\]};]/.test(after)) return false;
  return !/[([{]/.test(before) && (!/['`,@]/.test(before) || after === "@");
}

/** @param {EditorState} state @param {Span} span that goes @returns {{from: number, to: number, insert: string}} */
const removal = (state, { from, to }) => ({ from, to, insert: needsSpace(state, from, to) ? " " : "" });

/** @param {Change["changes"]} changes @param {EditorState} state @returns {Change} the cursor stays at what it is at */
const keepCursor = (changes, state) => ({ changes, userEvent: "input.structure", scrollIntoView: true, selection: mapped(state, changes) });

/** @param {EditorState} state @param {Change["changes"]} changes */
function mapped(state, changes) {
  const set = state.changes(changes);
  return { anchor: set.mapPos(state.selection.main.head, 1) };
}

/** Takes the next form into the list around the cursor. @param {EditorState} state @returns {Change | null} */
export function slurpForward(state) {
  for (let container = around(state, state.selection.main.head); container; container = around(state, container.from)) {
    if (container.node.name === "Interpolation") return null;
    const outer = withMarks(container.node);
    const next = outer.parent ? formsOf(outer.parent).find((form) => form.from >= outer.to) : undefined;
    if (!next) continue;
    const isEmpty = !state.sliceDoc(container.inner, container.end).trim();
    const close = state.sliceDoc(container.end, container.to);
    const gone = isEmpty ? { from: container.inner, to: next.from } : { from: container.end, to: container.to };
    const isCommented = isEmpty && /;|#\|/.test(state.sliceDoc(container.to, next.from));
    const left = isCommented ? { from: container.end, to: container.to } : gone;
    return keepCursor([isEmpty && !isCommented ? { ...left, insert: "" } : removal(state, left), { from: next.to, insert: close }], state);
  }
  return null;
}

/** Lets the last form out of the list around the cursor. @param {EditorState} state @returns {Change | null} */
export function barfForward(state) {
  const container = around(state, state.selection.main.head);
  const forms = container ? formsOf(container.node) : [];
  const last = forms.at(-1);
  if (!container || !last || container.node.name === "Interpolation") return null;
  const close = state.sliceDoc(container.end, container.to);
  const to = forms.at(-2)?.to ?? container.inner;
  const space = /\s/.test(state.sliceDoc(to, to + 1)) ? "" : " ";
  return keepCursor([{ from: to, insert: close + space }, removal(state, { from: container.end, to: container.to })], state);
}

/** Takes the form before into the list around the cursor. @param {EditorState} state @returns {Change | null} */
export function slurpBackward(state) {
  for (let container = around(state, state.selection.main.head); container; container = around(state, container.from)) {
    if (container.node.name === "Interpolation") return null;
    const outer = withMarks(container.node);
    const before = outer.parent ? formsOf(outer.parent).findLast((form) => form.to <= outer.from) : undefined;
    if (!before) continue;
    const open = state.sliceDoc(outer.from, container.inner);
    return keepCursor([{ from: before.from, insert: open }, removal(state, { from: outer.from, to: container.inner })], state);
  }
  return null;
}

/** Lets the first form out of the list around the cursor. @param {EditorState} state @returns {Change | null} */
export function barfBackward(state) {
  const container = around(state, state.selection.main.head);
  if (!container || container.node.name === "Interpolation") return null;
  const [first, second] = formsOf(container.node);
  if (!first) return null;
  const outer = withMarks(container.node);
  const open = state.sliceDoc(outer.from, container.inner);
  const to = second?.from ?? container.end;
  const space = /\s/.test(state.sliceDoc(to - 1, to)) ? "" : " ";
  return keepCursor([removal(state, { from: outer.from, to: container.inner }), { from: to, insert: space + open }], state);
}

/** Puts the form at the cursor into the place of the list around it. @param {EditorState} state @returns {Change | null} */
export function raise(state) {
  const form = formAt(state);
  const container = form && around(state, state.selection.main.from);
  if (!form || !container || container.node.name === "Interpolation") return null;
  const insert = state.sliceDoc(form.from, form.to);
  const before = needsSpace(state, container.from, form.from) ? " " : "";
  const after = needsSpace(state, form.to, container.to) ? " " : "";
  return {
    changes: { from: container.from, to: container.to, insert: before + insert + after },
    selection: { anchor: container.from + before.length },
    userEvent: "input.structure",
    scrollIntoView: true,
  };
}

/** Puts brackets around the form at the cursor, or around those that are selected. @param {EditorState} state @returns {Change | null} */
export function wrap(state) {
  const { main } = state.selection;
  const { forms } = level(state, main.from);
  const chosen = main.empty ? [formAt(state)].filter((form) => form !== null) : forms.filter(({ from, to }) => to > main.from && from < main.to);
  if (!chosen.length) return null;
  const [from, to] = [chosen[0].from, chosen[chosen.length - 1].to];
  return {
    changes: [{ from, insert: "(" }, { from: to, insert: ")" }],
    selection: { anchor: from + 1 },
    userEvent: "input.structure",
    scrollIntoView: true,
  };
}

/** Takes the brackets of the list around the cursor away. @param {EditorState} state @returns {Change | null} */
export function splice(state) {
  const container = around(state, state.selection.main.head);
  if (!container || container.node.name === "Interpolation") return null;
  const outer = withMarks(container.node);
  if (!state.sliceDoc(container.inner, container.end).trim()) return keepCursor([removal(state, outer)], state);
  const open = removal(state, { from: outer.from, to: container.inner });
  return keepCursor([open, removal(state, { from: container.end, to: container.to })], state);
}

/** Swaps the form before the cursor and the one behind it. @param {EditorState} state @returns {Change | null} */
export function transpose(state) {
  const { head } = state.selection.main;
  const { forms } = level(state, head);
  const at = forms.findIndex(({ to }) => to > head);
  const second = at < 0 ? forms.length - 1 : Math.max(1, at);
  const [a, b] = [forms[second - 1], forms[second]];
  if (!a || !b) return null;
  const [first, last] = [state.sliceDoc(a.from, a.to), state.sliceDoc(b.from, b.to)];
  const between = state.sliceDoc(a.to, b.from) || " ";
  const insert = last + between + first;
  const before = /[\w"#]/.test(state.sliceDoc(a.from - 1, a.from)) ? " " : "";
  const after = /[\w"#]/.test(state.sliceDoc(b.to, b.to + 1)) ? " " : "";
  return {
    changes: { from: a.from, to: b.to, insert: before + insert + after },
    selection: { anchor: a.from + before.length + insert.length },
    userEvent: "input.structure",
    scrollIntoView: true,
  };
}

/** @param {number} at @returns {Change} */
const moveTo = (at) => ({ selection: { anchor: at }, scrollIntoView: true, userEvent: "select" });

/** Goes behind the next form, or out of the list. @param {EditorState} state @returns {Change | null} */
export function forward(state) {
  const { head } = state.selection.main;
  const { forms, container } = level(state, head);
  const to = forms.find((form) => form.to > head)?.to ?? container?.to;
  return to === undefined ? null : moveTo(to);
}

/** Goes before the form that ends here, or out of the list. @param {EditorState} state @returns {Change | null} */
export function backward(state) {
  const { head } = state.selection.main;
  const { forms, container } = level(state, head);
  const to = forms.findLast((form) => form.from < head)?.from ?? container?.from;
  return to === undefined ? null : moveTo(to);
}

/** Goes before the list around the cursor. @param {EditorState} state @returns {Change | null} */
export function up(state) {
  const container = around(state, state.selection.main.head);
  return container && moveTo(withMarks(container.node).from);
}

/** Goes into the next list. @param {EditorState} state @returns {Change | null} */
export function down(state) {
  const { head } = state.selection.main;
  /** @type {Node | undefined} */
  let form = level(state, head).forms.find(({ to }) => to > head);
  while (form && !containerOf(state, form)) form = formsOf(form)[0];
  const container = form && containerOf(state, form);
  return container ? moveTo(container.inner) : null;
}

/** @param {EditorState} state @returns {Span | null} the selection, else the form of the program at the cursor, or the one before it */
export function topLevelForm(state) {
  const { from, to, head, empty } = state.selection.main;
  if (!empty) return { from, to };
  const forms = formsOf(rootOf(state)).filter(({ name }) => name !== "Discarded");
  return forms.find((form) => form.from <= head && head <= form.to) ?? forms.findLast((form) => form.to <= head) ?? forms[0] ?? null;
}

/** Texts that the end of the program may have cut off. @type {Record<string, RegExp>} */
const CLOSED = {
  String: /^"(?:[^"\\]|\\[^])*"$/,
  Regex: /^#"(?:[^"\\]|\\[^])*"$/,
  LongString: /^"""(?:[^\\]|\\[^])*"""$/,
  FString: /^f"(?:[^\\]|\\[^])*"$/,
  BlockComment: /\|#$/,
};

/** @param {EditorState} state @returns {boolean} whether every form in it is whole */
export function isWhole(state) {
  let isBroken = false;
  rootOf(state)
    .cursor()
    .iterate(({ type, from, to, name }) => {
      isBroken ||= type.isError || CLOSED[name]?.test(state.sliceDoc(from, to)) === false;
      return !isBroken;
    });
  return !isBroken;
}
