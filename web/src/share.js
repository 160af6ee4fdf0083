/**
 * Share: puts the program into a link, and, if the author wants it, the recording of its last run.
 * The dialog shows what the link contains before it goes anywhere. And what happens when one is
 * opened.
 */
import { download, element, formatBytes } from "./dom.js";
import { LinkError, decodeLink, encodeLink } from "./link.js";
import { describeLine, recordingOf } from "./recorder.js";

/** Many chat programs and some browsers cut longer addresses. */
const LONG_LINK = 8000;
/** Browsers open addresses of up to two million characters, not all of them. */
const LONGEST_LINK = 1_000_000;

/**
 * @param {string} code
 * @param {import("./recorder.js").Run | null} [run] whose recording goes with it
 * @returns {string} the address of this page with the program in it
 */
export function makeLink(code, run = null) {
  const url = new URL(location.href);
  url.hash = encodeLink(run ? { code, recording: recordingOf(run) } : { code });
  return url.href;
}

/**
 * @param {import("./recorder.js").Run | null} run the last run
 * @param {string} code what would be shared
 * @returns {string} why its recording cannot go with the program, "" if it can
 */
export function whyNotRecorded(run, code) {
  if (!run) return "run the program first";
  if (run.state === "running") return "the program is running";
  if (run.state === "stopped") return "the last run was stopped";
  if (run.isTooLarge) return "the recording of the last run is too large";
  if (!run.calls.length) return "the last run asked no model";
  if (run.code !== code) return "the program was changed after its last run: run it again";
  return "";
}

/**
 * @param {object} options
 * @param {HTMLDialogElement} options.dialog
 * @param {HTMLInputElement} options.field
 * @param {HTMLElement} options.message
 * @param {HTMLButtonElement} options.copy
 * @param {HTMLInputElement} options.withRecording the box to tick
 * @param {HTMLElement} options.reason what stands beside the box
 * @param {HTMLElement} options.contents where it is shown what the link contains
 * @param {HTMLButtonElement} options.saveTape for a recording that is too long for a link, or to keep
 */
export function createShareDialog({ dialog, field, message, copy, withRecording, reason, contents, saveTape }) {
  /** What is shared, while the dialog is open. */
  let code = "";
  /** @type {import("./recorder.js").Run | null} */
  let run = null;

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      field.select();
      return false;
    }
  }

  /** Makes the link anew, shows it and what is in it. */
  async function update() {
    const shared = withRecording.checked ? run : null;
    const url = makeLink(code, shared);
    const tooLong = url.length > LONGEST_LINK;
    field.value = tooLong ? "" : url;
    copy.disabled = tooLong;
    contents.replaceChildren(...buildContents(code, shared));
    saveTape.hidden = shared === null;
    const size = `${url.length.toLocaleString("en")} characters.`;
    if (tooLong) {
      message.textContent = `This link would have ${size} That is more than browsers open (${LONGEST_LINK.toLocaleString("en")}).`;
      return;
    }
    const long = url.length > LONG_LINK ? " Some chat programs cut links of this length." : "";
    const copied = await copyLink();
    message.textContent = `${copied ? "Copied" : "Copy this link"}: ${size}${long}`;
  }

  withRecording.addEventListener("change", () => void update());
  copy.addEventListener("click", async () => {
    message.textContent = (await copyLink()) ? "Copied." : "Press Ctrl+C to copy it.";
  });
  saveTape.addEventListener("click", () => {
    if (run) download("tape.jsonl", new Blob([recordingOf(run).tape], { type: "application/jsonl" }));
  });
  field.addEventListener("focus", () => field.select());

  return {
    /** @param {string} program @param {import("./recorder.js").Run | null} last the last run */
    async show(program, last) {
      code = program;
      run = last;
      const problem = whyNotRecorded(last, program);
      withRecording.checked = false;
      withRecording.disabled = problem !== "";
      const count = last?.calls.length === 1 ? "1 model call" : `${last?.calls.length} model calls`;
      reason.textContent = problem ? `not now: ${problem}` : `${count}; plays without key or network`;
      if (!dialog.open) dialog.showModal();
      await update();
    },
  };
}

/**
 * @param {string} code
 * @param {import("./recorder.js").Run | null} run
 * @returns {HTMLElement[]} what the link contains, for its author to read
 */
function buildContents(code, run) {
  const program = element("li", {}, `the program: ${code.length.toLocaleString("en")} characters`);
  if (!run) {
    return [element("ul", {}, program), element("p", {}, "Nothing else: no output, no files, no settings, no keys.")];
  }
  const files = [...run.files].map(([name, bytes]) =>
    element("li", {}, `the file ${name}: ${formatBytes(bytes.length)}`),
  );
  const names = Object.keys(run.settings.providers);
  const chosen = run.settings.default ?? "demo";
  const configured = names.length ? ` (configured: ${names.join(", ")})` : "";
  return [
    element(
      "ul",
      {},
      program,
      ...files,
      element("li", {}, `the name of the provider and its model: ${chosen}${configured}`),
      element("li", {}, "the answers of the models, word for word:", buildCalls(run.calls)),
    ),
    element(
      "p",
      {},
      "Not in it: keys, addresses of servers, other files, and the prompts, which the program makes again.",
    ),
  ];
}

/** @param {import("./recorder.js").RecordedCall[]} calls */
function buildCalls(calls) {
  const items = calls.map(({ line, asked }) => {
    const { who, text } = describeLine(line);
    return element(
      "li",
      {},
      element("span", { class: "who" }, who),
      asked && element("span", { class: "asked" }, asked),
      element("pre", {}, text),
    );
  });
  return element("ol", { class: "recorded-calls" }, ...items);
}

/**
 * @param {string} hash
 * @returns {import("./link.js").Shared | {problem: string} | null}
 */
export function openLink(hash) {
  try {
    return decodeLink(hash);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { problem: `This link does not open: ${error.message}. Your own program is untouched.` };
  }
}
