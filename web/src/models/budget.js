/**
 * The limit for programs that came with a link, in words and in figures: what they may spend of their
 * visitor's account in one run. It stays with the program, edited or not, until the visitor chooses
 * another one (state.js). The language enforces it (lispcore/library/models/calling/spending.py).
 */
import { spoken, text } from "../texts/texts.js";

/** @typedef {import("../engine/protocol.js").Budget} Budget */

/** What a program from a link may use in one run, until the visitor says otherwise. */
const STANDARD_BUDGET = { usd: 0.5, tokens: 100_000 };

/** @param {import("../state/settings.js").Settings} settings @returns {Budget} what a program from a link may use in one run */
export const linkBudgetOf = (settings) => settings.linkBudget ?? STANDARD_BUDGET;

/** @param {Budget} budget @returns {string} such as "$0.50 and 100,000 tokens", "" if there is no limit */
export function describeBudget({ usd, tokens }) {
  const parts = [];
  if (usd !== null) parts.push(`$${usd < 0.01 ? usd : usd.toFixed(2)}`);
  if (tokens !== null) parts.push(text("{n} tokens", { n: tokens.toLocaleString(spoken()) }));
  return (parts.length > 1 ? text("{first} and {last}", { first: parts[0], last: parts[1] }) : (parts[0] ?? ""));
}

/**
 * @param {string} text of a field; empty for no limit
 * @param {boolean} isWhole
 * @returns {number | null | undefined} undefined if it is no such number
 */
export function readLimit(text, isWhole) {
  const clean = text.trim().replace(/^\$|[,\s_]/g, "");
  if (!clean) return null;
  const number = Number(clean);
  const fits = Number.isFinite(number) && number >= 0 && number <= 1e12;
  return fits && (!isWhole || Number.isInteger(number)) ? number : undefined;
}
