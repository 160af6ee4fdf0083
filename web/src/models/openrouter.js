/**
 * Signs in with OpenRouter instead of a pasted key (OAuth with PKCE, RFC 7636, as its documentation
 * describes it): the visitor goes there and comes back with a code, which is exchanged for a key.
 */
import * as v from "valibot";
import { readStored, removeStored, tab, writeStored } from "../stored.js";
import { originOf } from "./addresses.js";
import { text as inWords } from "../texts/texts.js";

const PROVIDER = "openrouter";
const STORE = "lispcore.openrouter";
/** In the address that OpenRouter sends the visitor back to. */
const MARK = "signin";

/** What is remembered while the visitor is away. */
const Away = v.object({
  verifier: v.string(),
  state: v.string(),
  baseUrl: v.string(),
  remember: v.boolean(),
  // Of the page before.
  search: v.string(),
  hash: v.string(),
});

/** @typedef {v.InferOutput<typeof Away>} Away */

/** @param {Uint8Array} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Leaves for OpenRouter. The program, the files and the settings are kept by the browser.
 * @param {{baseUrl: string, remember: boolean, storage?: Storage}} options
 */
export async function signIn({ baseUrl, remember, storage = tab }) {
  const verifier = randomText();
  const state = randomText();
  /** @type {Away} */
  const away = { verifier, state, baseUrl, remember, search: location.search, hash: location.hash };
  writeStored(storage, STORE, away);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const back = new URL(location.pathname, location.origin);
  back.searchParams.set(MARK, state);
  const there = new URL("/auth", originOf(baseUrl));
  there.searchParams.set("callback_url", back.href);
  there.searchParams.set("code_challenge", base64url(new Uint8Array(digest)));
  there.searchParams.set("code_challenge_method", "S256");
  location.assign(there);
}

/**
 * Ends a sign-in if this visit is the way back from one; the address is as before then.
 * @param {object} options
 * @param {import("./keys.js").Keys} options.keys
 * @param {import("../state.js").Store["dispatch"]} options.dispatch
 * @param {Storage} [options.storage]
 */
export async function finishSignIn({ keys, dispatch, storage = tab }) {
  /** @param {string} text */
  const say = (text) => dispatch({ type: "said", text });
  const query = new URLSearchParams(location.search);
  const state = query.get(MARK);
  if (state === null) return;
  const away = readStored(storage, STORE, Away, "What was remembered of the sign-in");
  removeStored(storage, STORE);
  const code = query.get("code");
  history.replaceState(null, "", location.pathname + (away?.search ?? "") + (away?.hash ?? location.hash));
  // A code that nobody here asked for: somebody else's account, put into a link.
  if (!away || away.state !== state) return;
  if (!code) {
    say(inWords("OpenRouter did not sign you in; nothing has changed"));
    return;
  }
  try {
    const key = await exchange(away, code);
    await keys.set(PROVIDER, away.baseUrl, key, away.remember);
    dispatch({ type: "provider-chosen", name: PROVIDER, choice: {} });
    say(inWords("Signed in with OpenRouter: its models answer from now on"));
  } catch (error) {
    say(inWords("The sign-in failed: {problem}", { problem: error instanceof Error ? error.message : String(error) }));
  }
}

/** @param {Away} away @param {string} code @returns {Promise<string>} the key */
async function exchange({ baseUrl, verifier }, code) {
  const response = await fetch(`${baseUrl.replace(/\/$/, "")}/auth/keys`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, code_verifier: verifier, code_challenge_method: "S256" }),
    redirect: "error",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && typeof answer?.key === "string" && answer.key) return answer.key;
  const said = answer?.error?.message ?? answer?.message ?? `HTTP ${response.status}`;
  throw new Error(inWords("OpenRouter gave no key ({problem})", { problem: said }));
}
