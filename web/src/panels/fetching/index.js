/**
 * Loads a program from an address or a gist, after the visitor has agreed: whom `?url=` and `?gist=` in the
 * page's address ask for, or what is entered here. It comes into the editor as that of a link does; what was
 * there is kept.
 */
import { byId, valueOf } from "../../dom.js";
import { SourceError, loadProgram, readSource, wantedSource } from "../../sharing/sources.js";
import { bindDialog } from "../dialog.js";
import { text } from "../../texts/texts.js";

/** @param {string} typed what is to be loaded @returns {string} whom that would ask, in words */
function describe(typed) {
  if (!typed.trim()) return text("Paste the address of a file, or of a gist.");
  try {
    const { host, isGist } = readSource(typed);
    return isGist ? text("It asks {host} for the gist, and nobody else.", { host }) : text("It asks {host} for this file, and nobody else.", { host });
  } catch (error) {
    if (error instanceof SourceError) return error.message;
    throw error;
  }
}

/** Takes what was asked for out of the page's address: a reload is no second question. */
function forgetWanted() {
  const url = new URL(location.href);
  url.searchParams.delete("url");
  url.searchParams.delete("gist");
  window.history.replaceState(null, "", url);
}

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, programs }) {
  const field = /** @type {HTMLInputElement} */ (byId("fetching-address"));
  const load = /** @type {HTMLButtonElement} */ (byId("fetching-load"));
  const note = byId("fetching-note");
  const problem = byId("fetching-problem");
  let wanted = "";
  let attempt = 0;

  /** @param {string} typed */
  function want(typed) {
    wanted = typed;
    note.textContent = describe(typed);
    problem.textContent = "";
  }

  async function start() {
    const number = ++attempt;
    problem.textContent = "";
    load.disabled = true;
    load.textContent = text("Loading …");
    try {
      const source = readSource(wanted);
      const code = await loadProgram(source);
      if (number !== attempt) return;
      dispatch({ type: "dialog-closed", dialog: "fetching" });
      programs.take(code, source.isGist ? text("a gist") : source.host);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (number === attempt) problem.textContent = error.message;
    } finally {
      load.disabled = false;
      load.textContent = text("Load it");
    }
  }

  field.addEventListener("input", (event) => want(valueOf(event)));
  byId("fetching-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void start();
  });
  bindDialog({ dispatch, subscribe }, "fetching", {
    box: /** @type {HTMLDialogElement} */ (byId("fetching-dialog")),
    beforeOpen() {
      attempt++; // what was under way before is not wanted any more
      field.value = wanted;
      want(wanted);
    },
    afterOpen: () => (wanted ? load : field).focus(),
  });
  subscribe(
    ({ dialog }) => dialog === "fetching",
    (isOpen) => {
      if (isOpen) return;
      attempt++;
      wanted = "";
    },
    { now: false },
  );

  const asked = wantedSource(location.search);
  // An embedded page reaches nobody.
  if (asked === null || new URLSearchParams(location.search).has("embed")) return;
  forgetWanted();
  wanted = asked;
  dispatch({ type: "dialog-opened", dialog: "fetching" });
}
