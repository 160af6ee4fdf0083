/**
 * What the visitor has allowed for good: for a program, known by the hash of its text, the hosts that it
 * may contact, on whose account, and which of the visitor's files it may see. Another text is another
 * program.
 */
import * as v from "valibot";
import { readStored, removeStored, writeStored } from "../stored.js";

const STORE = "lispcore.allowed";
const MOST = 100;
const MAX_CHARACTERS = 2000;

const Text = v.pipe(v.string(), v.maxLength(MAX_CHARACTERS));
const Kept = v.pipe(
  v.array(
    v.object({
      hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      title: Text,
      hosts: v.pipe(v.array(Text), v.maxLength(MOST)),
      files: v.pipe(v.array(Text), v.maxLength(MOST)),
    }),
  ),
  v.maxLength(MOST),
);

/** @typedef {v.InferOutput<typeof Kept>[number]} Grant `hosts`: as in `hostKey` of consent.js */

/**
 * @param {string} code
 * @param {SubtleCrypto | undefined} [subtle]
 * @returns {Promise<string>} "" where the browser cannot tell texts apart so that nobody can forge one
 */
export async function hashOf(code, subtle = globalThis.crypto?.subtle) {
  if (!subtle) return "";
  const digest = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(code)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} code @returns {string} its first words, to tell it from others */
export const titleOf = (code) => code.trim().split("\n", 1)[0].slice(0, 80) || "(empty)";

/** @param {Storage} storage @param {(grants: Grant[]) => void} [onChange] */
export function createGrants(storage, onChange = () => {}) {
  let grants = readStored(storage, STORE, Kept, "What you allowed programs of links") ?? [];

  /** @param {Grant[]} changed */
  function keep(changed) {
    grants = changed.slice(-MOST);
    if (grants.length) writeStored(storage, STORE, grants);
    else removeStored(storage, STORE);
    onChange(grants);
  }

  return {
    /** @returns {Grant[]} */
    list: () => grants,

    /** @param {string} hash @returns {Grant | undefined} */
    find: (hash) => (hash ? grants.find((each) => each.hash === hash) : undefined),

    /** Allows more to a program. @param {Grant} more */
    add(more) {
      const before = grants.find(({ hash }) => hash === more.hash);
      const hosts = [...new Set([...(before?.hosts ?? []), ...more.hosts])].slice(-MOST);
      const files = [...new Set([...(before?.files ?? []), ...more.files])].slice(-MOST);
      keep([...grants.filter((each) => each !== before), { ...more, hosts, files }]);
    },

    /** @param {string} hash */
    revoke: (hash) => keep(grants.filter((each) => each.hash !== hash)),
  };
}

/** @typedef {ReturnType<typeof createGrants>} Grants */
