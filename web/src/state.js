/**
 * The state of the page: one value that nobody changes in place.
 *
 * What happens is told by `dispatch(event)`; `EVENTS` says what each event makes of the state; who
 * shows something says by `subscribe(select, render)` what it depends on. Elements of the page are
 * written from the state and never read back. What a visitor types or presses is read in the handler
 * of that very event, and dispatched.
 *
 * What may not live here: keys (models/keys.js; only for whom there is one is known here), what was
 * printed (log.js, since it may be hundreds of megabytes), and anything that is no plain value.
 */

/**
 * @typedef {import("./engine/protocol.js").ModelSettings} ModelSettings
 * @typedef {import("./engine/protocol.js").Budget} Budget
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/**
 * @typedef {object} State
 * @property {"loading" | "ready" | "running"} phase of the interpreter; `data-state` of the status
 * @property {boolean} isBusy a program runs or waits for its turn
 * @property {{text: string, done: number | null, failure: string}} start what is said while the
 *   interpreter starts; how far it is, from 0 to 1, or null once it has started; why it never will
 * @property {Run} run the program under way, or the last one
 * @property {number | null} compiling how far the compiling of a long program is, from 0 to 1
 * @property {Transfer | null} transfer a model that is being loaded
 * @property {Question | null} question what the program waits for
 * @property {Draft} draft the program in the editor
 * @property {Link} link what holds for programs that came with a link
 * @property {ConsentQuestion | null} consent what such a program wants to do, and waits for
 * @property {readonly string[]} handed names of the visitor's files that it was given
 * @property {Grant[]} grants what such programs may do for good
 * @property {Silence | null} silence a request to which nothing comes
 * @property {Loaded | null} loaded the recording that came with a link
 * @property {Recorded | null} recorded the recording of the last run, for Share
 * @property {CallList} calls of the last run
 * @property {ReadonlyMap<string, Bytes>} files
 * @property {ReadonlySet<string>} made those that a program has written since the page was opened
 * @property {ReadonlyMap<string, Bytes>} earlier the visitor's files as they were before a program
 *   changed or deleted them
 * @property {ReadonlySet<string>} unkept names of files that the browser has no room for: a reload loses them
 * @property {Settings} settings
 * @property {Held[]} held for whom there is a key
 * @property {Dialog | null} dialog that is open
 * @property {Form} form the fields of the settings dialog, but for the key
 * @property {{text: string, previous: Before | null} | null} banner `previous`: what can be restored
 * @property {readonly string[]} notices said until the visitor closes them, the oldest first
 * @property {{text: string} | null} toast said for a few seconds
 * @property {{number: number, text: string} | null} undo what can be taken back, for some seconds
 * @property {"system" | "light" | "dark" | "contrast"} theme
 * @property {number} historyChanges how often the history of programs has changed
 * @property {import("./engine/protocol.js").Entry[]} library the documentation of the language
 */

/**
 * @typedef {object} Run
 * @property {number} startedAt `performance.now()` when it began to compute
 * @property {number} milliseconds it took; 0 while it computes
 * @property {string} printed so far, for the result of one that is terminated
 * @property {string} streamed what of it was a model's words
 * @property {boolean} isLimited it is under the limit for links, and so are the lines after it
 * @property {boolean} isPlayed its model calls are answered by the recording
 * @property {string} code its program
 * @property {boolean} isOfEditor it is what stood in the editor
 * @property {"" | "running" | "whole" | "failed" | "stopped"} ending how it ended
 *
 * @typedef {{what: string, done: number}} Transfer `done` from 0 to 1, or not a number
 * @typedef {{prompt: string}} Question
 *
 * @typedef {object} Draft
 * @property {string} text
 * @property {{line: number, column: number, message: string} | null} problem the last run's error
 * @property {Before | null} previous the program that was replaced by what came with a link, or an example
 * @property {number} number counts the programs that came into the editor: a new one is no edit of the last
 * @property {{program: string, text: string} | null} place where it came from in the history
 *
 * @typedef {{text: string, isFromLink: boolean}} Before a program that was in the editor
 *
 * @typedef {{isFromLink: boolean}} Link whether the program in the editor came with one, edited or not
 *
 * @typedef {"settings" | "share" | "consent" | "hand-over" | "history" | "examples" | {file: string}} Dialog
 */

