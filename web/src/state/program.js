/**
 * The program in the editor: its text, where it came from, and what came with it.
 */

/**
 * @typedef {object} ProgramPart
 * @property {Draft} draft the program in the editor
 * @property {Link} link what holds for programs that came with a link
 * @property {readonly string[]} handed names of the visitor's files that such a program was given
 * @property {Loaded | null} loaded the recording that came with a link
 * @property {{text: string, previous: Before | null} | null} banner `previous`: what can be restored
 * @property {number} historyChanges how often the history of programs has changed
 *
 * @typedef {object} Draft
 * @property {string} text
 * @property {Problem | null} problem the last run's error
 * @property {Before | null} previous the program that was replaced by what came with a link, or an example
 * @property {number} number counts the programs that came into the editor: a new one is no edit of the last
 * @property {{program: string, text: string} | null} place where it came from in the history
 *
 * @typedef {object} Problem
 * @property {number} line of the program
 * @property {number} column
 * @property {string} message
 * @property {{file: string, line: number, column: number}} [inFile] where it is in a file that the program has loaded
 *
 * @typedef {{text: string, isFromLink: boolean}} Before a program that was in the editor
 *
 * @typedef {{isFromLink: boolean}} Link whether the program in the editor came with one, edited or not
 */

/**
 * @typedef {object} Recording of a run
 * @property {string} tape the calls, as docs/tapes.md describes them
 * @property {import("../engine/protocol.js").ModelSettings} settings that were in force, without addresses
 * @property {Map<string, Uint8Array<ArrayBuffer>>} files that the program needs
 *
 * @typedef {object} Loaded
 * @property {string} code the program that it belongs to
 * @property {Recording} recording
 * @property {boolean} isLive the visitor wants models asked
 * @property {"offered" | "live" | "played" | "played-changed"} told what was last done with it
 */

/**
 * @typedef {{type: "program-edited", text: string}
 *   | {type: "program-replaced", text: string, isFromLink: boolean, previous: Before | null}
 *   | {type: "program-restored", text: string, isFromLink?: boolean, place?: Draft["place"],
 *      previous?: Before | null}
 *   | {type: "run-began", code: string, isEditor: boolean, isLinked?: boolean}
 *   | {type: "problem-found", problem: Draft["problem"]}
 *   | {type: "link-opened"}
 *   | {type: "program-owned"}
 *   | {type: "files-handed", names: readonly string[]}
 *   | {type: "banner-shown", text: string, previous: Before | null}
 *   | {type: "banner-closed"}
 *   | {type: "recording-loaded", code: string, recording: Recording}
 *   | {type: "recording-cleared"}
 *   | {type: "live-chosen", isLive: boolean}
 *   | {type: "history-changed"}} ProgramEvent
 */

/** @type {ProgramPart} */
export const first = {
  draft: { text: "", problem: null, previous: null, number: 0, place: null },
  link: { isFromLink: false },
  handed: [],
  loaded: null,
  banner: null,
  historyChanges: 0,
};

/**
 * @param {Loaded | null} loaded
 * @param {string} code a program that is about to run
 * @param {boolean} isEditor whether it is what stands in the editor
 * @returns {Loaded["told"] | null} how its model calls are answered; null if no recording concerns it
 */
export function howToAnswer(loaded, code, isEditor) {
  if (!loaded || (code !== loaded.code && !isEditor)) return null;
  if (loaded.isLive) return "live";
  return code === loaded.code ? "played" : "played-changed";
}

/** @type {import("./reducers.js").Reducers<ProgramEvent, never, ProgramPart, ProgramPart>} */
export const reducers = {
  // An empty editor has nothing of a link any more: what is typed into it is the visitor's own.
  "program-edited": ({ draft, link }, { text }) => ({
    draft: { ...draft, text },
    link: link.isFromLink && !text.trim() ? { isFromLink: false } : link,
  }),
  "program-replaced": ({ draft }, { text, isFromLink, previous }) => ({
    draft: { text, problem: null, previous: previous ?? draft.previous, number: draft.number + 1, place: null },
    link: { isFromLink },
    handed: [],
    loaded: null,
  }),
  // What came with a link stays under its limit.
  "program-restored": ({ draft }, { text, isFromLink = false, place = null, previous = null }) => ({
    draft: { text, problem: null, previous, number: draft.number + 1, place },
    link: { isFromLink },
    handed: [],
    loaded: null,
    banner: null,
  }),
  "run-began": ({ draft, loaded }, { code, isEditor }) => {
    const told = howToAnswer(loaded, code, isEditor);
    return {
      draft: draft.problem ? { ...draft, problem: null } : draft,
      loaded: loaded && told ? { ...loaded, told } : loaded,
    };
  },
  "problem-found": ({ draft }, { problem }) => ({ draft: { ...draft, problem } }),
  // It carries what stands there already.
  "link-opened": ({ link }) => (link.isFromLink ? {} : { link: { isFromLink: true }, handed: [] }),
  "program-owned": () => ({ link: { isFromLink: false }, handed: [] }),
  "files-handed": ({ handed }, { names }) => ({ handed: [...new Set([...handed, ...names])] }),
  "banner-shown": (_, { text, previous }) => ({ banner: { text, previous } }),
  // Who closes it does not want the other program back; it is in the history.
  "banner-closed": ({ draft }) => ({ banner: null, draft: { ...draft, previous: null } }),
  "recording-loaded": (_, { code, recording }) => ({
    loaded: { code, recording, isLive: false, told: "offered" },
  }),
  "recording-cleared": () => ({ loaded: null }),
  "live-chosen": ({ loaded }, { isLive }) => ({ loaded: loaded && { ...loaded, isLive } }),
  "history-changed": ({ historyChanges }) => ({ historyChanges: historyChanges + 1 }),
};
