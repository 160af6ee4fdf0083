/**
 * The files in the database. Each has a version there, so that a tab sees, when it writes a file, that
 * another tab has changed it meanwhile: then both are kept.
 */
import * as v from "valibot";
import { report } from "../stored.js";
import { fileName, nameOfOther } from "./file-names.js";

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {import("./transact.js").Transaction} Transaction
 *
 * @typedef {object} Saved
 * @property {string[]} unkept names for which there was no room
 * @property {{name: string, copy: string, bytes: Bytes}[]} others files that another tab had changed: what
 *   they were there lies under the name `copy` now
 * @property {string[]} notRemoved names that another tab has changed since: they stay
 */

/** @param {unknown} a @param {Uint8Array} b */
export const isSameBytes = (a, b) =>
  a instanceof Uint8Array && a.length === b.length && (a === b || a.every((byte, at) => byte === b[at]));

/** Where a page leaves what it has no time to write. */
const FAREWELL = "farewell/";
const Farewell = v.object({
  files: v.array(
    v.object({ name: v.string(), bytes: v.nullable(v.instance(Uint8Array)), bases: v.array(v.string()) }),
  ),
});

/** Caches and journals of programs: a second copy of one would be of no use to anybody. @param {string} name */
const isOfPrograms = (name) => name.startsWith(".");

