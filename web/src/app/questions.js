/** Lines of input that a program asks for: one at a time, in the output pane. */

/** @param {import("../state.js").Store} state @param {import("../log.js").Log} log */
export function createQuestions({ get, dispatch }, log) {
  /** @type {(line: string | null) => void} */
  let resolve = () => {};

  /** @param {string | null} line null at the end of input */
  function answer(line) {
    const { question } = get();
    if (!question) return;
    dispatch({ type: "question-ended" });
    if (line !== null) log.write([["out", `${question.prompt}${line}\n`]]);
    resolve(line);
  }

  return {
    /** @param {string} prompt @returns {Promise<string | null>} */
    ask(prompt) {
      const question = { prompt };
      dispatch({ type: "question-asked", question });
      log.showQuestion(question);
      void log.drain();
      return new Promise((done) => {
        resolve = done;
      });
    },
    answer,
    /** Takes the open question away: the program was stopped. */
    end: () => answer(null),
  };
}

/** @typedef {ReturnType<typeof createQuestions>} Questions */
