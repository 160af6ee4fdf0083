/**
 * Share: puts the program into a link, with what its author wants to go along; shows what the link contains
 * before it goes anywhere, its QR code, and the program as a file.
 */
import { byId, download, isOn, valueOf, element } from "../../dom.js";
import { findSecrets, lettersOf } from "../../models/secrets.js";
import { makeLink } from "../../sharing/link.js";
import { whyNotRecorded } from "../../sharing/recorder.js";
import { watchTakes } from "../../sharing/takes.js";
import { bindDialog } from "../dialog.js";
import { countText, text } from "../../texts/texts.js";
import { LONGEST_LINK, NOTHING, describeFiles, describeLink, modelOf, namedFiles, sharedOf } from "./choice.js";
import { buildContents, buildWarnings } from "./contents.js";
import { drawCode, fitsCode } from "./qr.js";
import { save } from "./saving.js";

/**
 * @typedef {import("../../state/calls.js").Recorded} Recorded
 * @typedef {import("../../sharing/link.js").Shared} Shared
 */

/** @param {Recorded | null} run @param {string} problem @returns {string} what stands beside the box to tick */
function describeRecording(run, problem) {
  if (problem || !run) return text("not now: {problem}", { problem });
  return countText("{n} model call; plays without key or network", "{n} model calls; plays without key or network", run.calls.length);
}

/** @param {Shared} shared @returns {[string, string][]} all that a link carries, by its name */
function textsOf({ code, title = "", about = "", files = new Map(), recording }) {
  /** @type {[string, string][]} */
  const texts = [[text("the program"), code]];
  if (title || about) texts.push([text("the title and description"), `${title}\n${about}`]);
  for (const [name, bytes] of new Map([...files, ...(recording?.files ?? [])])) texts.push([text("the file {name}", { name }), lettersOf(bytes)]);
  if (!recording) return texts;
  texts.push([text("the recording"), recording.tape]);
  texts.push([text("the names of models"), JSON.stringify(recording.settings)]);
  return texts;
}

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, subscribe, programs, keys, log, tabs }) {
  const field = /** @type {HTMLInputElement} */ (byId("share-url"));
  const boxOf = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (byId(`share-${name}`));
  const copy = /** @type {HTMLButtonElement} */ (byId("share-copy"));
  const codeButton = /** @type {HTMLButtonElement} */ (byId("share-qr"));
  const codeBox = byId("share-qr-code");
  const message = byId("share-message");
  const takesOf = watchTakes({ get, subscribe });
  /** What is shared while the dialog is open. */
  let choice = NOTHING;
  let isAnyway = false;
  let url = "";
  let hasCode = false;

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(url);
      return true;
    } catch {
      field.select();
      return false;
    }
  }

  /** @param {boolean} isOpen */
  function openCode(isOpen) {
    hasCode = isOpen;
    codeBox.hidden = !isOpen;
    codeBox.replaceChildren();
    codeButton.setAttribute("aria-expanded", String(isOpen));
  }

  const sharedNow = () => sharedOf(get(), choice, tabs.beside().files);

  /** Makes the link anew, shows it and what is in it: first a warning if there is a key in it. */
  function show() {
    const shared = sharedNow();
    const secrets = findSecrets(textsOf(shared), keys);
    const isHeld = secrets.length > 0 && !isAnyway;
    byId("share-warning").hidden = !secrets.length;
    byId("share-secrets").replaceChildren(...(secrets.length ? buildWarnings(secrets) : []));
    byId("share-anyway").hidden = !isHeld;
    byId("share-row").hidden = byId("share-saves").hidden = isHeld;
    byId("share-contents").replaceChildren(...buildContents(shared, choice.recording ? get().recorded : null, secrets.length > 0));
    const { left } = tabs.beside();
    if (left.length) byId("share-contents").append(element("p", {}, text("Open, and too large for a link: {names}.", { names: left.join(", ") })));
    byId("share-tape").hidden = isHeld || !choice.recording;
    openCode(false);
    const made = isHeld ? "" : makeLink(shared);
    const isTooLong = made.length > LONGEST_LINK;
    field.value = url = isTooLong ? "" : made;
    copy.disabled = codeButton.disabled = isTooLong;
    message.textContent = isHeld ? "" : describeLink(shared, made);
  }

  /** @param {Partial<import("./choice.js").Choice>} change */
  function choose(change) {
    choice = { ...choice, ...change };
    isAnyway = false;
    show();
  }

  function open() {
    const state = get();
    const problem = whyNotRecorded(state.recorded, state.draft.text);
    const files = describeFiles(namedFiles(state));
    const model = modelOf(state);
    for (const name of ["recording", "files", "model"]) boxOf(name).checked = false;
    for (const name of ["title", "about"]) boxOf(name).value = "";
    boxOf("recording").disabled = problem !== "";
    boxOf("files").disabled = !files.isPossible;
    boxOf("model").disabled = !model;
    boxOf("follow").checked = programs.address.follows();
    byId("share-reason").textContent = describeRecording(state.recorded, problem);
    byId("share-files-note").textContent = files.text;
    byId("share-model-note").textContent = model || text("none is chosen");
    choice = NOTHING;
    isAnyway = false;
  }

  async function showCode() {
    openCode(!hasCode);
    if (!hasCode) return;
    if (!fitsCode(url)) {
      codeBox.textContent = text("This link is too long for a QR code, which holds 2,953 characters. Copy the link instead.");
      return;
    }
    const shown = url;
    const image = await drawCode(shown).catch(() => null);
    if (shown !== url) return;
    codeBox.replaceChildren(image ?? text("The QR code could not be made: a part of the page did not arrive."));
  }

  /** @returns {import("./saving.js").LastRun} if it is one of the program in the editor */
  function lastRun() {
    const { run, recorded, draft } = get();
    if (run.code !== draft.text) return { items: [], takes: [], calls: [] };
    return { items: log.kept(), takes: takesOf(), calls: recorded?.code === draft.text ? recorded.calls : [] };
  }

  byId("share").addEventListener("click", programs.share);
  boxOf("recording").addEventListener("change", (event) => choose({ recording: isOn(event) }));
  boxOf("files").addEventListener("change", (event) => choose({ files: isOn(event) }));
  boxOf("model").addEventListener("change", (event) => choose({ model: isOn(event) }));
  boxOf("title").addEventListener("input", (event) => choose({ title: valueOf(event) }));
  boxOf("about").addEventListener("input", (event) => choose({ about: valueOf(event) }));
  boxOf("follow").addEventListener("change", (event) => programs.address.follow(isOn(event)));
  byId("share-anyway").addEventListener("click", () => {
    isAnyway = true;
    show();
  });
  copy.addEventListener("click", async () => {
    message.textContent = (await copyLink()) ? text("Copied.") : text("Press Ctrl+C to copy it.");
  });
  codeButton.addEventListener("click", () => void showCode());
  for (const format of /** @type {import("./saving.js").Format[]} */ (["lisp", "markdown", "page"])) {
    byId(`save-${format}`).addEventListener("click", () => void save(format, sharedNow(), lastRun(), url));
  }
  byId("share-tape").addEventListener("click", () => {
    const tape = sharedNow().recording?.tape;
    if (tape) download("tape.jsonl", new Blob([tape], { type: "application/jsonl" }));
  });
  field.addEventListener("focus", () => field.select());
  bindDialog({ dispatch, subscribe }, "share", {
    box: /** @type {HTMLDialogElement} */ (byId("share-dialog")),
    beforeOpen: open,
    afterOpen: () => {
      show();
      copy.focus();
    },
  });
}