const newVersion = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** @param {import("./vault.js").Vault} vault */
export function createFileStore(vault) {
  /** The versions that this tab has read at its start or written. @type {Map<string, string>} */
  const known = new Map();
  /** Those of other tabs that it has shown since. @type {Map<string, string>} */
  const seen = new Map();
  /** Those that are being written, or were at least begun. @type {Map<string, string>} */
  const underWay = new Map();

  /**
   * @param {Transaction} transaction
   * @param {string} name
   * @returns {Promise<string | null>} "" for files of earlier pages, null if there is none
   */
  async function versionOf(transaction, name) {
    const version = await transaction.get("fileVersions", name);
    if (typeof version === "string") return version;
    return (await transaction.get("files", name)) === undefined ? null : "";
  }

  /**
   * @param {Transaction} transaction
   * @param {string} name @param {Bytes} bytes
   * @returns {Promise<{version: string, other: Saved["others"][0] | null}>}
   */
  async function put(transaction, name, bytes) {
    const there = await versionOf(transaction, name);
    /** @type {Saved["others"][0] | null} */
    let other = null;
    if (there !== null && there !== known.get(name) && !isOfPrograms(name)) {
      const theirs = await transaction.get("files", name);
      if (theirs instanceof Uint8Array && !isSameBytes(theirs, bytes)) {
        const copy = nameOfOther(name, await transaction.keys("files"));
        await transaction.put("files", copy, theirs);
        await transaction.put("fileVersions", copy, newVersion());
        other = { name, copy, bytes: /** @type {Bytes} */ (theirs) };
      }
    }
    const version = newVersion();
    underWay.set(name, version);
    await transaction.put("files", name, bytes);
    await transaction.put("fileVersions", name, version);
    return { version, other };
  }

  /** @param {Transaction} transaction @param {string} name @returns {Promise<boolean>} whether it is gone */
  async function take(transaction, name) {
    const there = await versionOf(transaction, name);
    if (there !== null && there !== known.get(name) && there !== seen.get(name)) return false;
    await transaction.remove("files", name);
    await transaction.remove("fileVersions", name);
    return true;
  }

  /**
   * Does what an earlier page had no time for: it had written without looking.
   * @param {Transaction} transaction
   */
  async function takeFarewells(transaction) {
    for (const key of await transaction.keys("runs")) {
      if (!key.startsWith(FAREWELL)) continue;
      const read = v.safeParse(Farewell, await transaction.get("runs", key));
      await transaction.remove("runs", key);
      for (const { name, bytes, bases } of read.success ? read.output.files : []) {
        const there = await versionOf(transaction, name);
        for (const base of bases) if (base === there) known.set(name, base);
        if (bytes) await put(transaction, name, /** @type {Bytes} */ (bytes));
        else await take(transaction, name);
        known.delete(name);
      }
    }
  }

  /** @param {[string, Bytes | null][]} changes @returns {Promise<Saved>} */
  async function write(changes) {
    /** @type {[string, string | null][]} */
    const now = [];
    /** @type {Saved} */
    const saved = { unkept: [], others: [], notRemoved: [] };
    await vault.transact("readwrite", ["files", "fileVersions"], async (transaction) => {
      for (const [name, bytes] of changes) {
        if (bytes === null) {
          if (await take(transaction, name)) now.push([name, null]);
          else saved.notRemoved.push(name);
          continue;
        }
        const { version, other } = await put(transaction, name, bytes);
        now.push([name, version]);
        if (other) saved.others.push(other);
      }
    });
    for (const [name, version] of now) {
      seen.delete(name);
      if (version === null) known.delete(name);
      else known.set(name, version);
    }
    return saved;
  }

  return {
    /** @returns {Promise<[string, Bytes][]>} all that is kept */
    load: () =>
      vault.transact("readwrite", ["files", "fileVersions", "runs"], async (transaction) => {
        await takeFarewells(transaction);
        const names = await transaction.keys("files");
        const contents = await transaction.values("files");
        /** @type {[string, Bytes][]} */
        const files = [];
        for (const [index, name] of names.entries()) {
          const bytes = contents[index];
          if (fileName(name) === null || !(bytes instanceof Uint8Array)) {
            const text = `The file ${String(name).slice(0, 200)} could not be read: what lies in this browser's storage is no file.`;
            report({ name: String(name), copy: null, text });
            continue;
          }
          known.set(name, (await transaction.get("fileVersions", name)) ?? "");
          files.push([name, /** @type {Bytes} */ (bytes)]);
        }
        return files;
      }),

    /** Leaves changes for the next page, when this one goes. @param {[string, Bytes | null][]} changes */
    sayFarewell(changes) {
      const files = changes.map(([name, bytes]) => {
        const bases = [known.get(name), seen.get(name), underWay.get(name)].filter((each) => each !== undefined);
        return { name, bytes, bases };
      });
      return vault.putNow("runs", [[FAREWELL + newVersion(), { at: Date.now(), files }]]);
    },

    /**
     * @param {[string, Bytes | null][]} changes null for a file that was deleted
     * @returns {Promise<Saved>}
     */
    async save(changes) {
      try {
        return await write(changes);
      } catch (error) {
        if (changes.length === 1) return { unkept: changes[0][1] ? [changes[0][0]] : [], others: [], notRemoved: [] };
      }
      // One of them had no room: the others still may have.
      /** @type {Saved} */
      const saved = { unkept: [], others: [], notRemoved: [] };
      for (const change of changes) {
        const { unkept, others, notRemoved } = await this.save([change]);
        saved.unkept.push(...unkept);
        saved.others.push(...others);
        saved.notRemoved.push(...notRemoved);
      }
      return saved;
    },

    /**
     * @param {string[]} names that another tab has changed
     * @returns {Promise<[string, Bytes | null][]>} what is new of them; null for what is gone
     */
    look: (names) =>
      vault.transact("readonly", ["files", "fileVersions"], async (transaction) => {
        /** @type {[string, Bytes | null][]} */
        const changes = [];
        for (const name of names) {
          const there = await versionOf(transaction, name);
          if (there === (seen.get(name) ?? known.get(name) ?? null)) continue;
          const bytes = there === null ? null : await transaction.get("files", name);
          if (bytes !== null && !(bytes instanceof Uint8Array)) continue;
          if (there !== null) seen.set(name, there);
          changes.push([name, /** @type {Bytes | null} */ (bytes)]);
        }
        return changes;
      }),
  };
}

/** @typedef {ReturnType<typeof createFileStore>} FileStore */
