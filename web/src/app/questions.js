/** What a program asks the visitor, one question at a time, in the output pane: a line of input, or a form. */
import { MAX_REPLY_BYTES } from "../engine/protocol.js";

/**
 * @typedef {import("../engine/protocol.js").Form} Form
 * @typedef {import("../engine/protocol.js").Answer} Answer
 */

/** @param {Form | null} form @param {Answer} answer @returns {string} what is said of it in the output */
function describe(form, answer) {
  if (typeof answer === "boolean") return answer ? "Yes" : "No";
  if (!Array.isArray(answer)) return String(answer);
  return answer.map((each) => (typeof each === "number" ? form?.choices[each] : each.name)).join(", ");
}

/** @param {import("../state.js").Store} state @param {import("../log.js").Log} log */
export function createQuestions({ get, dispatch }, log) {
  /** @type {(answer: Answer) => void} */
  let resolve = () => {};
  /** Files that were handed over, until the program has ended. @type {File[]} */
  let uploads = [];

  /** @param {Answer} given */
  function answer(given) {
    const { question } = get();
    if (!question) return;
    dispatch({ type: "question-ended" });
    const gap = question.form ? " " : "";
    if (given !== null) log.write([["out", `${question.prompt}${gap}${describe(question.form, given)}\n`]]);
    resolve(given);
  }

  /** @param {import("../state/questions.js").Question} question @returns {Promise<Answer>} */
  function open(question) {
    dispatch({ type: "question-asked", question });
    log.showQuestion(question);
    void log.drain();
    return new Promise((done) => {
      resolve = done;
    });
  }

  return {
    /** @param {string} prompt @returns {Promise<string | null>} a line */
    ask: async (prompt) => /** @type {string | null} */ (await open({ prompt, form: null })),

    /**
     * @param {Form} form
     * @returns {Promise<{answer: unknown}>} what was entered; of files their names and sizes
     */
    async fillIn(form) {
      const given = await open({ prompt: form.question, form });
      if (form.kind !== "upload" || given === null) return { answer: given };
      uploads = /** @type {File[]} */ (given);
      return { answer: uploads.map(({ name, size }) => ({ name, size })) };
    },

    /** @param {{file: number, at: number}} place @returns {Promise<Uint8Array<ArrayBuffer>>} a piece of a file */
    async readPiece({ file, at }) {
      const piece = uploads[file]?.slice(at, at + MAX_REPLY_BYTES) ?? new Blob();
      return new Uint8Array(await piece.arrayBuffer());
    },

    answer,

    /** Takes the open question away: the program was stopped, or has ended. */
    end() {
      answer(null);
      uploads = [];
    },
  };
}

/** @typedef {ReturnType<typeof createQuestions>} Questions */
