/**
 * The history of programs: finds those that were in the editor, shows them and what they printed, and
 * brings them back.
 */
import { byId, element, valueOf } from "../../dom.js";
import { nameOf } from "../../storage/program-record.js";
import { bindDialog } from "../dialog.js";
import { countText, text } from "../../texts/texts.js";
import { createDeleteAll } from "./delete-all.js";
import { buildPreview, versionThatRan } from "./preview.js";
import { describeTime, programsOf } from "./words.js";

/** A run that goes on writes often: the list need not follow each time. */
const REFRESH_MILLISECONDS = 400;
const SEARCH_MILLISECONDS = 150;

/** @typedef {import("../../storage/history.js").Found} Found */

/** @param {Found} found @returns {string} */
function describe({ program, version }) {
  const facts = [describeTime(version.at, Date.now())];
  if (program.versions.length > 1) facts.push(countText("{n} version", "{n} versions", program.versions.length));
  if (program.from === "link") facts.push(text("from a link"));
  if (program.isPinned) facts.push(text("always kept"));
  return facts.join(" · ");
}

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, history, programs, keepNow }) {
  const list = byId("history-list");
  const preview = byId("history-preview");
  const count = byId("history-count");
  const search = /** @type {HTMLInputElement} */ (byId("history-search"));
  let isOpen = false;
  let wanted = "";
  let timer = 0;
  /** @type {Found[]} those that are listed */
  let found = [];
  /** @type {Found | null} */
  let chosen = null;
  /** Those that were deleted since the dialog was opened: they can still be brought back. @type {Map<string, string>} */
  const gone = new Map();
  /** @type {HTMLElement[]} the buttons of the list */
  let entries = [];
  let round = 0;
  /** The list as it is shown. */
  let shown = "";
  /** The program whose entry has the focus. */
  let focused = "";

  /** @param {Found} choice shows it beside the list */
  async function choose(choice) {
    chosen = choice;
    markChosen();
    const outputKey = versionThatRan(choice)?.output ?? "";
    const [code, output] = await Promise.all([history.read(choice.version.text), history.read(outputKey)]);
    if (chosen === choice) preview.replaceChildren(...buildPreview(choice, code, output, actions));
  }

  function markChosen() {
    entries.forEach((entry, at) => {
      entry.setAttribute("aria-current", String(found[at].program.id === chosen?.program.id));
    });
  }

  /** @param {number} at @param {KeyboardEvent} event */
  function move(at, event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && entries[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    void choose(found[at + step]);
  }

  /** @param {Found} each @param {number} at */
  function buildEntry(each, at) {
    return element(
      "button",
      {
        type: "button",
        class: "history-entry",
        onclick: () => void choose(each),
        ondblclick: () => actions.bringBack(each),
        onkeydown: (/** @type {KeyboardEvent} */ event) => move(at, event),
        onfocus: () => {
          focused = each.program.id;
        },
        onblur: () => {
          focused = "";
        },
      },
      element("span", { class: "history-name" }, nameOf(each.program)),
      element("span", { class: "history-facts" }, describe(each)),
    );
  }

  /** @param {string} id @param {string} name */
  function buildGone(id, name) {
    const onclick = async () => {
      await history.markDeleted(id, false);
      gone.delete(id);
      await refresh();
    };
    return element(
      "li",
      { class: "history-gone" },
      element("span", {}, text("“{name}” was deleted", { name })),
      element("button", { type: "button", class: "small", onclick }, text("Undo")),
    );
  }

  function say() {
    if (wanted.trim()) count.textContent = found.length ? text("Found: {what}", { what: programsOf(found.length) }) : text("Nothing found.");
    else count.textContent = found.length ? programsOf(found.length) : text("No program yet: write one, or run an example.");
  }

  /** Reads the list anew; what was chosen stays so, if it is still there. */
  async function refresh() {
    const mine = ++round;
    const all = await history.list();
    const now = await history.find(all, wanted);
    if (mine !== round || !isOpen) return;
    deleteAll.show(all.length);
    const current = JSON.stringify([wanted, now, [...gone]]);
    if (current === shown) return;
    shown = current;
    const [before, again] = [focused, now.findIndex(({ program }) => program.id === focused)];
    found = now;
    entries = found.map(buildEntry);
    list.replaceChildren(
      ...[...gone].map(([id, name]) => buildGone(id, name)),
      ...entries.map((entry) => element("li", {}, entry)),
    );
    if (before) entries[again]?.focus();
    say();
    const same = found.find(({ program }) => program.id === chosen?.program.id);
    const isSame = same && JSON.stringify(same.program) === JSON.stringify(chosen?.program);
    if (isSame) markChosen();
    else if (same ?? found[0]) await choose(same ?? found[0]);
    else {
      chosen = null;
      preview.replaceChildren();
    }
  }

  /** @param {number} milliseconds */
  function refreshSoon(milliseconds) {
    clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), milliseconds);
  }

  const deleteAll = createDeleteAll(history, refresh);

  /** @type {import("./preview.js").Actions} */
  const actions = {
    async bringBack(choice) {
      const isThere = await programs.bringBack(choice);
      if (isThere) dispatch({ type: "dialog-closed", dialog: "history" });
      const name = nameOf(choice.program);
      dispatch({ type: "said", text: isThere ? text("“{name}” is in the editor", { name }) : text("“{name}” is no longer there", { name }) });
    },
    choose: (choice) => void choose(choice),
    async remove({ program }) {
      await history.markDeleted(program.id, true);
      gone.set(program.id, nameOf(program));
      await refresh();
    },
    rename: (id, name) => void history.rename(id, name),
    pin: (id, isPinned) => void history.pin(id, isPinned),
  };

  byId("history").addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "history" }));
  search.addEventListener("input", (event) => {
    wanted = valueOf(event);
    refreshSoon(SEARCH_MILLISECONDS);
  });
  subscribe(
    ({ historyChanges }) => historyChanges,
    () => isOpen && refreshSoon(REFRESH_MILLISECONDS),
    { now: false },
  );
  subscribe(
    ({ dialog }) => dialog === "history",
    (open) => {
      isOpen = open;
      if (open) return;
      deleteAll.close();
      if (gone.size) void history.erase([...gone.keys()]).catch(() => {});
    },
    { now: false },
  );
  bindDialog({ dispatch, subscribe }, "history", {
    box: /** @type {HTMLDialogElement} */ (byId("history-dialog")),
    beforeOpen() {
      search.value = wanted = "";
      chosen = null;
      gone.clear();
      shown = "";
      preview.replaceChildren();
      void keepNow().then(refresh);
    },
    afterOpen: () => search.focus(),
  });
}