/**
 * @typedef {object} ConsentQuestion
 * @property {string} host
 * @property {string} method
 * @property {string} provider as people call it; "" for a request that is no model call
 * @property {string} model
 * @property {"visitor" | "program" | "free" | "none"} account that the request goes on
 * @property {boolean} isFirst nothing was asked before in this run
 * @property {[string, number][]} sees names and sizes of the files that it sees
 * @property {boolean} canRemember the answer can hold for good
 *
 * @typedef {{hash: string, title: string, hosts: string[], files: string[]}} Grant
 * @typedef {{handle: number, host: string, seconds: number}} Silence
 */

/**
 * @typedef {object} Recording of a run
 * @property {string} tape the calls, as docs/tapes.md describes them
 * @property {ModelSettings} settings that were in force, without addresses
 * @property {Map<string, Bytes>} files that the program needs
 *
 * @typedef {object} Loaded
 * @property {string} code the program that it belongs to
 * @property {Recording} recording
 * @property {boolean} isLive the visitor wants models asked
 * @property {"offered" | "live" | "played" | "played-changed"} told what was last done with it
 *
 * @typedef {object} RecordedCall
 * @property {number} number in the order in which the program made them
 * @property {string} line of the tape, without keys
 * @property {string} asked the question in words; it stays on this device
 *
 * @typedef {object} Recorded
 * @property {string} code
 * @property {RecordedCall[]} calls in the order of their numbers
 * @property {number} characters of their lines
 * @property {boolean} isTooLarge
 * @property {"running" | "whole" | "stopped"} state
 * @property {ModelSettings} settings
 * @property {Map<string, Bytes>} files that the program names
 */

/**
 * @typedef {object} CallList
 * @property {number} run counts the runs: a new one has a new list
 * @property {Call[]} list
 *
 * @typedef {object} Call
 * @property {string} id
 * @property {string} provider "" for a request that is no model call
 * @property {string} model
 * @property {string} url "" where nothing was sent (demo model)
 * @property {string} method
 * @property {number} status HTTP status, 0 while there is none
 * @property {"running" | "done" | "failed"} state
 * @property {number} startedAt milliseconds since 1970
 * @property {number | null} firstChunkMilliseconds
 * @property {number | null} totalMilliseconds
 * @property {string} request body as text, long base64 shortened
 * @property {string} response body as text
 * @property {string} text what the model said
 * @property {string} thoughts what it thought before, as far as it is told
 * @property {{title: string, url: string}[]} sources what it went by
 * @property {Record<string, any>[]} toolCalls
 * @property {Record<string, any> | null} usage
 * @property {string | null} stopReason
 * @property {string[]} notes
 * @property {string | null} error
 * @property {number | null} costUsd of the whole call; null while it is not known
 * @property {string | null} agent name of the agent that asked
 * @property {number} turn which of the agent's calls it is, from 1
 * @property {number} attempt which request of its call it is, from 1
 * @property {number} attempts how many requests its call took
 */

/**
 * @typedef {{baseUrl: string, model: string}} Choice "" means the provider's own
 *
 * @typedef {object} Settings
 * @property {string} default the provider that is asked where a program names none
 * @property {Record<string, Choice>} providers
 * @property {Budget} [linkBudget] what a program from a link may use; a standard one if left out
 *
 * @typedef {{provider: string, base: string, origin: string, isRemembered: boolean}} Held `base`: the address
 *   that has the key
 *
 * @typedef {object} Form
 * @property {string} provider
 * @property {string} baseUrl
 * @property {string} model
 * @property {boolean} remember
 * @property {string} usd
 * @property {string} tokens
 * @property {string} problem what keeps it from being saved
 */

