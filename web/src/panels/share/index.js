/**
 * Share: puts the program into a link, and, if the author wants it, the recording of its last run. The
 * dialog shows what the link contains before it goes anywhere.
 */
import { byId, download, isOn } from "../../dom.js";
import { findSecrets, lettersOf } from "../../models/secrets.js";
import { makeLink } from "../../sharing/link.js";
import { recordingOf, whyNotRecorded } from "../../sharing/recorder.js";
import { bindDialog } from "../dialog.js";
import { buildContents, buildWarnings } from "./contents.js";

/** Many chat programs and some browsers cut longer addresses. */
const LONG_LINK = 8000;
/** Browsers open addresses of up to two million characters, not all of them. */
const LONGEST_LINK = 1_000_000;

/** @typedef {import("../../state/calls.js").Recorded} Recorded */

/** @param {string} url @returns {string} what is said of a link */
function describeLink(url) {
  const size = `${url.length.toLocaleString("en")} characters.`;
  const most = LONGEST_LINK.toLocaleString("en");
  if (url.length > LONGEST_LINK) return `This link would have ${size} That is more than browsers open (${most}).`;
  const long = url.length > LONG_LINK ? " Some chat programs cut links of this length." : "";
  return `${size}${long}`;
}

/** @param {Recorded | null} run @param {string} problem @returns {string} what stands beside the box to tick */
function describeRecording(run, problem) {
  if (problem || !run) return `not now: ${problem}`;
  const count = run.calls.length === 1 ? "1 model call" : `${run.calls.length} model calls`;
  return `${count}; plays without key or network`;
}

/** @param {string} code @param {Recorded | null} run @returns {[string, string][]} all that a link carries, by its name */
function textsOf(code, run) {
  /** @type {[string, string][]} */
  const texts = [["the program", code]];
  if (!run) return texts;
  for (const [name, bytes] of run.files) texts.push([`the file ${name}`, lettersOf(bytes)]);
  texts.push(["the recording", recordingOf(run).tape]);
  texts.push(["the names of models", JSON.stringify(run.settings)]);
  return texts;
}

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, subscribe, programs, keys }) {
  const field = /** @type {HTMLInputElement} */ (byId("share-url"));
  const withRecording = /** @type {HTMLInputElement} */ (byId("share-recording"));
  const copy = /** @type {HTMLButtonElement} */ (byId("share-copy"));
  const saveTape = byId("share-tape");
  const message = byId("share-message");
  const warning = byId("share-warning");
  const row = byId("share-row");
  /** What is shared while the dialog is open. @type {{code: string, run: Recorded | null, url: string}} */
  let shared = { code: "", run: null, url: "" };

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(shared.url);
      return true;
    } catch {
      field.select();
      return false;
    }
  }

  /**
   * Makes the link anew, shows it and what is in it: first a warning if there is a key in it.
   * @param {string} code @param {Recorded | null} run @param {boolean} [isAnyway] the author has read the warning
   */
  function show(code, run, isAnyway = false) {
    const secrets = findSecrets(textsOf(code, run), keys);
    const isHeld = secrets.length > 0 && !isAnyway;
    warning.hidden = !secrets.length;
    byId("share-secrets").replaceChildren(...(secrets.length ? buildWarnings(secrets) : []));
    byId("share-anyway").hidden = !isHeld;
    row.hidden = isHeld;
    byId("share-contents").replaceChildren(...buildContents(code, run, secrets.length > 0));
    if (isHeld) {
      shared = { code, run, url: "" };
      field.value = "";
      saveTape.hidden = true;
      message.textContent = "";
      return;
    }
    const url = makeLink(code, run && recordingOf(run));
    const isTooLong = url.length > LONGEST_LINK;
    shared = { code, run, url: isTooLong ? "" : url };
    field.value = shared.url;
    copy.disabled = isTooLong;
    saveTape.hidden = run === null;
    message.textContent = describeLink(url);
  }

  function open() {
    const { draft, recorded } = get();
    const problem = whyNotRecorded(recorded, draft.text);
    withRecording.checked = false;
    withRecording.disabled = problem !== "";
    byId("share-reason").textContent = describeRecording(recorded, problem);
  }

  byId("share").addEventListener("click", programs.share);
  withRecording.addEventListener("change", (event) => {
    show(shared.code, isOn(event) ? get().recorded : null);
  });
  byId("share-anyway").addEventListener("click", () => show(shared.code, shared.run, true));
  copy.addEventListener("click", async () => {
    message.textContent = (await copyLink()) ? "Copied." : "Press Ctrl+C to copy it.";
  });
  saveTape.addEventListener("click", () => {
    const { run } = shared;
    if (run) download("tape.jsonl", new Blob([recordingOf(run).tape], { type: "application/jsonl" }));
  });
  field.addEventListener("focus", () => field.select());
  bindDialog({ dispatch, subscribe }, "share", {
    box: /** @type {HTMLDialogElement} */ (byId("share-dialog")),
    beforeOpen: open,
    afterOpen: () => {
      show(get().draft.text, null);
      copy.focus();
    },
  });
}
