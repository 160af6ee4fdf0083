/**
 * Asks the visitor before a program that came with a link contacts anybody: once for each host, and once
 * more before it does so on an account of the visitor's. Any program, the visitor's own as well, asks
 * before it imports code from a host. The request waits for the answer, and Stop ends the question. After
 * a No nothing else is asked in that run.
 */
import { hostOf, originOf } from "./addresses.js";
import { canonicalName, wireOf } from "./credentials.js";
import { hashOf, titleOf } from "./grants.js";
import { findProvider } from "./providers.js";
import { RelayError } from "./relay-error.js";
import { modelsOf } from "./spending.js";

/** @typedef {import("./calls.js").RelayRequest} RelayRequest */
/** @typedef {import("../state/questions.js").ConsentQuestion} ConsentQuestion */

/** More of a body is not looked at for the name of a model. */
const MAX_BODY_BYTES = 2_000_000;
/** More of a name is not shown: what a program says must not push the answers out of sight. */
const MAX_NAME_CHARACTERS = 80;
/** Before an origin from which code may come. */
export const IMPORT = "import:";
/** A request with one of these brings an account along. */
const OF_AN_ACCOUNT = /^(authorization|cookie|(x-)?(goog-)?api-key|x-.*(key|token|auth).*)$/i;

/**
 * @param {RelayRequest} request
 * @param {boolean} hasKey
 * @returns {string} what is allowed: an origin, with whose account if the page adds a key, or to import from it
 */
function hostKey({ url, method, tags, credential }, hasKey) {
  if (isImport({ method, tags })) return `${IMPORT}${originOf(url)}`; // who may read there may not bring code from there
  return hasKey && credential ? `${originOf(url)} ${canonicalName(credential.provider)}` : originOf(url);
}

/**
 * @param {Pick<RelayRequest, "method" | "tags">} request
 * @returns {boolean} whether it brings code that nothing pins (lispcore/library/packages/fetching.py)
 */
const isImport = ({ method, tags }) => method === "GET" && tags?.purpose === "import" && !tags.pinned;

/** @param {string} url @param {Uint8Array} body @returns {string} the model that is asked, "" if that is not said */
function modelOf(url, body) {
  try {
    return modelsOf(url, JSON.parse(new TextDecoder().decode(body.subarray(0, MAX_BODY_BYTES)))).join(", ");
  } catch {
    return "";
  }
}

/** @param {string} name as a program says it @returns {string} in one line, and short */
function shorten(name) {
  const line = name.replace(/\s+/g, " ").trim();
  return line.length > MAX_NAME_CHARACTERS ? `${line.slice(0, MAX_NAME_CHARACTERS)} …` : line;
}

/** @param {RelayRequest} request @param {boolean} hasKey @returns {ConsentQuestion["account"]} */
function accountOf({ credential, headers }, hasKey) {
  if (hasKey) return "visitor";
  if (headers.some(([name]) => OF_AN_ACCOUNT.test(name))) return "program";
  return credential && wireOf(credential.provider).isFree ? "free" : "none";
}

/**
 * @param {RelayRequest} request @param {Uint8Array} body @param {boolean} hasKey
 * @returns {Omit<ConsentQuestion, "isFirst" | "isOwn" | "sees" | "canRemember">}
 */
function describe(request, body, hasKey) {
  const provider = request.credential?.provider ?? "";
  return {
    host: hostOf(request.url),
    method: request.method,
    provider: provider && (findProvider(canonicalName(provider))?.label.replace(/ \(.*/, "") ?? shorten(provider)),
    model: provider && shorten(modelOf(request.url, body)),
    account: accountOf(request, hasKey),
    imported: isImport(request) ? request.url : "",
  };
}

/**
 * @param {object} parts
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} parts.state
 * @param {import("./grants.js").Grants} parts.grants
 * @param {(names: string[]) => void} parts.handOver gives files of the visitor's to the program
 * @param {() => [string, Uint8Array][]} parts.listSeen the files that the program sees
 */
export function createConsent({ state: { get, dispatch }, grants, handOver, listSeen }) {
  const nothing = { run: -1, hash: "", title: "", hosts: new Set(), isRefused: false, mayImport: false };
  let allowed = nothing;
  let nextMayImport = false;
  /** @type {PromiseWithResolvers<void> | null} the question that is open */
  let open = null;
  let asked = "";

  function close() {
    if (!open) return;
    const { resolve } = open;
    open = null;
    dispatch({ type: "consent-answered" });
    resolve();
  }

  /** @param {RelayRequest} request */
  const refuse = (request) =>
    new RelayError(
      "refused",
      `you did not allow this program to ${isImport(request) ? "import code from" : "contact"} ${hostOf(request.url)}`,
      "press Run to be asked again",
    );

  /** @param {number} run that the visitor's own program is in: lines below the output may come without a Run */
  function beginOwn(run) {
    if (allowed.run !== run) allowed = { ...nothing, run, hosts: new Set() };
  }

  return {
    /**
     * A program begins: what was allowed for good holds for it.
     * @param {string} code
     */
    async begin(code) {
      const { run } = get().calls;
      allowed = { ...nothing, run, hosts: new Set(), mayImport: nextMayImport };
      nextMayImport = false;
      const hash = await hashOf(code);
      const grant = get().run.isLimited ? grants.find(hash) : undefined;
      allowed = { ...allowed, hash, title: titleOf(code), hosts: new Set(grant?.hosts) };
      if (grant) handOver(grant.files);
    },

    /**
     * Returns once the program may send a request.
     * @param {RelayRequest} request
     * @param {Uint8Array} body
     * @param {boolean} hasKey the page adds a key of the visitor's
     * @param {AbortSignal} signal
     * @throws {RelayError} if it may not
     */
    async allow(request, body, hasKey, signal) {
      const isOwn = !get().run.isLimited;
      if (isOwn && !isImport(request)) return;
      const { run } = get().calls;
      if (isOwn) beginOwn(run);
      if (isOwn && allowed.mayImport) return;
      const key = hostKey(request, hasKey);
      for (;;) {
        signal.throwIfAborted();
        if (allowed.run !== run || get().calls.run !== run) throw refuse(request);
        // Who may use an account at a host may do so without, too.
        if (allowed.hosts.has(key) || [...allowed.hosts].some((each) => each.startsWith(`${key} `))) return;
        if (allowed.isRefused) throw refuse(request);
        if (!open) {
          open = Promise.withResolvers();
          asked = key;
          /** @type {[string, number][]} */
          const sees = isOwn ? [] : listSeen().map(([name, bytes]) => [name, bytes.length]);
          const more = { isFirst: allowed.hosts.size === 0, isOwn, sees, canRemember: !isOwn && allowed.hash !== "" };
          dispatch({ type: "consent-asked", question: { ...describe(request, body, hasKey), ...more } });
        }
        await open.promise;
      }
    },

    /**
     * The visitor has answered.
     * @param {"once" | "always" | "no"} answer
     * @param {string[]} files of the visitor's that the program may see
     */
    answer(answer, files) {
      if (!open) return;
      const { hash, title } = allowed;
      if (answer === "no") allowed.isRefused = true;
      else {
        allowed.hosts.add(asked);
        if (files.length) handOver(files);
        if (answer === "always" && hash) {
          grants.add({ hash, title, hosts: [asked], files });
        }
      }
      close();
    },

    /** Whoever drives the page says yes beforehand, for the next program if that is the visitor's own. */
    allowImports() {
      nextMayImport = true;
    },

    /** The program has ended: nobody waits for an answer any more. */
    cancel: close,
  };
}

/** @typedef {ReturnType<typeof createConsent>} Consent */