/**
 * @typedef {{type: "engine-changed", phase: State["phase"], isBusy: boolean, now: number}
 *   | {type: "start-went-on", text: string, done: number}
 *   | {type: "start-failed", message: string}
 *   | {type: "started"}
 *   | {type: "library-arrived", entries: State["library"]}
 *   | {type: "compiling-went-on", done: number | null}
 *   | {type: "transfer-changed", transfer: Transfer | null}} OfTheInterpreter
 *
 * @typedef {{type: "run-began", code: string, isEditor: boolean, isLinked?: boolean}
 *   | {type: "consent-asked", question: ConsentQuestion}
 *   | {type: "consent-answered"}
 *   | {type: "silence-began", silence: Silence}
 *   | {type: "silence-ended", handle: number}
 *   | {type: "evaluation-began"}
 *   | {type: "run-ended", ending: Run["ending"]}
 *   | {type: "run-restored", calls: Call[], recorded: Recorded | null}
 *   | {type: "printed", text: string, streamed: string}
 *   | {type: "question-asked", question: Question}
 *   | {type: "question-ended"}
 *   | {type: "problem-found", problem: Draft["problem"]}
 *   | {type: "recorded-changed", recorded: Recorded | null}
 *   | {type: "call-added", call: Call}
 *   | {type: "call-changed", run: number, index: number, change: Partial<Call>}} OfARun
 *
 * @typedef {{type: "program-edited", text: string}
 *   | {type: "program-replaced", text: string, isFromLink: boolean, previous: Before | null}
 *   | {type: "program-restored", text: string, isFromLink?: boolean, place?: Draft["place"],
 *      previous?: Before | null}
 *   | {type: "link-opened"}
 *   | {type: "program-owned"}
 *   | {type: "files-handed", names: readonly string[]}
 *   | {type: "banner-shown", text: string, previous: Before | null}
 *   | {type: "banner-closed"}
 *   | {type: "recording-loaded", code: string, recording: Recording}
 *   | {type: "recording-cleared"}
 *   | {type: "live-chosen", isLive: boolean}
 *   | {type: "file-put", name: string, bytes: Bytes}
 *   | {type: "file-removed", name: string}
 *   | {type: "file-written", name: string, bytes: Bytes}
 *   | {type: "file-lost", name: string}
 *   | {type: "files-changed", changes: [string, Bytes | null][]}
 *   | {type: "unkept-changed", names: ReadonlySet<string>}
 *   | {type: "history-changed"}
 *   | {type: "files-restored", files: [string, Bytes][]}} OfTheProgram
 *
 * @typedef {{type: "provider-chosen", name: string, choice: Partial<Choice>}
 *   | {type: "budget-chosen", budget: Budget}
 *   | {type: "keys-changed", held: Held[]}
 *   | {type: "grants-changed", grants: Grant[]}
 *   | {type: "form-changed", form: Partial<Form>}
 *   | {type: "dialog-opened", dialog: Dialog}
 *   | {type: "dialog-closed", dialog: Dialog}
 *   | {type: "notice-shown", text: string}
 *   | {type: "notice-closed", text: string}
 *   | {type: "undo-offered", number: number, text: string}
 *   | {type: "undo-closed", number: number}
 *   | {type: "theme-chosen", theme: State["theme"]}
 *   | {type: "said", text: string}} OfTheVisitor
 *
 * @typedef {OfTheInterpreter | OfARun | OfTheProgram | OfTheVisitor} Event_
 */

const STARTING = "Loading …";
/** More calls of one run are not kept. */
const MAX_CALLS = 500;
/** Of files that programs have changed, so much is kept for going back. */
const MAX_EARLIER_BYTES = 256 * 1024 * 1024;

/** @type {Run} */
const NO_RUN = {
  startedAt: 0,
  milliseconds: 0,
  printed: "",
  streamed: "",
  isLimited: false,
  isPlayed: false,
  code: "",
  isOfEditor: false,
  ending: "",
};

/**
 * @param {Partial<State>} [known] from earlier visits
 * @returns {State} when the page opens
 */
export const firstState = (known = {}) => ({
  phase: "loading",
  isBusy: false,
  start: { text: STARTING, done: 0.03, failure: "" },
  run: NO_RUN,
  compiling: null,
  transfer: null,
  question: null,
  draft: { text: "", problem: null, previous: null, number: 0, place: null },
  link: { isFromLink: false },
  consent: null,
  handed: [],
  grants: [],
  silence: null,
  loaded: null,
  recorded: null,
  calls: { run: 0, list: [] },
  files: new Map(),
  made: new Set(),
  earlier: new Map(),
  unkept: new Set(),
  settings: { default: "demo", providers: {} },
  held: [],
  dialog: null,
  form: { provider: "", baseUrl: "", model: "", remember: false, usd: "", tokens: "", problem: "" },
  banner: null,
  notices: [],
  toast: null,
  undo: null,
  theme: "system",
  historyChanges: 0,
  library: [],
  ...known,
});

