/** Ties together what keeps the visitor's work: the program and its history, the files, the last run. */
import { createChannel } from "../storage/channel.js";
import { drafts } from "../storage/drafts.js";
import { createFileStore } from "../storage/file-store.js";
import { createHistory } from "../storage/history.js";
import { createPastRuns } from "../storage/past-runs.js";
import { createRunStore } from "../storage/run-store.js";
import { findTabId } from "../storage/tab-id.js";
import { createVault } from "../storage/vault.js";
import { listenForTroubles } from "../stored.js";
import { keepFiles } from "./keeping-files.js";
import { keepPastRuns } from "./keeping-past-runs.js";
import { keepProgram } from "./keeping-program.js";
import { keepRuns } from "./keeping-runs.js";
import { isExample } from "./programs.js";

/** @param {import("../state.js").Store} state */
export function createKeeping(state) {
  const vault = createVault();
  /** @type {(names: string[]) => void} */
  let lookForFiles = () => {};
  const noteHistory = () => state.dispatch({ type: "history-changed" });
  const channel = createChannel((word) => (word.about === "history" ? noteHistory() : lookForFiles(word.names)));

  function onChange() {
    noteHistory();
    channel.tell({ about: "history" });
  }
  const history = createHistory(vault, { onChange });
  /** @type {() => Promise<unknown>} */
  let keepNow = async () => {};
  /** @type {() => Promise<unknown>} */
  let settled = async () => {};

  const pastRuns = createPastRuns(vault);

  return {
    history,
    pastRuns,
    /** Puts what stands in the editor into the history. */
    keepNow: () => keepNow(),
    /** Resolves when the files that a run has changed are kept. */
    settled: () => settled(),

    /**
     * Brings back what is kept, and keeps what changes from now on.
     * @param {object} parts
     * @param {import("../log.js").Log} parts.log
     * @param {import("./files.js").Files} parts.files
     * @param {(text: string) => string} parts.redact removes every key
     * @returns {Promise<unknown>} resolves once all is back, or is not waited for any longer
     */
    start({ log, files, redact }) {
      listenForTroubles(({ text }) => state.dispatch({ type: "notice-shown", text }));
      const program = keepProgram({ state, drafts, history, isExample });
      keepNow = program.keepNow;
      void history.takeFarewells().catch(() => {}); // they are tried again when the history is opened
      const tellOthers = (/** @type {string[]} */ names) => channel.tell({ about: "files", names });
      const kept = keepFiles({ state, files, store: createFileStore(vault), vault, tellOthers });
      settled = kept.settled;
      lookForFiles = (names) => void kept.look(names).catch(() => {}); // it is seen after a reload
      const store = createRunStore(vault);
      const keepProgramForRun = program.keepForRun;
      const { onLateArrival } = vault;
      const found = { tabId: findTabId(), redact, onLateArrival };
      keepRuns({ state, log, store, history, keepProgram: keepProgramForRun, ...found });
      keepPastRuns({ state, log, pastRuns, redact });
      return kept.restored;
    },
  };
}
