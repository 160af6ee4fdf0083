/**
 * Word between the tabs of this page: that there is something new in the database. It only says where to
 * look, so that nobody who can send one, a program in a worker for instance, can put anything there.
 */
import * as v from "valibot";
import { device, writeStored } from "../stored.js";

const NAME = "lispcore.changes";
const MAX_NAMES = 10_000;

const Word = v.variant("about", [
  v.object({ about: v.literal("history") }),
  v.object({ about: v.literal("files"), names: v.pipe(v.array(v.string()), v.maxLength(MAX_NAMES)) }),
]);

/** @typedef {v.InferOutput<typeof Word>} Word */

/** @param {(word: Word) => void} onWord from another tab */
export function createChannel(onWord) {
  /** @param {unknown} data */
  function receive(data) {
    const read = v.safeParse(Word, data);
    if (read.success) onWord(read.output);
  }

  try {
    const channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => receive(data);
    return { tell: (/** @type {Word} */ word) => channel.postMessage(word) };
  } catch {
    // An older browser: others hear of a change of the storage.
    let count = 0;
    window.addEventListener("storage", ({ key, newValue }) => {
      if (key !== NAME || newValue === null) return;
      try {
        receive(JSON.parse(newValue).word);
      } catch {
        // Not ours.
      }
    });
    return { tell: (/** @type {Word} */ word) => void writeStored(device, NAME, { word, at: `${Date.now()} ${++count}` }) };
  }
}

/** @typedef {ReturnType<typeof createChannel>} Channel */
