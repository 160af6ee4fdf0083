/** How far the visitor is in the tour; kept on this device. */
import * as v from "valibot";
import { device, readStored, writeStored } from "../../stored.js";
import { text } from "../../texts/texts.js";

const STORE = "lispcore.tour";
const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99));
const Progress = v.object({ at: place, done: v.array(place) });

/** @param {number} count of steps */
export function createProgress(count) {
  const { at, done } = readStored(device, STORE, Progress, text("The progress in the tour")) ?? { at: 0, done: [] };
  let now = Math.min(at, count - 1);
  const solved = new Set(done);
  const keep = () => writeStored(device, STORE, { at: now, done: [...solved] });
  return {
    at: () => now,
    /** @param {number} step */
    isDone: (step) => solved.has(step),
    /** @param {number} step that is shown from now on */
    go(step) {
      now = Math.min(count - 1, Math.max(0, step));
      keep();
    },
    /** @param {number} step whose task is done */
    solve(step) {
      solved.add(step);
      keep();
    },
  };
}

/** @typedef {ReturnType<typeof createProgress>} Progress */