/** @param {Run} run @param {boolean} was running @param {boolean} is running @param {number} now @returns {Run} */
function timed(run, was, is, now) {
  if (was === is) return run;
  return is ? { ...run, startedAt: now, milliseconds: 0 } : { ...run, milliseconds: now - run.startedAt };
}

/**
 * What each event makes of the state: the parts that change.
 * @type {{[T in Event_["type"]]: (state: State, event: Extract<Event_, {type: T}>) => Partial<State>}}
 */
const EVENTS = {
  "engine-changed": ({ phase: before, run, start }, { phase, isBusy, now }) => ({
    phase,
    isBusy,
    ...(phase !== "running" && { compiling: null }),
    run: timed(run, before === "running", phase === "running", now),
    start: phase === "loading" && before !== "loading" ? { ...start, text: STARTING } : start,
  }),
  "start-went-on": ({ phase, start }, { text, done }) =>
    phase === "loading" ? { start: { ...start, text, done: start.done === null ? null : done } } : {},
  "start-failed": ({ start }, { message }) => ({ start: { ...start, text: "Did not start", failure: message } }),
  started: ({ start }) => ({ start: { ...start, done: null } }),
  "library-arrived": (_, { entries }) => ({ library: entries }),
  "compiling-went-on": ({ phase }, { done }) => (phase === "running" ? { compiling: done } : {}),
  "transfer-changed": (_, { transfer }) => ({ transfer }),

  "run-began": ({ run, draft, link, loaded, calls }, { code, isEditor, isLinked = false }) => {
    const told = howToAnswer(loaded, code, isEditor);
    return {
      draft: draft.problem ? { ...draft, problem: null } : draft,
      calls: { run: calls.run + 1, list: [] },
      loaded: loaded && told ? { ...loaded, told } : loaded,
      run: {
        ...run,
        isLimited: (link.isFromLink && isEditor) || isLinked,
        isPlayed: told !== null && told !== "live",
        code,
        isOfEditor: isEditor,
        ending: "running",
      },
    };
  },
  "run-ended": ({ run }, { ending }) => ({ run: { ...run, ending } }),
  // Whoever has begun to run something wants to see that.
  "run-restored": ({ calls }, { calls: list, recorded }) =>
    calls.run === 0 && !calls.list.length ? { calls: { run: 1, list }, recorded } : {},
  "evaluation-began": ({ run }) => ({ compiling: null, run: { ...run, printed: "", streamed: "" } }),
  printed: ({ run }, { text, streamed }) => ({
    run: { ...run, printed: run.printed + text, streamed: run.streamed + streamed },
  }),
  "consent-asked": (_, { question }) => ({ consent: question, dialog: "consent" }),
  "consent-answered": ({ dialog }) => ({ consent: null, dialog: dialog === "consent" ? null : dialog }),
  // One is enough to be asked about; others tell again.
  "silence-began": (state, { silence }) =>
    state.silence && state.silence.handle !== silence.handle ? {} : { silence },
  "silence-ended": ({ silence }, { handle }) => (silence?.handle === handle ? { silence: null } : {}),
  "question-asked": (_, { question }) => ({ question }),
  "question-ended": () => ({ question: null }),
  "problem-found": ({ draft }, { problem }) => ({ draft: { ...draft, problem } }),
  "recorded-changed": (_, { recorded }) => ({ recorded }),
  "call-added": ({ calls }, { call }) =>
    calls.list.length < MAX_CALLS ? { calls: { ...calls, list: [...calls.list, call] } } : {},
  "call-changed": ({ calls }, { run, index, change }) =>
    run === calls.run && index in calls.list
      ? { calls: { run, list: calls.list.with(index, { ...calls.list[index], ...change }) } }
      : {},

  // An empty editor has nothing of a link any more: what is typed into it is the visitor's own.
  "program-edited": ({ draft, link }, { text }) => ({
    draft: { ...draft, text },
    link: link.isFromLink && !text.trim() ? { isFromLink: false } : link,
  }),
  "program-replaced": ({ draft, run }, { text, isFromLink, previous }) => ({
    draft: { text, problem: null, previous: previous ?? draft.previous, number: draft.number + 1, place: null },
    link: { isFromLink },
    handed: [],
    loaded: null,
    run: { ...run, isPlayed: false },
  }),
  // What came with a link stays under its limit.
  "program-restored": ({ draft, run }, { text, isFromLink = false, place = null, previous = null }) => ({
    draft: { text, problem: null, previous, number: draft.number + 1, place },
    link: { isFromLink },
    handed: [],
    loaded: null,
    run: { ...run, isPlayed: false },
    banner: null,
  }),
  // It carries what stands there already.
  "link-opened": ({ link }) => (link.isFromLink ? {} : { link: { isFromLink: true }, handed: [] }),
  "program-owned": () => ({ link: { isFromLink: false }, handed: [] }),
  "files-handed": ({ handed }, { names }) => ({ handed: [...new Set([...handed, ...names])] }),
  "banner-shown": (_, { text, previous }) => ({ banner: { text, previous } }),
  // Who closes it does not want the other program back; it is in the history.
  "banner-closed": ({ draft }) => ({ banner: null, draft: { ...draft, previous: null } }),
  "recording-loaded": ({ run }, { code, recording }) => ({
    loaded: { code, recording, isLive: false, told: "offered" },
    run: { ...run, isPlayed: false },
  }),
  "recording-cleared": ({ run }) => ({ loaded: null, run: { ...run, isPlayed: false } }),
  "live-chosen": ({ loaded }, { isLive }) => ({ loaded: loaded && { ...loaded, isLive } }),
  "file-put": ({ files, made, earlier }, { name, bytes }) => ({
    files: new Map(files).set(name, bytes),
    made: made.has(name) ? new Set([...made].filter((each) => each !== name)) : made,
    earlier: without(earlier, name),
  }),
  "file-removed": ({ files, earlier }, { name }) => ({
    files: without(files, name),
    earlier: without(earlier, name),
  }),
  "file-written": (state, { name, bytes }) => changeFiles(state, [[name, bytes]]),
  "file-lost": (state, { name }) => changeFiles(state, [[name, null]]),
  "files-changed": (state, { changes }) => changeFiles(state, changes),
  "unkept-changed": (_, { names }) => ({ unkept: names }),
  "history-changed": ({ historyChanges }) => ({ historyChanges: historyChanges + 1 }),
  // What was written meanwhile is newer than what was kept.
  "files-restored": (state, { files }) => ({ files: new Map([...files, ...state.files]) }),

  "provider-chosen": ({ settings }, { name, choice }) => {
    const before = settings.providers[name] ?? { baseUrl: "", model: "" };
    const providers = { ...settings.providers, [name]: { ...before, ...choice } };
    return { settings: { ...settings, default: name, providers } };
  },
  "budget-chosen": ({ settings }, { budget }) => ({ settings: { ...settings, linkBudget: budget } }),
  "keys-changed": (_, { held }) => ({ held }),
  "grants-changed": (_, { grants }) => ({ grants }),
  "form-changed": (state, { form }) => ({ form: { ...state.form, ...form } }),
  "dialog-opened": (_, { dialog }) => ({ dialog }),
  // Dialogs say late that they were closed: by then another one may be open.
  // A question closes when it is answered: another one may have opened it again.
  "dialog-closed": (state, { dialog }) =>
    state.dialog !== dialog || (dialog === "consent" && state.consent) ? {} : { dialog: null },
  "notice-shown": ({ notices }, { text }) => (notices.includes(text) ? {} : { notices: [...notices, text] }),
  "notice-closed": ({ notices }, { text }) => ({ notices: notices.filter((each) => each !== text) }),
  "undo-offered": (_, { number, text }) => ({ undo: { number, text } }),
  "undo-closed": ({ undo }, { number }) => ({ undo: undo?.number === number ? null : undo }),
  "theme-chosen": (_, { theme }) => ({ theme }),
  said: (_, { text }) => ({ toast: { text } }),
};

