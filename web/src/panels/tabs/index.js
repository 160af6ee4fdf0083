/**
 * The tabs above the editor: the program, which Run runs, and the files that are open beside it. A tab is
 * renamed by F2 or a double click, closed by Delete or ✕, moved by Alt and an arrow or by dragging.
 */
import { byId, element, isOn, valueOf } from "../../dom.js";
import { text, textLater } from "../../texts/texts.js";

const RUNS = textLater("Program: Run runs this one, whichever tab is shown");

/** @param {import("../page.js").Page} page */
export function mount({ get, subscribe, tabs, files, editor }) {
  const list = byId("tab-list");
  const menu = /** @type {HTMLDetailsElement} */ (byId("editor-menu"));
  /** The file whose name is being changed. */
  let renamed = "";
  /** The tab that has the focus; null if none has. @type {string | null} */
  let focused = null;
  let dragged = "";
  let isOpen = false;

  const current = () => get().tabs.current;
  const listed = () => get().tabs.names.filter((name) => get().files.has(name));

  /** @param {string} name whose new name can be typed from now on */
  function rename(name) {
    renamed = name;
    show();
  }

  /** @param {string} name @param {string | null} wanted null: it keeps its name */
  function endRename(name, wanted) {
    if (renamed !== name) return;
    renamed = "";
    const next = wanted?.trim() ? tabs.rename(name, wanted) : name;
    show();
    if (current() === next) editor.focus();
  }

  /** @param {string} name @returns {HTMLElement} the field for its new name */
  function buildField(name) {
    const field = element("input", {
      type: "text",
      class: "tab-field",
      value: name,
      "aria-label": text("New name of {name}", { name }),
      "data-testid": "tab-name",
      autocomplete: "off",
      spellcheck: false,
      onblur: (/** @type {Event} */ event) => endRename(name, valueOf(event)),
      onkeydown(/** @type {KeyboardEvent} */ event) {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        endRename(name, event.key === "Enter" ? valueOf(event) : null);
      },
    });
    queueMicrotask(() => {
      field.focus();
      const end = name.lastIndexOf(".");
      /** @type {HTMLInputElement} */ (field).setSelectionRange(name.lastIndexOf("/") + 1, end > 0 ? end : name.length);
    });
    return field;
  }

  /** @param {string} name @param {KeyboardEvent} event */
  function onKey(name, event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && event.altKey) tabs.move(name, step);
    else if (step) tabs.turn(step);
    else if (event.key === "F2" && name) rename(name);
    else if (event.key === "Delete" && name) tabs.close(name);
    else return;
    event.preventDefault();
    if (step && !event.altKey) focused = current();
    show();
  }

  /** @param {string} name "" for the program */
  function buildTab(name) {
    const isCurrent = name === current();
    const button = element(
      "button",
      {
        type: "button",
        class: "tab",
        title: name || text(RUNS),
        "aria-label": name || text(RUNS),
        "aria-current": isCurrent ? "true" : undefined,
        "data-tab": name,
        draggable: name !== "",
        onclick() {
          tabs.show(name);
          editor.focus();
        },
        ondblclick: () => name && rename(name),
        onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(name, event),
        onfocus: () => (focused = name),
        onblur: () => (focused = null),
        ondragstart(/** @type {DragEvent} */ event) {
          dragged = name;
          event.dataTransfer?.setData("text/plain", name);
        },
        ondragover: (/** @type {DragEvent} */ event) => dragged && event.preventDefault(),
        ondrop(/** @type {DragEvent} */ event) {
          if (!dragged) return;
          event.preventDefault();
          tabs.put(dragged, name || listed()[0]);
          dragged = "";
        },
        ondragend: () => (dragged = ""),
      },
      name ? name : text("▶ Program"),
    );
    return button;
  }

  /** @param {string} name */
  function buildClose(name) {
    const label = text("Close {name}; the file stays", { name });
    const onclick = () => tabs.close(name);
    return element("button", { type: "button", class: "tab-close", title: label, "aria-label": label, onclick }, "✕");
  }

  function show() {
    const again = focused;
    /** @type {HTMLElement | null} */
    let toFocus = null;
    const items = ["", ...listed()].map((name) => {
      const isCurrent = name === current();
      const tab = name && name === renamed ? buildField(name) : buildTab(name);
      if (name === again && name !== renamed) toFocus = tab;
      return element("span", { class: isCurrent ? "tab-frame current" : "tab-frame" }, tab, name ? buildClose(name) : null);
    });
    list.replaceChildren(...items);
    if (toFocus) /** @type {HTMLElement} */ (toFocus).focus();
    for (const id of ["tab-rule", "tab-rename", "tab-left", "tab-right", "tab-delete"]) byId(id).hidden = current() === "";
  }

  /** @param {string} id of a button of the menu @param {(name: string) => void} act on the file that is shown */
  function bind(id, act) {
    byId(id).addEventListener("click", () => {
      menu.open = false;
      const name = current();
      if (name) act(name);
    });
  }

  byId("tab-new").addEventListener("click", () => rename(tabs.create()));
  bind("tab-rename", rename);
  bind("tab-left", (name) => tabs.move(name, -1));
  bind("tab-right", (name) => tabs.move(name, 1));
  bind("tab-delete", (name) => files.remove(name));
  menu.addEventListener("toggle", (event) => {
    isOpen = isOn(event);
  });
  // A menu closes when something else is meant.
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(/** @type {Node | null} */ (event.relatedTarget))) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen) return;
    menu.open = false;
    editor.focus();
  });
  document.addEventListener("keydown", (event) => {
    const step = { PageUp: -1, PageDown: 1 }[event.key];
    if (!step || !event.altKey || event.ctrlKey || event.metaKey || get().dialog) return;
    event.preventDefault();
    tabs.turn(step);
  });
  subscribe(
    ({ tabs: { names, current: shown }, files: all }) => [shown, names.filter((name) => all.has(name)).join("\n")],
    show,
  );
}
