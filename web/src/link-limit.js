/**
 * The limit for programs that came with a link: what they may spend of their visitor's account in one
 * run. It stays with the program, edited or not, until the visitor chooses another one. The language
 * enforces it (lispcore/library/models/calling/spending.py); here it is decided and shown.
 */

/** @typedef {{usd: number | null, tokens: number | null}} Budget null stands for no limit */

/**
 * @param {HTMLButtonElement} badge shows the limit below Run while it is in force
 * @param {object} options
 * @param {import("./settings-store.js").Settings} options.settings
 * @param {{isFromLink: () => boolean, markFromLink: (isFromLink: boolean) => void}} options.drafts
 */
export function createLinkLimit(badge, { settings, drafts }) {
  let isOn = drafts.isFromLink();
  /** Whether the last run was under the limit: lines after it belong to it. */
  let isRunLimited = false;

  function show() {
    const text = describeBudget(settings.linkBudget());
    badge.hidden = !isOn || !text;
    badge.textContent = `From a link: one run may use ${text}. Change …`;
    badge.title = `This program came with a link. One run of it may use ${text}. Click to change that.`;
  }

  /** @param {boolean} on */
  function set(on) {
    if (isOn !== on) drafts.markFromLink(on);
    isOn = on;
    show();
  }

  settings.onChange(show);
  show();

  return {
    /** The program in the editor came with a link. */
    begin: () => set(true),
    /** It was replaced by the visitor's own, or by an example. */
    end: () => set(false),
    /** @param {boolean} isEditor whether the program that runs is the one in the editor */
    startRun(isEditor) {
      isRunLimited = isOn && isEditor;
    },
    /** @returns {Budget | null} for the run under way */
    budget: () => (isRunLimited ? settings.linkBudget() : null),
    /** @returns {string} the limit in words, "" if there is none */
    describe: () => describeBudget(settings.linkBudget()),
  };
}

/** @param {Budget} budget @returns {string} such as "$0.50 and 100,000 tokens" */
export function describeBudget({ usd, tokens }) {
  const parts = [];
  if (usd !== null) parts.push(`$${usd < 0.01 ? usd : usd.toFixed(2)}`);
  if (tokens !== null) parts.push(`${tokens.toLocaleString("en")} tokens`);
  return parts.join(" and ");
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
