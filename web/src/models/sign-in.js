/**
 * Signing in somewhere for a program (OAuth with PKCE; lispcore/library/mcp/authorization.py speaks it): the
 * visitor is asked, goes there in a tab of its own, and comes back to oauth.html, which tells this page what
 * came back (src/sign-in-return.js). Only what belongs to the question that is open is taken. The codes and
 * tokens stay in memory, with the program that asked.
 */
import { hostOf, isThisMachine, originOf } from "./addresses.js";

const CHANNEL = "lispcore-sign-in";
const NAMES = ["code", "state", "iss", "error", "error_description"];
/** More of what comes back is not taken. */
const MAX_CHARACTERS = 8000;
/** A shorter text could be guessed by whoever sends visitors to oauth.html. */
const LEAST_STATE = 16;

/** @typedef {{error: "refused", message: string, advice: string}} Refusal */

/** @param {string} message @param {string} [advice] @returns {Refusal} */
const refusal = (message, advice = "") => ({ error: "refused", message, advice });

/**
 * @param {string} url of the sign-in
 * @param {string} back where it must lead back to
 * @returns {string} what is wrong with it, "" for nothing
 */
export function whyNotSigned(url, back) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !originOf(url)) return "this is no address to sign in at";
  if (parsed.protocol !== "https:" && !isThisMachine(parsed.hostname)) return `${parsed.origin} is not encrypted`;
  const asked = parsed.searchParams;
  if (asked.get("redirect_uri") !== back) return "this sign-in leads back to somewhere else";
  if ((asked.get("state") ?? "").length < LEAST_STATE) return "this sign-in has no state that could be checked";
  if (asked.get("code_challenge_method") !== "S256" || !asked.get("code_challenge")) return "this sign-in does without PKCE";
  return "";
}

/** @param {unknown} data that came back @returns {Record<string, string> | null} it, if it makes sense */
function readReturn(data) {
  if (typeof data !== "object" || data === null) return null;
  const found = NAMES.map((name) => [name, /** @type {Record<string, unknown>} */ (data)[name] ?? ""]);
  const isSane = found.every(([, value]) => typeof value === "string" && value.length <= MAX_CHARACTERS);
  return isSane ? Object.fromEntries(found) : null;
}

/**
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} state
 * @param {string} back the address of oauth.html
 */
export function createSignIn({ get, dispatch }, back) {
  /** @type {((answer: Record<string, string> | Refusal) => void) | null} */
  let resolve = null;

  /** @param {Record<string, string> | Refusal} answer */
  function close(answer) {
    const done = resolve;
    resolve = null;
    if (!done) return;
    dispatch({ type: "sign-in-ended" });
    done(answer);
  }

  /** @param {string} server @returns {Refusal} */
  const refuse = (server) => refusal(`you did not sign in at ${hostOf(server)}`, "press Run to be asked again");

  return {
    /**
     * @param {{url: string, server: string}} wish without `url` only the address to come back to is told
     * @returns {Promise<Record<string, string> | Refusal>} what came back
     */
    async ask({ url, server }) {
      if (!url) return { address: back };
      const { phase, run } = get();
      if (phase !== "running" || run.isPlayed) return refusal("nobody signs in while a recording plays, or nothing runs");
      const problem = whyNotSigned(url, back);
      if (problem) return refusal(problem);
      if (resolve) return refusal("another sign-in is open already");
      const wanted = new URL(url).searchParams.get("state");
      const channel = new BroadcastChannel(CHANNEL);
      channel.addEventListener("message", ({ data }) => {
        const found = readReturn(data);
        if (found?.state === wanted) close(found);
      });
      const answer = new Promise((/** @type {(answer: Record<string, string> | Refusal) => void} */ done) => {
        resolve = done;
      });
      const { isLimited } = run;
      dispatch({ type: "sign-in-asked", question: { url, host: hostOf(url), server: hostOf(server) || hostOf(url), isLimited } });
      return answer.finally(() => channel.close());
    },

    /** The visitor does not want to. */
    decline: () => close(refuse(get().signIn?.url ?? "")),

    /** The program has ended. */
    cancel: () => close(refusal("the program has ended")),
  };
}

/** @typedef {ReturnType<typeof createSignIn>} SignIn */
