/** Reads the price list (`prices.js`, made from the language's): what a model costs, or might. */
import { canonicalName, wireOf } from "./credentials.js";

/** @typedef {{sent: number, answered: number, cacheRead: number, cacheWritten: number}} Price dollars a million tokens */
/**
 * @typedef {object} Usage tokens, and what else is charged
 * @property {number} sent
 * @property {number} answered
 * @property {number} cacheRead
 * @property {number} cacheWritten
 * @property {number} [cacheHour] of those written to the cache, the ones that are kept for an hour
 * @property {number} [searches] that the provider's servers made
 * @property {number} [charged] dollars, where the server says what the call cost
 */
/** @typedef {typeof import("./prices.js")} PriceModule */

const MILLION = 1_000_000;
/** What tokens cost that are kept for an hour, in those that are sent. */
const HOUR_SHARE = 2;
const DATE = /[-@](20\d\d-?\d\d-?\d\d|\d{4})$/;
const LATEST = /-latest$/;
/** @type {Price} */
export const NOTHING = { sent: 0, answered: 0, cacheRead: 0, cacheWritten: 0 };

/** @param {string} table @returns {Map<string, Map<string, Price>>} provider to model to price */
function readTable(table) {
  const lists = new Map();
  let list = new Map();
  for (const line of table.split("\n")) {
    if (line.startsWith("[")) lists.set(line.slice(1, -1), (list = new Map()));
    else if (line) {
      const [model, ...numbers] = line.split(" ");
      const [sent, answered, ...cache] = numbers.map((number) => (number === "-" ? Number.NaN : Number(number)));
      const [cacheRead, cacheWritten] = [0, 1].map((at) => (Number.isFinite(cache[at]) ? cache[at] : sent));
      list.set(model, { sent, answered, cacheRead, cacheWritten });
    }
  }
  return lists;
}

/** @param {string} model @returns {string[]} */
function spellingsOf(model) {
  const plain = model.trim().replace(/^models\//, "");
  const undated = plain.replace(DATE, "");
  return [plain, undated, undated.replace(LATEST, ""), `${undated}-latest`];
}

/** @param {PriceModule | null} module null where the list cannot be had: then no price is known */
export function createPriceList(module) {
  const lists = readTable(module?.TABLE ?? "");
  const firstHand = module?.FIRST_HAND ?? [];

  return {
    /** @param {string} provider @param {string} model @returns {Price | undefined} as lispcore/llm/pricing.py finds it */
    find(provider, model) {
      const name = canonicalName(provider);
      for (const place of lists.has(name) ? [name] : firstHand) {
        for (const spelling of spellingsOf(model)) {
          const price = lists.get(place)?.get(spelling);
          if (price) return price;
        }
      }
      return undefined;
    },

    /** @param {string} provider @returns {Price | undefined} what a model of that provider costs at most */
    dearest(provider) {
      const [sent, answered] = wireOf(provider).dearest;
      return sent || answered ? { sent, answered, cacheRead: sent, cacheWritten: sent } : undefined;
    },

    /** @param {string} provider @param {Price} price @param {Usage} usage @returns {number} dollars */
    cost(provider, price, usage) {
      if (usage.charged) return usage.charged;
      const { cacheRead, cacheWritten } = usage;
      const forAnHour = Math.min(usage.cacheHour ?? 0, cacheWritten);
      const isApart = (module?.COUNTS_CACHE_APART ?? []).includes(canonicalName(provider));
      const sent = isApart ? usage.sent : Math.max(0, usage.sent - cacheRead - cacheWritten);
      const total =
        sent * price.sent +
        usage.answered * price.answered +
        cacheRead * price.cacheRead +
        (cacheWritten - forAnHour) * price.cacheWritten +
        forAnHour * price.sent * HOUR_SHARE;
      const fees = module?.SEARCH_FEES ?? {};
      const fee = fees[canonicalName(provider)] ?? Math.max(0, ...Object.values(fees));
      return total / MILLION + (usage.searches ?? 0) * fee;
    },
  };
}

/** @typedef {ReturnType<typeof createPriceList>} PriceList */
