/**
 * What stands before or above the page: the dialog that is open, notices, what is said for a while.
 */

/**
 * @typedef {import("./questions.js").QuestionsPart} QuestionsPart
 * @typedef {import("./questions.js").QuestionEvent} QuestionEvent
 *
 * @typedef {object} NoticesPart
 * @property {Dialog | null} dialog that is open
 * @property {readonly string[]} notices said until the visitor closes them, the oldest first
 * @property {{text: string} | null} toast said for a few seconds
 * @property {{number: number, text: string} | null} undo what can be taken back, for some seconds
 *
 * @typedef {"settings" | "share" | "consent" | "sign-in" | "hand-over" | "history" | "examples" | "fetching" | "palette" | "keys" | "runs" | "unzip" | {file: string}} Dialog
 */

/**
 * @typedef {{type: "dialog-opened", dialog: Dialog}
 *   | {type: "dialog-closed", dialog: Dialog}
 *   | {type: "notice-shown", text: string}
 *   | {type: "notice-closed", text: string}
 *   | {type: "undo-offered", number: number, text: string}
 *   | {type: "undo-closed", number: number}
 *   | {type: "said", text: string}} NoticeEvent
 */

/** @type {NoticesPart} */
export const first = { dialog: null, notices: [], toast: null, undo: null };

/**
 * @param {NoticesPart & QuestionsPart} state
 * @param {Dialog} ended the question that was answered
 * @returns {Partial<NoticesPart>} what is open now: the other question, if it has waited
 */
function afterQuestion({ dialog, consent, signIn }, ended) {
  if (dialog !== ended) return { dialog };
  if (ended === "consent") return { dialog: signIn ? "sign-in" : null };
  return { dialog: consent ? "consent" : null };
}

/** @type {import("./reducers.js").Reducers<NoticeEvent, QuestionEvent, NoticesPart & QuestionsPart, NoticesPart>} */
export const reducers = {
  "dialog-opened": (_, { dialog }) => ({ dialog }),
  // Dialogs say late that they were closed: by then another one may be open.
  // A question closes when it is answered: another one may have opened it again.
  "dialog-closed": (state, { dialog }) =>
    state.dialog !== dialog || (dialog === "consent" && state.consent) || (dialog === "sign-in" && state.signIn)
      ? {}
      : { dialog: null },
  "notice-shown": ({ notices }, { text }) => (notices.includes(text) ? {} : { notices: [...notices, text] }),
  "notice-closed": ({ notices }, { text }) => ({ notices: notices.filter((each) => each !== text) }),
  "undo-offered": (_, { number, text }) => ({ undo: { number, text } }),
  "undo-closed": ({ undo }, { number }) => ({ undo: undo?.number === number ? null : undo }),
  said: (_, { text }) => ({ toast: { text } }),

  // Two tasks may ask at once: the second question waits until the first is answered.
  "consent-asked": ({ dialog, signIn }) => ({ dialog: signIn ? dialog : "consent" }),
  "sign-in-asked": ({ dialog, consent }) => ({ dialog: consent ? dialog : "sign-in" }),
  "sign-in-ended": (state) => afterQuestion(state, "sign-in"),
  "consent-answered": (state) => afterQuestion(state, "consent"),
};
