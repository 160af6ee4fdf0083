/**
 * Finds what looks like a key in a text that is about to be shared: the shapes in which services hand out
 * theirs, and texts that stand where a key does.
 */

const UNSURE = "a key or password";

/** @type {[string, RegExp][]} */
const SHAPES = [
  ["an Anthropic key", /\bsk-ant-[\w-]{16,}/g],
  ["an OpenRouter key", /\bsk-or-[\w-]{16,}/g],
  ["an OpenAI key", /\bsk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9][\w-]{15,}/g],
  ["a Google key", /\bAIza[\w-]{30,}/g],
  ["a Google key", /\bAQ\.[\w-]{30,}/g],
  ["a Groq key", /\bgsk_\w{20,}/g],
  ["an xAI key", /\bxai-[\w-]{20,}/g],
  ["a Perplexity key", /\bpplx-[\w-]{20,}/g],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{20,}/g],
  ["a Replicate token", /\br8_[A-Za-z0-9]{20,}/g],
  ["a GitHub token", /\bgh[opsur]_[A-Za-z0-9]{20,}/g],
  ["a GitHub token", /\bgithub_pat_\w{20,}/g],
  ["a GitLab token", /\bglpat-[\w-]{16,}/g],
  ["a Slack token", /\bxox[abeoprs]-[\w-]{10,}/g],
  ["a Stripe key", /\b[rs]k_(?:live|test)_\w{16,}/g],
  ["an npm token", /\bnpm_[A-Za-z0-9]{30,}/g],
  ["an AWS key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ["a Jina key", /\bjina_[\w-]{20,}/g],
  ["a Voyage key", /\bpa-[\w-]{32,}/g],
  ["a Nomic key", /\bnk-[\w-]{20,}/g],
  ["a token (JWT)", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/g],
  ["an authorization header", /\bBearer\s+(?!")[A-Za-z0-9][\w.~+/-]{15,}=*/gi],
  ["an authorization header", /\bBasic\s+[A-Za-z0-9+/]{16,}={0,2}(?![\w-])/g],
  // Whatever it looks like: a text that is called so.
  [
    UNSURE,
    /(?:api[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|client[-_ ]?secret|secret[-_ ]?key|password|passwd|x-goog-api-key)["'\s:=]{1,6}["'][^"'\s]{12,}["']/gi,
  ],
];

/** Stands in for a key, as writers of examples do. */
const PLACEHOLDER = /^(?:[^A-Za-z0-9]*|.*(?:your|example|xxxx|\.\.\.|…|<.*>|placeholder|insert|replace).*)$/i;

/** @typedef {{what: string, line: number}} Suspect `line` counts from 1 */

/** @param {string} text @param {number} at @returns {number} */
export const lineAt = (text, at) => text.slice(0, at).split("\n").length;

/** @param {string} text @returns {Suspect[]} what looks like a key, each place once, in the order of the text */
export function findShapes(text) {
  /** @type {{from: number, to: number, what: string}[]} */
  const found = [];
  for (const [what, shape] of SHAPES) {
    for (const match of text.matchAll(shape)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (what === UNSURE && PLACEHOLDER.test(match[0])) continue;
      if (!found.some((each) => from < each.to && each.from < to)) found.push({ from, to, what });
    }
  }
  found.sort((one, other) => one.from - other.from);
  return found.map(({ from, what }) => ({ what, line: lineAt(text, from) }));
}
