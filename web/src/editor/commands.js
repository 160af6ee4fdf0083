/** Keys that ask the language: lay the program out, go to a definition, give a name another one. */
import { EditorView, showDialog } from "@codemirror/view";
import { text, textLater } from "../texts/texts.js";

/** @typedef {import("./service-types.js").Services} Services */

const NOBODY = textLater("The interpreter is busy or not there yet: try again in a moment.");

/** @param {string} text @param {number} at @returns {number} characters before it that are no white space */
const solidBefore = (text, at) => text.slice(0, at).replace(/\s+/g, "").length;

/** @param {string} text @param {number} count @returns {number} the place behind so many characters that are no white space */
export function behindSolid(text, count) {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; at++) if (!/\s/.test(text[at])) left--;
  return at;
}

/** @param {string} before @param {string} after @returns {{from: number, to: number, insert: string}} the part that differs */
export function difference(before, after) {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

/** @param {import("@codemirror/state").EditorState} state @param {number} at @returns {string} the name there */
function nameAt(state, at) {
  const { from, text } = state.doc.lineAt(at);
  const before = /[^\s()[\]{}"';`,@]*$/.exec(text.slice(0, at - from));
  const after = /^[^\s()[\]{}"';`,@]*/.exec(text.slice(at - from));
  return (before?.[0] ?? "") + (after?.[0] ?? "");
}

/**
 * @param {() => Services | null} getServices
 * @param {(text: string) => void} say what went wrong
 */
export function createCommands(getServices, say) {
  /** @param {{error: string} | undefined} answer */
  const explain = (answer) => say(answer?.error || text(NOBODY));

  /** @param {EditorView} view */
  async function format(view) {
    const { doc, selection } = view.state;
    const before = doc.toString();
    const answer = await getServices()?.ask("format", before);
    if (view.state.doc !== doc) return;
    const after = answer?.said ?? null;
    if (after === null) return explain(answer);
    if (after === before) return;
    const anchor = behindSolid(after, solidBefore(before, selection.main.head));
    view.dispatch({ changes: difference(before, after), selection: { anchor }, scrollIntoView: true, userEvent: "format" });
  }

  /** @param {EditorView} view @param {number} at */
  async function goToDefinition(view, at) {
    const { doc } = view.state;
    const answer = await getServices()?.ask("definition", doc.toString(), { at });
    if (view.state.doc !== doc) return;
    const place = answer?.said?.[0];
    if (!place) {
      if (!answer?.said) explain(answer);
      else if (nameAt(view.state, at)) say(text("{name} is not defined in this program.", { name: nameAt(view.state, at) }));
      return;
    }
    view.dispatch({
      selection: { anchor: place[0], head: place[1] },
      effects: EditorView.scrollIntoView(place[0], { y: "center" }),
    });
    view.focus();
  }

  /** @param {EditorView} view */
  async function rename(view) {
    const { doc, selection } = view.state;
    const at = selection.main.head;
    const old = nameAt(view.state, at);
    if (!old) return say(text("Put the cursor on a name to rename it."));
    const { result } = showDialog(view, {
      label: text("New name for {name}", { name: old }),
      input: { name: "name", value: old, "data-testid": "rename", spellcheck: "false", autocomplete: "off" },
      submitLabel: text("Rename"),
      class: "rename",
      focus: true,
      top: true,
    });
    const form = await result;
    view.focus();
    const name = form ? String(new FormData(form).get("name") ?? "").trim() : "";
    if (!name || name === old || view.state.doc !== doc) return;
    const answer = await getServices()?.ask("rename", doc.toString(), { at, name });
    if (view.state.doc !== doc) return;
    if (!answer?.said) return explain(answer);
    view.dispatch({ changes: answer.said.map(([from, to]) => ({ from, to, insert: name })), userEvent: "rename" });
  }

  /** @param {(view: EditorView) => unknown} act @returns {(view: EditorView) => boolean} */
  const command = (act) => (view) => {
    void act(view);
    return true;
  };
  const here = (/** @type {EditorView} */ view) => goToDefinition(view, view.state.selection.main.head);

  return {
    format,
    keys: [
      { key: "Shift-Alt-f", run: command(format) },
      { key: "F12", run: command(here) },
      { key: "F2", run: command(rename) },
    ],
    /** Ctrl-click, or Cmd-click, goes to the definition. */
    clicks: EditorView.domEventHandlers({
      mousedown(event, view) {
        const at = (event.ctrlKey || event.metaKey) && event.button === 0 ? view.posAtCoords(event) : null;
        if (at === null || !nameAt(view.state, at)) return false;
        event.preventDefault();
        void goToDefinition(view, at);
        return true;
      },
    }),
  };
}
