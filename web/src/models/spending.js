/**
 * Keeps the limit of a program that came with a link, by the page's own count: whatever the program or
 * its interpreter says of prices, nothing is sent on the visitor's account that the limit does not cover.
 *
 * Before a call is sent, what it may cost at list price is set aside; the reply then says what it took.
 * Where a call may cost more than is left, but need not, a usual answer is set aside: so no more can be
 * overdrawn than by the calls in flight, of which there are eight at most.
 */
import { originOf } from "./addresses.js";
import { describeBudget } from "./budget.js";
import { canonicalName, wireOf } from "./credentials.js";
import { NOTHING, createPriceList } from "./price-list.js";
import { createUsageReader } from "./usage.js";

/** @typedef {import("../engine/protocol.js").Budget} Budget */
/** @typedef {{usd: number, tokens: number}} Amount */

const MOST_IN_FLIGHT = 8;
/** Tokens of an answer whose length the request does not limit, or limits to more. */
const USUAL_ANSWER = 4096;
/** Where a request lets the provider search as often as it likes. */
const USUAL_SEARCHES = 5;
/** By the price lists of November 2026: OpenAI's and Gemini's tier "priority", Anthropic's fast mode. */
const DEAREST_TIER = 2.5;
const DEAREST_SPEED = 6;
const BYTES_A_TOKEN = 4;
/** Images cost by their size in pixels; this is what a large one does. */
const TOKENS_AN_IMAGE = 5000;
const BYTES_A_DOCUMENT_TOKEN = 16;
const LONG_BASE64 = /[A-Za-z0-9+/=_-]{400,}/g;
/** Embeddings and rankings: nothing of what they give is counted. */
const WITHOUT_ANSWER = /\/(embed|embeddings|embedding\/text|rerank)$|:(embed|batchEmbed)Contents?$/;
const MODEL_IN_ADDRESS = /\/models\/([^?#]+?):\w+(?:\?|$)/;

/** Says no to a request. */
export class LimitReached extends Error {
  /** @param {string} message @param {string} advice */
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

/** @param {string} text of a JSON object @returns {string[]} the names in it, not those of inner ones */
export function namesOf(text) {
  const names = [];
  let depth = 0;
  const mark = /["{}[\]]/g;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    if (found[0] === '"') {
      const start = found.index;
      let end = start;
      do {
        end = text.indexOf('"', end + 1);
        if (end < 0) return names;
      } while (isEscaped(text, end));
      mark.lastIndex = end + 1;
      if (depth === 1 && /^\s*:/.test(text.slice(end + 1, end + 50))) names.push(JSON.parse(text.slice(start, end + 1)));
    } else depth += found[0] === "{" || found[0] === "[" ? 1 : -1;
  }
  return names;
}

/** @param {string} text @param {number} at @returns {boolean} whether a backslash takes the meaning of a letter */
function isEscaped(text, at) {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

/** @param {Uint8Array} body @returns {Record<string, any>} */
function readBody(body) {
  const text = new TextDecoder().decode(body);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const names = value && typeof value === "object" ? namesOf(text) : [];
  if (!value || Array.isArray(value) || new Set(names).size !== names.length) {
    throw new LimitReached(
      "the page cannot read what this request may cost, so it was not sent",
      "a program from a link may only send plain model requests",
    );
  }
  return value;
}

/** @param {Uint8Array} body @returns {number} tokens, roughly */
function estimateSent(body) {
  const text = new TextDecoder().decode(body);
  let media = 0;
  const rest = text.replace(LONG_BASE64, (found, at) => {
    const isImage = text.slice(Math.max(0, at - 80), at).includes("image");
    media += isImage ? Math.min(TOKENS_AN_IMAGE, found.length / BYTES_A_TOKEN) : found.length / BYTES_A_DOCUMENT_TOKEN;
    return "";
  });
  return Math.ceil(media + new TextEncoder().encode(rest).length / BYTES_A_TOKEN);
}

/** @param {Record<string, any>} body @returns {number | null} tokens that may be answered, null if it does not say */
function mostAnswered(body) {
  const { generationConfig, options } = body;
  const limits = [body.max_tokens, body.max_completion_tokens, body.max_output_tokens];
  limits.push(generationConfig?.maxOutputTokens, options?.num_predict);
  const given = limits.filter((each) => typeof each === "number" && each > 0);
  return given.length ? Math.max(...given) : null;
}

/** @param {Record<string, any>} body @returns {number} how many answers it asks for */
const answersOf = (body) =>
  Math.max(1, ...[body.n, body.best_of, body.generationConfig?.candidateCount].filter((each) => typeof each === "number"));

/** @param {Record<string, any>} body @returns {number} searches that the provider's servers may make for it */
function searchesOf({ tools, web_search_options: options, plugins }) {
  /** @param {any} tool */
  const searches = (tool) =>
    /web_search|x_search/.test(String(tool?.type)) || (tool && typeof tool === "object" && /google_?search/i.test(Object.keys(tool).join()));
  const found = Array.isArray(tools) ? tools.filter(searches) : [];
  if (options || plugins) found.push({});
  return found.reduce((sum, each) => sum + (count(each.max_uses) || count(each.parameters?.max_uses) || USUAL_SEARCHES), 0);
}

/**
 * What is charged for speed, in the listed price, at most: for a service tier, or for a fast mode.
 * @param {Record<string, any>} body
 * @returns {number}
 */
const surchargeOf = ({ service_tier: tier, serviceTier, speed }) =>
  speed === "fast" ? DEAREST_SPEED : tier === "priority" || serviceTier === "priority" ? DEAREST_TIER : 1;

/** @param {string} text of a body @param {number} sent @returns {Partial<import("./price-list.js").Usage>} */
function keptOf(text, sent) {
  if (!text.includes('"cache_control"')) return { sent };
  // Where a part is marked to be kept, all may have to be written.
  return { sent: 0, cacheWritten: sent, cacheHour: /"ttl"\s*:\s*"1h"/.test(text) ? sent : 0 };
}

/** @param {unknown} value @returns {number} */
const count = (value) => (typeof value === "number" && value > 0 && value < 1e6 ? value : 0);

/** @param {string} url @param {Record<string, any>} body @returns {string[]} the models that may answer */
export function modelsOf(url, body) {
  const inAddress = MODEL_IN_ADDRESS.exec(url)?.[1];
  const others = Array.isArray(body.models) ? body.models : [];
  const named = inAddress ? [inAddress] : [body.model, ...others];
  return named.filter((each) => typeof each === "string");
}

/**
 * What one call may take.
 * @typedef {object} Estimate
 * @property {Amount[]} amounts to be set aside, the most careful one first
 * @property {boolean} isOpen nobody said how long the answer may become
 * @property {(usage: import("./price-list.js").Usage) => Amount} amountOf
 */

/**
 * @param {object} call
 * @param {string} call.provider
 * @param {string} call.url
 * @param {Uint8Array} call.body
 * @param {Budget} budget
 * @param {import("./price-list.js").PriceList} list
 * @returns {Estimate}
 */
function estimate({ provider, url, body: bytes }, budget, list) {
  const body = readBody(bytes);
  const models = modelsOf(url, body);
  const prices = models.length ? models.map((model) => list.find(provider, model)) : [undefined];
  const own = originOf(url) === originOf(wireOf(provider).baseUrl);
  // Where no price is known, the limit in tokens holds; without one, or at the provider's own address,
  // the model counts as the dearest there is.
  const unknown = own || budget.tokens === null ? (list.dearest(provider) ?? list.dearest("openai")) : NOTHING;
  const known = prices.map((price) => price ?? unknown ?? NOTHING);
  const surcharge = surchargeOf(body);
  /** @param {import("./price-list.js").Usage} usage @returns {Amount} */
  const amountOf = (usage) => ({
    usd: Math.max(...known.map((price) => list.cost(provider, price, usage))) * (usage.charged ? 1 : surcharge),
    tokens: usage.sent + usage.answered + (usage.cacheRead > usage.sent ? usage.cacheRead : 0),
  });
  const sent = estimateSent(bytes);
  const most = WITHOUT_ANSWER.test(new URL(url).pathname) ? 0 : mostAnswered(body);
  const answers = answersOf(body);
  const searches = searchesOf(body);
  const lengths = [...new Set([most ?? USUAL_ANSWER, Math.min(most ?? USUAL_ANSWER, USUAL_ANSWER)])];
  const kept = keptOf(new TextDecoder().decode(bytes), sent);
  const amounts = lengths.map((length) => {
    const { usd } = amountOf({ ...NOTHING, ...kept, answered: length * answers, searches });
    return { usd, tokens: sent + length * answers };
  });
  return { amounts, isOpen: most === null, amountOf };
}

/** @param {number} usd */
const inDollars = (usd) => `$${usd < 0.01 ? usd.toPrecision(2) : usd.toFixed(2)}`;

/** What nobody has to pay for. */
const FREE = { feed() {}, end() {} };

/**
 * @param {object} options
 * @param {() => {run: number, budget: Budget | null}} options.current which run it is, and its limit
 * @param {() => Promise<import("./price-list.js").PriceModule>} options.loadPrices
 */
export function createSpending({ current, loadPrices }) {
  /** @type {Promise<import("./price-list.js").PriceList> | undefined} */
  let loading;
  const priceList = () =>
    (loading ??= loadPrices().then(createPriceList, () => {
      loading = undefined; // offline, perhaps; the next call tries again
      return createPriceList(null);
    }));

  const newLedger = (run = -1) => ({ run, spent: { usd: 0, tokens: 0 }, aside: { usd: 0, tokens: 0 }, inFlight: 0 });
  let ledger = newLedger();
  let change = Promise.withResolvers();

  /** @param {Amount} to @param {Amount} amount @param {1 | -1} sign */
  function add(to, amount, sign) {
    to.usd += sign * amount.usd;
    to.tokens += sign * amount.tokens;
  }

  /** @param {Budget} budget @param {Amount} amount */
  function fits(budget, { usd, tokens }) {
    const { spent, aside } = ledger;
    const isPaid = budget.usd === null || (budget.usd > 0 && spent.usd + aside.usd + usd <= budget.usd);
    return isPaid && (budget.tokens === null || spent.tokens + aside.tokens + tokens <= budget.tokens);
  }

  /** @param {Budget} budget @param {Amount} amount */
  function refuse(budget, { usd, tokens }) {
    const { spent } = ledger;
    const used = `${inDollars(spent.usd)} and ${spent.tokens.toLocaleString("en")} tokens of ${describeBudget(budget)} are used`;
    return new LimitReached(
      `the limit for one run of this program is reached: ${used}, and this call may take ` +
        `${inDollars(usd)} or ${tokens.toLocaleString("en")} tokens at list price`,
      "it came with a link, so it runs under a limit: raise that in Settings, or limit the answer with :max-tokens",
    );
  }

  /** @param {Amount} aside that is set aside from now on @param {Estimate} estimate */
  function begin(aside, { amountOf }) {
    const mine = ledger;
    const reader = createUsageReader();
    let isOpen = true;
    add(mine.aside, aside, 1);
    mine.inFlight++;
    return {
      /** @param {Uint8Array} chunk */
      feed: (chunk) => reader.feed(chunk),
      /** @param {boolean} isFree the server answered nothing that costs */
      end(isFree) {
        if (!isOpen) return;
        isOpen = false;
        const { usage, isKnown, said } = reader.end();
        const told = amountOf(isKnown ? usage : { ...NOTHING, answered: said });
        const cost = isKnown ? told : { usd: Math.max(aside.usd, told.usd), tokens: Math.max(aside.tokens, told.tokens) };
        add(mine.aside, aside, -1);
        if (!isFree) add(mine.spent, cost, 1);
        mine.inFlight--;
        change.resolve(undefined);
        change = Promise.withResolvers();
      },
    };
  }

  return {
    /**
     * Waits until a call fits into the limit, and sets aside what it may cost.
     * @param {object} call
     * @param {string} call.provider
     * @param {string} call.url
     * @param {Uint8Array} call.body
     * @param {boolean} call.hasKey it goes on an account of the visitor's
     * @param {AbortSignal} signal
     * @returns {Promise<{feed: (chunk: Uint8Array) => void, end: (isFree: boolean) => void}>}
     * @throws {LimitReached}
     */
    async admit(call, signal) {
      const { run, budget } = current();
      if (!budget || (budget.usd === null && budget.tokens === null)) return FREE;
      if (!call.hasKey && wireOf(canonicalName(call.provider)).isFree) return FREE;
      const wanted = estimate(call, budget, await priceList());
      if (ledger.run !== run) ledger = newLedger(run);
      for (;;) {
        signal.throwIfAborted();
        if (ledger.run !== run) throw new LimitReached("the run is over", "");
        const room = ledger.inFlight < MOST_IN_FLIGHT && wanted.amounts.find((amount) => fits(budget, amount));
        if (room) return begin(room, wanted);
        if (!ledger.inFlight) break;
        await Promise.race([change.promise, aborted(signal)]);
      }
      // A call of unknown length goes alone, as long as the limit is not reached.
      const nothing = { usd: 0, tokens: 0 };
      const least = wanted.amountOf({ ...NOTHING, sent: 1 });
      if (wanted.isOpen && fits(budget, least)) return begin(nothing, wanted);
      throw refuse(budget, wanted.amounts[wanted.amounts.length - 1]);
    },
  };
}

/** @param {AbortSignal} signal */
const aborted = (signal) => new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));

/** @typedef {ReturnType<typeof createSpending>} Spending */
