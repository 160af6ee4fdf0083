/**
 * What a program under way waits for: an answer, a permission, a server that is silent.
 */

/**
 * @typedef {object} QuestionsPart
 * @property {Question | null} question what the program waits for
 * @property {ConsentQuestion | null} consent what a program from a link wants to do, and waits for
 * @property {SignInQuestion | null} signIn where the visitor is to sign in for the program, which waits
 * @property {Silence | null} silence a request to which nothing comes
 *
 * @typedef {{prompt: string, form: import("../engine/protocol.js").Form | null}} Question a line, or a form
 * @typedef {{handle: number, host: string, seconds: number}} Silence
 *
 * @typedef {{url: string, host: string, server: string, isLimited: boolean}} SignInQuestion `server` is what the
 *   program wants to use, `isLimited` that it came with a link
 *
 * @typedef {object} ConsentQuestion
 * @property {string} host
 * @property {string} method
 * @property {string} provider as people call it; "" for a request that is no model call
 * @property {string} model
 * @property {"visitor" | "program" | "free" | "none"} account that the request goes on
 * @property {string} imported the address of code that it wants to import, "" for any other request
 * @property {boolean} isOwn the program is the visitor's own, and only asks because of that code
 * @property {boolean} isFirst nothing was asked before in this run
 * @property {[string, number][]} sees names and sizes of the files that it sees
 * @property {boolean} canRemember the answer can hold for good
 */

/**
 * @typedef {{type: "question-asked", question: Question}
 *   | {type: "question-ended"}
 *   | {type: "consent-asked", question: ConsentQuestion}
 *   | {type: "consent-answered"}
 *   | {type: "sign-in-asked", question: SignInQuestion}
 *   | {type: "sign-in-ended"}
 *   | {type: "silence-began", silence: Silence}
 *   | {type: "silence-ended", handle: number}} QuestionEvent
 */

/** @type {QuestionsPart} */
export const first = { question: null, consent: null, signIn: null, silence: null };

/** @type {import("./reducers.js").Reducers<QuestionEvent, never, QuestionsPart, QuestionsPart>} */
export const reducers = {
  "question-asked": (_, { question }) => ({ question }),
  "question-ended": () => ({ question: null }),
  "consent-asked": (_, { question }) => ({ consent: question }),
  "consent-answered": () => ({ consent: null }),
  "sign-in-asked": (_, { question }) => ({ signIn: question }),
  "sign-in-ended": () => ({ signIn: null }),
  // One is enough to be asked about; others tell again.
  "silence-began": (state, { silence }) =>
    state.silence && state.silence.handle !== silence.handle ? {} : { silence },
  "silence-ended": ({ silence }, { handle }) => (silence?.handle === handle ? { silence: null } : {}),
};