/**
 * @template T
 * @param {ReadonlyMap<string, T>} map
 * @param {string} name
 */
function without(map, name) {
  if (!map.has(name)) return map;
  const rest = new Map(map);
  rest.delete(name);
  return rest;
}

/** @param {Bytes | undefined} a @param {Bytes} b */
const isSameContent = (a, b) => a?.length === b.length && a.every((byte, at) => byte === b[at]);

/**
 * @param {State} state
 * @param {[string, Bytes | null][]} changes that programs made; null for a file that is gone
 * @returns {Pick<State, "files" | "made" | "earlier">}
 */
function changeFiles(state, changes) {
  const files = new Map(state.files);
  const made = new Set(state.made);
  let { earlier } = state;
  for (const [name, bytes] of changes) {
    if (bytes && isSameContent(files.get(name), bytes)) continue;
    earlier = keepEarlier({ ...state, files, made, earlier }, name);
    if (bytes) {
      files.set(name, bytes);
      made.add(name);
    } else {
      files.delete(name);
    }
  }
  return { files, made, earlier };
}

/**
 * @param {State} state
 * @param {string} name of a file that a program is changing or deleting
 * @returns {State["earlier"]} with what the visitor had there. Hidden files are those of programs.
 */
function keepEarlier({ files, made, earlier }, name) {
  const before = files.get(name);
  if (!before || made.has(name) || earlier.has(name) || name.startsWith(".")) return earlier;
  const kept = [...earlier, /** @type {[string, Bytes]} */ ([name, before])];
  let size = kept.reduce((sum, [, each]) => sum + each.length, 0);
  while (size > MAX_EARLIER_BYTES && kept.length > 1) size -= kept.shift()?.[1].length ?? 0;
  return new Map(kept);
}

