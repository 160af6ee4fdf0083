/**
 * What can be done in the editor besides typing: evaluate a form, move and change whole forms, Vim's keys;
 * and the list of keys. All of it is loaded when it is first used; what is switched is remembered.
 */
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { byId, element, isOn } from "../../dom.js";
import { device, readText, writeText } from "../../stored.js";
import { bindDialog } from "../dialog.js";
import { text } from "../../texts/texts.js";
import { OTHERS, STRUCTURAL, nameOfKey } from "./commands.js";
import { loadPart } from "../../parts.js";

const STRUCTURE = "lispcore.structural-editing";
const VIM = "lispcore.vim";
const [ON, OFF] = ["on", "off"];

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, editor, evaluate }) {
  const structureSwitch = /** @type {HTMLInputElement} */ (byId("structure-switch"));
  const vimSwitch = /** @type {HTMLInputElement} */ (byId("vim-switch"));
  let hasValues = false;

  /** @template T @param {Promise<T>} loading @param {(there: T) => unknown} act */
  function withLoaded(loading, act) {
    void loading.then(act); // that a part did not come is said by toast/lost-parts.js
    return true;
  }

  const evaluateHere = () =>
    withLoaded(loadPart(() => import("../../editor/evaluation.js")), ({ evaluateForm, values }) => {
      if (!hasValues) editor.extend("values", values);
      hasValues = true;
      return editor.act((view) => evaluateForm(view, evaluate));
    });

  /** @param {import("./commands.js").Structural} name */
  const doStructural = (name) =>
    withLoaded(loadPart(() => import("../../editor/lisp-structure.js")), (structure) =>
      editor.act((view) => {
        const change = structure[name](view.state);
        if (change && !view.state.readOnly) view.dispatch(change);
      }),
    );

  /** @param {boolean} isActive */
  function switchStructure(isActive) {
    structureSwitch.checked = isActive;
    const bindings = STRUCTURAL.flatMap(({ keys, command }) =>
      keys.map((key) => ({ key, run: () => doStructural(/** @type {import("./commands.js").Structural} */ (command)) })),
    );
    editor.extend("structure", isActive ? keymap.of(bindings) : []);
  }

  /** @param {boolean} isActive */
  function switchVim(isActive) {
    vimSwitch.checked = isActive;
    if (!isActive) {
      editor.extend("vim", []);
      return;
    }
    withLoaded(loadPart(() => import("../../editor/vim-keys.js")), ({ vim }) => editor.extend("vim", Prec.highest(vim({ status: true }))));
  }

  function closeMenu() {
    /** @type {HTMLDetailsElement} */ (byId("editor-menu")).open = false;
  }

  /** @param {string} title @param {import("./commands.js").Command[]} commands */
  function buildTable(title, commands) {
    const rows = commands.map(({ keys, what, command }) => {
      const onclick = () => {
        dispatch({ type: "dialog-closed", dialog: "keys" });
        editor.focus();
        if (command) doStructural(command);
      };
      const words = command ? element("button", { type: "button", class: "small", onclick }, text(what)) : text(what);
      const names = keys.flatMap((key) => [element("kbd", {}, nameOfKey(key)), " "]);
      return element("tr", {}, element("td", {}, words), element("td", {}, ...names));
    });
    return element("table", { class: "keys-table" }, element("caption", {}, title), element("tbody", {}, ...rows));
  }

  const evaluateKeys = ["Alt-Enter", "Ctrl-Alt-Enter"].map((key) => ({ key, run: evaluateHere }));
  editor.extend("vim", []); // goes before all others
  editor.extend("evaluation", keymap.of(evaluateKeys));
  switchStructure(readText(device, STRUCTURE) !== OFF);
  if (readText(device, VIM) === ON) switchVim(true);

  byId("evaluate-form").addEventListener("click", () => {
    closeMenu();
    editor.focus();
    evaluateHere();
  });
  byId("format").addEventListener("click", () => {
    closeMenu();
    editor.format();
    editor.focus();
  });
  structureSwitch.addEventListener("change", (event) => {
    switchStructure(isOn(event));
    writeText(device, STRUCTURE, isOn(event) ? ON : OFF);
  });
  vimSwitch.addEventListener("change", (event) => {
    switchVim(isOn(event));
    writeText(device, VIM, isOn(event) ? ON : OFF);
  });
  byId("editor-keys").addEventListener("click", () => {
    closeMenu();
    dispatch({ type: "dialog-opened", dialog: "keys" });
  });
  bindDialog({ dispatch, subscribe }, "keys", {
    box: /** @type {HTMLDialogElement} */ (byId("keys-dialog")),
    beforeOpen: () =>
      byId("keys-list").replaceChildren(buildTable(text("Everywhere"), OTHERS), buildTable(text("Structural editing"), STRUCTURAL)),
  });
}
