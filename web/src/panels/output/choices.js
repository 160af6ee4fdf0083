/** How the visitor wants output to be shown; kept on this device. */
import * as v from "valibot";
import { device, readStored, writeStored } from "../../stored.js";
import { text } from "../../texts/texts.js";

const STORE = "lispcore.output";
const Choices = v.object({ isFormatted: v.boolean(), isWrapped: v.boolean() });

/** @typedef {v.InferOutput<typeof Choices>} Chosen */

/** `isFormatted`: models' replies are shown as Markdown; `isWrapped`: long lines are broken. */
export function createChoices() {
  let chosen = readStored(device, STORE, Choices, text("How output is shown")) ?? { isFormatted: true, isWrapped: true };
  return {
    get: () => chosen,
    /** @param {Partial<Chosen>} change */
    choose(change) {
      chosen = { ...chosen, ...change };
      writeStored(device, STORE, chosen);
    },
  };
}

/** @typedef {ReturnType<typeof createChoices>} OutputChoices */
