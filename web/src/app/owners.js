/**
 * Whose programs run, and which files they see. The visitor's own see all files. A program that came
 * with a link sees those that it brought along, those that it wrote, and those that the visitor gave
 * it; and it can neither change nor delete what was there before it: what it writes under such a name
 * becomes a file of another name. Nor does it say what the visitor's programs import (`PACKAGES`).
 */
import { VISITOR } from "../engine/engine.js";
import { freeName } from "../storage/file-names.js";

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {Map<string, {place: string, isOwn: boolean}>} Seen what a program calls a file: what the page calls
 *   it, and whether the program made it
 */

/** Where programs find the code that they import: what a link's program writes there lies in a folder apart. */
const PACKAGES = /^(?:lispcore\.lock$|packages(?:\/|$))/i;
const APART = "of-links/";

/** A program of a link that does not stand in the editor. */
const PASTED = "pasted";

/** @param {Bytes} a @param {Bytes} b */
const isSame = (a, b) => a === b || (a.length === b.length && a.every((byte, at) => byte === b[at]));

/** @param {() => Pick<import("../state.js").State, "files" | "link" | "run">} get */
export function createOwners(get) {
  /** @type {WeakMap<object, string>} the name of each program that came with a link */
  const names = new WeakMap();
  /** @type {Map<string, Seen>} */
  const seen = new Map();
  let count = 0;
  let last = VISITOR;

  /** @returns {string} whose program stands in the editor */
  function next() {
    const { link } = get();
    if (!link.isFromLink) return VISITOR;
    const name = names.get(link) ?? `link ${++count}`;
    names.set(link, name);
    return name;
  }

  /** @param {string} owner @returns {Seen} */
  function seenBy(owner) {
    const found = seen.get(owner) ?? new Map();
    seen.set(owner, found);
    return found;
  }

  return {
    next,

    /** @param {boolean} isFresh a line below the output is of the program before @returns {string} of what runs now */
    ofRun(isFresh) {
      const { run, link } = get();
      // What is not in the editor was written by whoever drives the page, or came with a link all the same.
      if (isFresh) last = !run.isLimited ? VISITOR : link.isFromLink ? next() : PASTED;
      return last;
    },

    /** @param {string} owner @returns {[string, Bytes][]} what its programs see */
    files(owner) {
      const { files } = get();
      if (owner === VISITOR) return [...files];
      return [...seenBy(owner)].flatMap(([name, { place }]) => {
        const bytes = files.get(place);
        return bytes ? [/** @type {[string, Bytes]} */ ([name, bytes])] : [];
      });
    },

    /** @param {string} owner @returns {[string, Bytes][]} the same, as the page calls them */
    listSeen(owner) {
      const { files } = get();
      if (owner === VISITOR) return [...files];
      const places = new Set([...seenBy(owner).values()].map(({ place }) => place));
      return [...files].filter(([name]) => places.has(name));
    },

    /** @param {string} owner @param {string} place of a file in the page @returns {string | null} what its programs call it */
    nameOf(owner, place) {
      if (owner === VISITOR) return place;
      return [...seenBy(owner)].find(([, file]) => file.place === place)?.[0] ?? null;
    },

    /** @param {string} owner @param {[string, string][]} names that its programs have for files, and their places */
    bringBack(owner, names) {
      for (const [name, place] of owner === VISITOR ? [] : names) seenBy(owner).set(name, { place, isOwn: true });
    },

    /** Hands a file over. @param {string} owner @param {string} name */
    give(owner, name) {
      if (owner !== VISITOR) seenBy(owner).set(name, { place: name, isOwn: false });
    },

    /**
     * @param {string} owner @param {string} name @param {Bytes} bytes what it writes or brings along
     * @returns {string} the name that it has in the page
     */
    placeFor(owner, name, bytes) {
      if (owner === VISITOR) return name;
      const known = seenBy(owner).get(name);
      if (known?.isOwn) return known.place;
      const { files } = get();
      const wanted = PACKAGES.test(name) ? APART + name : name;
      const there = files.get(wanted);
      const place = !there || isSame(there, bytes) ? wanted : freeName(wanted, files.keys());
      seenBy(owner).set(name, { place, isOwn: !there || place !== wanted });
      return place;
    },

    /** @param {string} owner @param {string} name that it deletes @returns {string | null} what the page deletes */
    forget(owner, name) {
      if (owner === VISITOR) return name;
      const known = seenBy(owner).get(name);
      seenBy(owner).delete(name);
      return known?.isOwn ? known.place : null;
    },
  };
}

/** @typedef {ReturnType<typeof createOwners>} Owners */
