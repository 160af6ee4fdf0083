/** What numbers of a call are called. */
import { text } from "../../texts/texts.js";

/** @param {Record<string, any>} usage */
export function describeUsage(usage) {
  const { prompt_tokens: sent, completion_tokens: answered } = usage;
  return sent || answered ? text("{sent} → {answered} tokens", { sent, answered }) : "";
}

/** @param {number} dollars */
export function describeCost(dollars) {
  return dollars >= 0.01 ? `$${dollars.toFixed(2)}` : `$${dollars.toPrecision(2)}`;
}

/** @param {number} milliseconds */
export function describeTime(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** @param {string} source @returns {string} JSON laid out, anything else as it is */
export function pretty(source) {
  try {
    return JSON.stringify(JSON.parse(source), null, 2);
  } catch {
    return source;
  }
}