/**
 * @param {Loaded | null} loaded
 * @param {string} code a program that is about to run
 * @param {boolean} isEditor whether it is what stands in the editor
 * @returns {Loaded["told"] | null} how its model calls are answered; null if no recording concerns it
 */
function howToAnswer(loaded, code, isEditor) {
  if (!loaded || (code !== loaded.code && !isEditor)) return null;
  if (loaded.isLive) return "live";
  return code === loaded.code ? "played" : "played-changed";
}

/** More rounds than this mean that two renders contradict each other for ever. */
const MAX_ROUNDS = 100;

/** @param {unknown} a @param {unknown} b whether they are the same value, or lists of the same values */
const isSame = (a, b) =>
  Object.is(a, b) ||
  (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, at) => Object.is(each, b[at])));

/**
 * Keeps a state.
 * @param {State} first
 */
export function createState(first) {
  let state = first;
  /** @type {Set<{select: (state: State) => unknown, render: (selected: any) => void, shown: unknown}>} */
  const subscriptions = new Set();
  let isShowing = false;
  /** Tells what has happened and was not told yet, see `tellBefore`. */
  let tellNow = () => {};

  /** Renders what has changed, and what changes because of that. @returns {unknown[]} what went wrong */
  function show() {
    const failures = [];
    for (let round = 0, before; before !== state; round++) {
      if (round > MAX_ROUNDS) throw new Error("the state does not come to rest: two renders contradict each other");
      before = state;
      for (const each of [...subscriptions]) {
        const selected = each.select(state);
        if (isSame(selected, each.shown) || !subscriptions.has(each)) continue;
        each.shown = selected;
        try {
          each.render(selected);
        } catch (error) {
          failures.push(error); // the others are shown nevertheless
        }
      }
    }
    return failures;
  }

  return {
    /** @returns {State} as it is now */
    get() {
      tellNow();
      return state;
    },

    /**
     * Has something told when somebody wants to know the state, or tells something that comes after it: so
     * that may be put off which nobody looks at.
     * @param {() => void} tell
     */
    tellBefore(tell) {
      tellNow = tell;
    },

    /**
     * Tells what has happened. Everything that depends on it is shown when this returns; an event that
     * a render dispatches is part of the state at once and shown when that render is done.
     * @param {Event_} event
     */
    dispatch(event) {
      tellNow();
      const change = /** @type {(state: State, event: Event_) => Partial<State>} */ (EVENTS[event.type])(state, event);
      state = { ...state, ...change };
      if (isShowing) return;
      isShowing = true;
      try {
        const [failure] = show();
        if (failure) throw failure;
      } finally {
        isShowing = false;
      }
    },

    /**
     * Calls `render` now, and again whenever what `select` picks is another value. It is asked with each
     * event, a thousand times a second while a model talks: it picks, and leaves it to `render` to work out. If that is a list,
     * its items are compared.
     * @template T
     * @param {(state: State) => T} select
     * @param {(selected: T) => void} render
     * @param {{now?: boolean}} [options] not `now`: only when it changes
     * @returns {() => void} ends it
     */
    subscribe(select, render, { now = true } = {}) {
      const subscription = { select, render, shown: /** @type {unknown} */ (select(state)) };
      subscriptions.add(subscription);
      if (now) render(/** @type {T} */ (subscription.shown));
      return () => void subscriptions.delete(subscription);
    },
  };
}

/** @typedef {ReturnType<typeof createState>} Store */
