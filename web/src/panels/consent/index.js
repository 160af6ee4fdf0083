/**
 * The question whether a program that came with a link may contact somebody, and the choice of files
 * that it may see. Nothing is ticked beforehand; whoever closes the question has said no.
 */
import { byId, element, formatBytes, isOn } from "../../dom.js";
import { describeBudget, linkBudgetOf } from "../../models/budget.js";
import { bindDialog } from "../dialog.js";
import { text, textLater, textWith } from "../../texts/texts.js";

/**
 * @typedef {import("../../state.js").State} State
 * @typedef {import("../../state/questions.js").ConsentQuestion} ConsentQuestion
 */

/** @param {string} words */
const strong = (words) => element("strong", {}, words);

/** @param {...(string | Node)} parts */
const item = (...parts) => element("li", {}, ...parts);

const WHY = textLater("It came with a link, so somebody else may have written it. It waits for your answer.");
const WHY_OWN = textLater("Whoever wrote that code: it becomes a part of your program. The program waits for your answer.");
const MORE = textLater("If it wants to contact anybody else, you are asked again. What you allow for always can be taken back in Settings.");
const MORE_OWN = textLater("What arrives is kept in Files and pinned by its hash in lispcore.lock, so you are asked about it once.");

/** @param {ConsentQuestion} question @returns {HTMLElement[]} what a program of the visitor's would take in */
const describeImport = ({ imported, host }) => [
  item(...textWith("It wants to import code from {address}, and what that imports from {host} besides.", { address: strong(imported), host: strong(host) })),
  item(text("That code can do all that your program can: see and change your files, go online, ask models on your account.")),
];

/** @param {ConsentQuestion} question */
function describeWish({ host, method, provider, model, imported }) {
  if (imported) {
    const from = { address: strong(imported), host: strong(host) };
    return item(...textWith("It wants to import code from {address}, and what that imports from {host} besides; all of it runs as a part of it.", from));
  }
  if (!provider) {
    const given = { host: strong(host), method };
    return method === "GET"
      ? item(...textWith("It wants to read from {host}. A request ({method}) can carry along anything that the program knows.", given))
      : item(...textWith("It wants to send something to {host}. A request ({method}) can carry along anything that the program knows.", given));
  }
  const given = { provider: strong(provider), host: strong(host) };
  return model
    ? item(...textWith("It wants to ask the model {model} of {provider} at {host}.", { ...given, model: strong(model) }))
    : item(...textWith("It wants to ask a model of {provider} at {host}.", given));
}

/** @param {ConsentQuestion} question @param {string} limit @returns {HTMLElement[]} who pays, and how much at most */
function describeAccount({ account, provider }, limit) {
  switch (account) {
    case "visitor": {
      const most = limit ? textWith("One run may use up to {limit}.", { limit: strong(limit) }) : [strong(text("There is no limit set."))];
      const whose = strong(text("your {provider} account", { provider }));
      return [item(...textWith("You pay: it goes on {account}. The program never sees your key.", { account: whose })), item(...most)];
    }
    case "program":
      return [item(text("It brings a key or password of its own; none of yours is used."))];
    case "free":
      return [item(text("That model runs on your own machine and costs nothing."))];
    default:
      return [item(text("None of your keys is used."))];
  }
}

/** @param {string} name @returns {boolean} whether file managers hide it */
const isHidden = (name) => name.split("/").some((part) => part.startsWith("."));

/** @param {State} state @param {ConsentQuestion} question @returns {HTMLElement} the files that it has already */
function describeSeen({ loaded, handed, made }, { sees }) {
  if (!sees.length) return item(text("The link brought no files along."));
  const names = sees.map(([name, size]) => {
    const words = [formatBytes(size)];
    if (loaded?.recording.files.has(name) && !handed.includes(name)) words.push(text("came with the link"));
    else words.push(made.has(name) ? text("made by a program") : text("yours, you gave it to this program"));
    if (isHidden(name)) words.push(text("hidden: its name begins with a dot"));
    return element("li", {}, `${name} (${words.join("; ")})`);
  });
  return item(text("It sees these files:"), element("ul", { "data-testid": "consent-seen" }, ...names));
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

/** @param {ConsentQuestion} question @returns {string} */
function titleOf({ imported, isFirst }) {
  if (imported) return text("May this program import code?");
  return isFirst ? text("May this program go online?") : text("May this program contact another host?");
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
    byId("consent-title").textContent = titleOf(question);
    byId("consent-why").textContent = text(question.isOwn ? WHY_OWN : WHY);
    byId("consent-more").textContent = text(question.isOwn ? MORE_OWN : MORE);
    byId("consent-facts").replaceChildren(
      ...(question.isOwn
        ? describeImport(question)
        : [describeWish(question), ...describeAccount(question, limit), describeSeen(state, question)]),
    );
    fillOwn(question.isOwn ? null : unseenOf(state, question.sees));
    byId("consent-always").hidden = !question.canRemember;
  }

  /** @param {[string, Uint8Array][] | null} own files that may be ticked; null where the program sees all */
  function fillOwn(own) {
    byId("consent-files-note").hidden = !own;
    byId("consent-files-note").textContent = own?.length
      ? text("It sees none of your other files, unless you tick some here (then until you open another program):")
      : text("You have no other files.");
    fillFiles(byId("consent-files"), own ?? [], ticked);
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
      ? text("This program came with a link. It sees the files that you tick, until you open another program:")
      : text("There is no file that it does not see already. Files that you add while it is in the editor are handed to it.");
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
