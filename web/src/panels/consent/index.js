/**
 * The question whether a program that came with a link may contact somebody, and the choice of files
 * that it may see. Nothing is ticked beforehand; whoever closes the question has said no.
 */
import { byId, element, formatBytes, isOn } from "../../dom.js";
import { describeBudget, linkBudgetOf } from "../../models/budget.js";
import { bindDialog } from "../dialog.js";

/**
 * @typedef {import("../../state.js").State} State
 * @typedef {import("../../state/questions.js").ConsentQuestion} ConsentQuestion
 */

/** @param {string} text */
const strong = (text) => element("strong", {}, text);

/** @param {...(string | Node)} parts */
const item = (...parts) => element("li", {}, ...parts);

/** @param {ConsentQuestion} question */
function describeWish({ host, method, provider, model }) {
  if (!provider) {
    const words = method === "GET" ? "It wants to read from " : "It wants to send something to ";
    return item(words, strong(host), `. A request (${method}) can carry along anything that the program knows.`);
  }
  const asked = model ? ["the model ", strong(model), " of "] : ["a model of "];
  return item("It wants to ask ", ...asked, strong(provider), " at ", strong(host), ".");
}

/** @param {ConsentQuestion} question @param {string} limit @returns {HTMLElement[]} who pays, and how much at most */
function describeAccount({ account, provider }, limit) {
  switch (account) {
    case "visitor": {
      const most = limit ? ["One run may use up to ", strong(limit), "."] : ["There is ", strong("no limit"), " set."];
      return [item("You pay: it goes on ", strong(`your ${provider} account`), ". The program never sees your key."), item(...most)];
    }
    case "program":
      return [item("It brings a key or password of its own; none of yours is used.")];
    case "free":
      return [item("That model runs on your own machine and costs nothing.")];
    default:
      return [item("None of your keys is used.")];
  }
}

/** @param {string} name @returns {boolean} whether file managers hide it */
const isHidden = (name) => name.split("/").some((part) => part.startsWith("."));

/** @param {State} state @param {ConsentQuestion} question @returns {HTMLElement} the files that it has already */
function describeSeen({ loaded, handed, made }, { sees }) {
  if (!sees.length) return item("The link brought no files along.");
  const names = sees.map(([name, size]) => {
    const words = [formatBytes(size)];
    if (loaded?.recording.files.has(name) && !handed.includes(name)) words.push("came with the link");
    else words.push(made.has(name) ? "made by a program" : "yours, you gave it to this program");
    if (isHidden(name)) words.push("hidden: its name begins with a dot");
    return element("li", {}, `${name} (${words.join("; ")})`);
  });
  return item("It sees these files:", element("ul", { "data-testid": "consent-seen" }, ...names));
}

/** @param {State} state @param {[string, unknown][]} seen @returns {[string, Uint8Array][]} what it does not see */
function unseenOf({ files }, seen) {
  const names = new Set(seen.map(([name]) => name));
  return [...files].filter(([name]) => !names.has(name));
}

/** @param {HTMLElement} box @param {[string, Uint8Array][]} files @param {Set<string>} ticked their names */
function fillFiles(box, files, ticked) {
  const rows = files.map(([name, bytes]) => {
    const onchange = (/** @type {Event} */ event) => {
      if (isOn(event)) ticked.add(name);
      else ticked.delete(name);
    };
    return element("label", { class: "check" }, element("input", { type: "checkbox", onchange }), ` ${name} (${formatBytes(bytes.length)})`);
  });
  box.replaceChildren(...rows);
}

/** @param {import("../page.js").Page} page */
function mountQuestion({ get, dispatch, subscribe, judge }) {
  /** @type {Set<string>} names of the files that are ticked */
  const ticked = new Set();
  /** @param {"once" | "always" | "no"} word */
  const answer = (word) => judge.consent.answer(word, [...ticked]);

  function fill() {
    const state = get();
    const question = state.consent;
    if (!question) return;
    const limit = describeBudget(linkBudgetOf(state.settings));
    ticked.clear();
    byId("consent-title").textContent = question.isFirst
      ? "May this program go online?"
      : "May this program contact another host?";
    byId("consent-facts").replaceChildren(
      describeWish(question),
      ...describeAccount(question, limit),
      describeSeen(state, question),
    );
    const own = unseenOf(state, question.sees);
    byId("consent-files-note").textContent = own.length
      ? "It sees none of your other files, unless you tick some here (then until you open another program):"
      : "You have no other files.";
    fillFiles(byId("consent-files"), own, ticked);
    byId("consent-always").hidden = !question.canRemember;
  }

  for (const word of /** @type {const} */ (["once", "always", "no"])) {
    byId(`consent-${word}`).addEventListener("click", () => answer(word));
  }
  // Escape says no, too.
  byId("consent-dialog").addEventListener("cancel", (event) => {
    event.preventDefault();
    answer("no");
  });
  bindDialog({ dispatch, subscribe }, "consent", {
    box: /** @type {HTMLDialogElement} */ (byId("consent-dialog")),
    beforeOpen: fill,
    afterOpen: () => byId("consent-title").focus(),
  });
}

/** The visitor hands files to the program beforehand. @param {import("../page.js").Page} page */
function mountHandOver({ get, dispatch, subscribe, judge }) {
  /** @type {Set<string>} */
  const ticked = new Set();

  function fill() {
    const own = unseenOf(get(), judge.listSeen());
    ticked.clear();
    byId("hand-over-note").textContent = own.length
      ? "This program came with a link. It sees the files that you tick, until you open another program:"
      : "There is no file that it does not see already. Files that you add while it is in the editor are handed to it.";
    fillFiles(byId("hand-over-files"), own, ticked);
  }
  byId("hand-over-done").addEventListener("click", () => judge.handOver([...ticked]));
  bindDialog({ dispatch, subscribe }, "hand-over", {
    box: /** @type {HTMLDialogElement} */ (byId("hand-over-dialog")),
    beforeOpen: fill,
  });
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  mountQuestion(page);
  mountHandOver(page);
}
