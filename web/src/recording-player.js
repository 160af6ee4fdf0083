/**
 * Plays the recording that came with a link: Run then answers every model call from it, and a note
 * above the output says so. The visitor can run the program live instead, and go back.
 */
import { element } from "./dom.js";

/**
 * @param {HTMLElement} note where it is said that a recording plays
 * @param {object} options
 * @param {() => void} options.onRun runs the program anew, live or played
 */
export function createRecordingPlayer(note, { onRun }) {
  /** @type {{code: string, recording: import("./link.js").Recording} | null} */
  let loaded = null;
  let isLive = false;
  /** Whether the last run was played. */
  let isPlaying = false;

  function count() {
    const calls = loaded?.recording.tape.split("\n").filter(Boolean).length ?? 0;
    return calls === 1 ? "1 model call" : `${calls} model calls`;
  }

  /** @param {string} text @param {string} label @param {boolean} live */
  function show(text, label, live) {
    const button = element(
      "button",
      {
        type: "button",
        class: "small",
        onclick: () => {
          isLive = live;
          onRun();
        },
      },
      label,
    );
    note.replaceChildren(element("span", {}, text), button);
    note.classList.toggle("live", !live);
    note.hidden = false;
  }

  return {
    /** @param {string} code @param {import("./link.js").Recording} recording */
    load(code, recording) {
      loaded = { code, recording };
      isLive = isPlaying = false;
      show(`This program came with the recording of ${count()}. Run plays it: no key, no network.`, "Run it live instead", true);
    },

    /** Takes the recording out: another program is there. */
    clear() {
      loaded = null;
      isPlaying = false;
      note.hidden = true;
    },

    /**
     * @param {string} code a program that is about to run
     * @param {boolean} isEditor whether it is what stands in the editor
     * @returns {import("./link.js").Recording | null} what answers its model calls, null for models
     */
    play(code, isEditor) {
      isPlaying = false;
      if (!loaded || (code !== loaded.code && !isEditor)) return null;
      if (isLive) {
        show("This is a live run: models are asked.", "Play the recording", false);
        return null;
      }
      const changed = code === loaded.code ? "" : " The program was changed since; a call that is not recorded fails.";
      show(`This is a recording: ${count()} played back, nothing is sent.${changed}`, "Run it live instead", true);
      isPlaying = true;
      return loaded.recording;
    },

    /** @returns {import("./link.js").Recording | null} what the session of the last run plays */
    playing: () => (isPlaying && loaded ? loaded.recording : null),
  };
}

/** @typedef {ReturnType<typeof createRecordingPlayer>} RecordingPlayer */
