/** What `window.playground` says of a program's question, and how tests and agents answer it. */

/**
 * @typedef {object} Asked
 * @property {"line" | "ask" | "confirm" | "choose" | "upload"} kind
 * @property {string} question
 * @property {string} value what stands there already
 * @property {string[]} choices
 * @property {boolean} multiple several choices, or files
 */

/** @param {string[]} choices @param {unknown} given a choice, or its place @returns {number} */
function placeOf(choices, given) {
  const place = typeof given === "number" ? given : choices.indexOf(String(given));
  if (!Number.isInteger(place) || place < 0 || place >= choices.length) {
    throw new TypeError(`${given} is none of the choices: ${choices.join(", ")}`);
  }
  return place;
}

/**
 * @param {import("../engine/protocol.js").Form} form
 * @param {unknown} given
 * @param {(content: unknown) => Uint8Array<ArrayBuffer>} toBytes
 * @returns {import("../engine/protocol.js").Answer}
 */
function read({ kind, choices, multiple }, given, toBytes) {
  if (kind === "ask") return String(given);
  if (kind === "confirm") return Boolean(given);
  if (kind === "choose") {
    const places = (Array.isArray(given) ? given : [given]).map((each) => placeOf(choices, each));
    if (!multiple && places.length !== 1) throw new TypeError("one of the choices is asked for");
    return places;
  }
  if (typeof given !== "object" || given === null) throw new TypeError("files are given as {name: content}");
  const files = Object.entries(given).map(([name, content]) => new File([toBytes(content)], name));
  if (!files.length || (!multiple && files.length > 1)) throw new TypeError("one file is asked for");
  return files;
}

/**
 * @param {import("../state.js").Store} state
 * @param {(answer: import("../engine/protocol.js").Answer) => void} answer
 * @param {(content: unknown) => Uint8Array<ArrayBuffer>} toBytes
 */
export function createAsking({ get, subscribe }, answer, toBytes) {
  /** @returns {Asked | null} what the program waits for */
  function question() {
    const { question: open } = get();
    if (!open) return null;
    const { kind = "line", value = "", choices = [], multiple = false } = open.form ?? {};
    return { kind: /** @type {Asked["kind"]} */ (kind), question: open.prompt, value, choices: [...choices], multiple };
  }

  return {
    /** What the program waits for; null if it waits for nobody. */
    question,
    /** @returns {Promise<Asked>} resolves once a program asks */
    whenAsked: () =>
      new Promise((resolve) => {
        const end = subscribe(
          (state) => state.question !== null,
          (isAsked) => {
            if (!isAsked) return;
            resolve(/** @type {Asked} */ (question()));
            queueMicrotask(() => end());
          },
        );
      }),
    /**
     * Answers it.
     * @param {unknown} given a text; true or false; a choice or its place, or an array of those; files as
     *   `{name: content}`; null declines
     */
    answer(given) {
      const { question: open } = get();
      if (!open) throw new Error("the program asks nothing");
      if (given === null) answer(null);
      else answer(open.form ? read(open.form, given, toBytes) : String(given));
    },
  };
}
