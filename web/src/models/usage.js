/**
 * How many tokens a reply took, read from its bytes as they pass: from the places in which the wire
 * formats report them, whoever sent the request. Of counts that come several times the largest holds.
 */

/** @typedef {import("./price-list.js").Usage} Usage */

/** A line without one of these reports nothing. */
const REPORTS = /usage|eval_count|billed_units|webSearchQueries/i;
/** Longer lines, and longer replies in one piece, are not looked at. */
const MAX_CHARACTERS = 8_000_000;

/** @param {unknown} value @returns {number} */
const count = (value) => (typeof value === "number" && value > 0 && value < 1e15 ? Math.floor(value) : 0);

/** @param {any} report @param {string[]} names @returns {number} the first of them that counts something */
const first = (report, ...names) => names.map((name) => count(report?.[name])).find(Boolean) ?? 0;

/** @param {any} report @returns {number} dollars, where it says so: OpenRouter, xAI */
const chargedIn = ({ cost, cost_in_usd_ticks: ticks }) =>
  typeof cost === "number" && cost > 0 ? cost : count(ticks) / 1e10;

/** @param {any} record @returns {number} searches of which a record tells by what they gave */
function searchesIn({ response, output, candidates }) {
  const items = response?.output ?? output;
  const calls = Array.isArray(items) ? items.filter((/** @type {any} */ each) => each?.type === "web_search_call") : [];
  const queries = Array.isArray(candidates) ? candidates.flatMap((each) => each?.groundingMetadata?.webSearchQueries ?? []) : [];
  return calls.length + queries.length;
}

/** @param {any} report @returns {Required<Usage>} */
function readReport(report) {
  const sent = first(report, "prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count");
  const said = first(report, "completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count");
  const total = first(report, "total_tokens", "totalTokenCount");
  const details = report.prompt_tokens_details ?? report.input_tokens_details;
  return {
    // Some count the reasoning in the total alone; embeddings have nothing but a total.
    answered: said || sent ? Math.max(said + count(report.thoughtsTokenCount), total - sent, said) : 0,
    sent: sent || said ? sent : total,
    cacheRead:
      first(report, "cache_read_input_tokens", "cachedContentTokenCount", "prompt_cache_hit_tokens", "cached_tokens") ||
      first(details, "cached_tokens"),
    cacheHour: first(report.cache_creation, "ephemeral_1h_input_tokens"),
    cacheWritten: first(report, "cache_creation_input_tokens") || first(details, "cache_write_tokens"),
    searches: first(report.server_tool_use, "web_search_requests"),
    charged: chargedIn(report),
  };
}

/** @param {any} record @returns {object[]} where a record may count tokens */
function reportsOf(record) {
  if (Array.isArray(record)) return record.flatMap(reportsOf);
  if (!record || typeof record !== "object") return [];
  const { usage, usageMetadata, message, response, x_groq: groq, choices, meta } = record;
  const places = [usage, usageMetadata, message?.usage, response?.usage, groq?.usage, choices?.[0]?.usage];
  places.push(meta?.billed_units, meta?.tokens, "eval_count" in record ? record : null);
  return places.filter((each) => each && typeof each === "object");
}

export function createUsageReader() {
  const decoder = new TextDecoder();
  let [line, whole] = ["", ""];
  let records = 0;
  let size = 0;
  /** @type {Required<Usage>} */
  const usage = { sent: 0, answered: 0, cacheRead: 0, cacheWritten: 0, cacheHour: 0, searches: 0, charged: 0 };
  let isKnown = false;

  /** @param {string} text of JSON, perhaps @returns {boolean} */
  function take(text) {
    let record;
    try {
      record = JSON.parse(text);
    } catch {
      return false;
    }
    usage.searches = Math.max(usage.searches, record && typeof record === "object" ? searchesIn(record) : 0);
    for (const report of reportsOf(record)) {
      const told = readReport(report);
      for (const name of /** @type {(keyof Usage)[]} */ (Object.keys(usage))) usage[name] = Math.max(usage[name], told[name]);
      // What Anthropic says at the beginning is not the end of the matter.
      if (record.type !== "message_start") isKnown = true;
    }
    return true;
  }

  /** @param {string} text one line */
  function readLine(text) {
    const data = text.replace(/^data:/, "").trim();
    if (!data) return;
    records++;
    if (REPORTS.test(data)) take(data);
  }

  return {
    /** @param {Uint8Array} chunk */
    feed(chunk) {
      const text = decoder.decode(chunk, { stream: true });
      size += text.length;
      if (size <= MAX_CHARACTERS) whole += text;
      const lines = (line + text).split(/\r\n|\n|\r/);
      line = lines.pop() ?? "";
      if (line.length > MAX_CHARACTERS) line = "";
      for (const each of lines) readLine(each);
    },

    /** @returns {{usage: Usage, isKnown: boolean, said: number}} `said`: tokens, by the size of what has arrived */
    end() {
      readLine(line);
      line = "";
      if (!isKnown && REPORTS.test(whole)) take(whole);
      const said = records > 3 ? records : Math.ceil(size / 4);
      return { usage, isKnown, said };
    },
  };
}
