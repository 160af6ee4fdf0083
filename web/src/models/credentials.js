/**
 * What a request that gets a key may look like. The worker names a provider, and nothing else of what it
 * says counts: where the key goes, in which header, by which method and beside which other headers stands
 * in `wires.js`, which is made from the language's own translators.
 *
 * A request is compared as a whole with the addresses that the language makes of a base address. So no
 * trick with `..`, `%2e`, `//`, `\`, `user:password@` or a query can make one address look like another:
 * what is not exactly one of them gets no key.
 */
import { baseOf } from "./addresses.js";
import { ALIASES } from "./catalog.js";
import { WIRES } from "./wires.js";

/** @typedef {import("./wires.js").Endpoint} Endpoint */

/** A base that ends like this names its version. As in lispcore/llm/providers/dialect.py. */
const VERSION = /(v\d\w*|api)$/;
/** A model in the path of an address. */
const MODEL_IN_PATH = "[\\w.~-]+(?:/[\\w.~-]+)?";
/** A batch job in the path of an address, or a file of one. */
const JOB_IN_PATH = "[\\w-][\\w.-]*";
const SPECIAL = /[.*+?^${}()|[\]\\/]/g;
/** Headers that say nothing of whose request it is. */
const HARMLESS = new Set(["accept", "content-type"]);

/** @param {string} provider @returns {string} the name under which it is listed */
export const canonicalName = (provider) =>
  Object.hasOwn(ALIASES, provider) ? ALIASES[provider] : provider;

/** @param {string} provider @returns {import("./wires.js").Wire} what is known of its requests */
export function wireOf(provider) {
  const name = canonicalName(provider);
  return WIRES[Object.hasOwn(WIRES, name) ? name : ""];
}

/**
 * The address that the language makes of a base: `endpoint` in lispcore/llm/providers/dialect.py.
 * @param {Endpoint} endpoint
 * @param {string} base
 * @returns {string} with `MODEL` where a model stands
 */
export function addressOf({ version, path, versionInBase, drops }, base) {
  const whole = base.trim().replace(/\/+$/, "");
  const dropped = drops.find((end) => whole.endsWith(end)) ?? "";
  let [start, query] = split(whole.slice(0, whole.length - dropped.length));
  start = start.replace(/\/+$/, "");
  const [end] = split(path);
  if (!start.endsWith(end)) {
    const hasPath = start.slice(start.indexOf("://") + 3).includes("/");
    const last = start.slice(start.lastIndexOf("/") + 1);
    if (!VERSION.test(last) && !(versionInBase && hasPath)) start += version;
    start += end;
  }
  const own = split(path)[1];
  return start + (query || own);
}

/** @param {string} address @returns {[string, string]} the part before `?`, and the rest from there on */
function split(address) {
  const at = address.indexOf("?");
  return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at)];
}

/** @param {string} address with MODEL or JOB_ID in it @returns {RegExp} the addresses that it stands for */
const patternOf = (address) =>
  new RegExp(`^${address.replace(SPECIAL, "\\$&").replace("MODEL", MODEL_IN_PATH).replace("JOB_ID", JOB_IN_PATH)}$`);

/**
 * @param {string} provider
 * @param {string} base the address that belongs to a key
 * @param {string} url that is asked for
 * @param {string} method
 * @returns {Endpoint | undefined} what kind of request it is; undefined if it is none of that provider's there
 */
export function findEndpoint(provider, base, url, method) {
  const known = baseOf(base);
  if (!known || !URL.canParse(url)) return undefined;
  const { href } = new URL(url);
  return wireOf(provider).endpoints.find((endpoint) => {
    if (endpoint.method !== method) return false;
    const address = addressOf(endpoint, known);
    return /MODEL|JOB_ID/.test(address) ? patternOf(address).test(href) : new URL(address).href === href;
  });
}

/**
 * @param {string} provider
 * @param {string} a
 * @param {string} b
 * @returns {boolean} whether two base addresses lead to the same place
 */
export function isSameBase(provider, a, b) {
  const [one, other] = [baseOf(a), baseOf(b)];
  if (!one || !other) return false;
  const [endpoint] = wireOf(provider).endpoints;
  return addressOf(endpoint, one) === addressOf(endpoint, other);
}

/**
 * @param {string} provider
 * @param {[string, string][]} headers that the worker wants beside the key
 * @returns {string} the name of one that may not go there, or ""
 */
export function findForeignHeader(provider, headers) {
  const allowed = new Set(wireOf(provider).endpoints.flatMap(({ others }) => others));
  const foreign = headers.find(([name]) => {
    const lower = String(name).toLowerCase();
    return !allowed.has(lower) && !HARMLESS.has(lower);
  });
  return foreign ? String(foreign[0]) : "";
}
