/**
 * The program in the editor, for the next moment: in this tab's storage for a reload, and, if it is the
 * visitor's own, in the device's for the next tab. What was in the editor before is in the history.
 */
import { device, readStored, readText, removeStored, tab, writeStored, writeText } from "../stored.js";

const DRAFT = "lispcore.draft";
const PLACE = "lispcore.place";
const BEFORE = "lispcore.before";
const SEEN_LINK = "lispcore.link";
const FROM_LINK = "lispcore.from-link";
/** Earlier pages kept the program that a link had replaced here. */
const PREVIOUS = "lispcore.previous";

/**
 * A schema of one kind: an object whose properties are of these types. Written out, since the page shows the
 * program before the library for schemas is there.
 * @template {object} T
 * @param {T} example has a value of its type for each
 * @returns {import("valibot").GenericSchema<T>}
 */
function objectLike(example) {
  const names = /** @type {(keyof T)[]} */ (Object.keys(example));
  const validate = (/** @type {any} */ given) => {
    const isGood = names.every((name) => typeof given?.[name] === typeof example[name]);
    if (!isGood) return { issues: [{ message: "this is no such object" }] };
    return { value: Object.fromEntries(names.map((name) => [name, given[name]])) };
  };
  return /** @type {any} */ ({ "~standard": { version: 1, vendor: "lispcore", validate } });
}

const Place = objectLike({ program: "", text: "" });
const Before = objectLike({ text: "", isFromLink: false });

/**
 * @typedef {import("./history.js").Place} Place
 * @typedef {import("valibot").InferOutput<typeof Before>} Before a program that another one has replaced
 *
 * @typedef {object} Kept
 * @property {string | null} text null if it is in the history alone: it had no room here
 * @property {boolean} isFromLink
 * @property {Place | null} place where it is in the history
 */

/** @param {Storage} storage */
const readPlace = (storage) => readStored(storage, PLACE, Place, "The place in the history") ?? null;

/** @param {Storage} storage @param {string} text @param {Place | null} place */
function write(storage, text, place) {
  // An old text must not come back in place of one that had no room.
  if (!writeText(storage, DRAFT, text)) removeStored(storage, DRAFT);
  if (place) writeStored(storage, PLACE, place);
  else removeStored(storage, PLACE);
}

export const drafts = {
  /** @returns {Kept | null} this tab's program, else the visitor's own last one; null if there is none */
  load() {
    const here = readText(tab, DRAFT);
    const place = readPlace(tab);
    if (here !== null || place) return { text: here, isFromLink: readText(tab, FROM_LINK) === "yes", place };
    const isOfLink = readText(device, FROM_LINK) === "yes"; // earlier pages kept a link's there, too
    const own = readText(device, isOfLink ? PREVIOUS : DRAFT);
    const ownPlace = isOfLink ? null : readPlace(device);
    return own !== null || ownPlace ? { text: own, isFromLink: false, place: ownPlace } : null;
  },

  /** @param {string} text @param {boolean} isFromLink @param {Place | null} place */
  save(text, isFromLink, place) {
    write(tab, text, place);
    writeText(tab, FROM_LINK, isFromLink ? "yes" : "no");
  },

  /** Keeps it for the next tab: it is the visitor's own. @param {string} text @param {Place | null} place */
  saveOwn(text, place) {
    write(device, text, place);
    removeStored(device, FROM_LINK);
    removeStored(device, PREVIOUS);
  },

  /** @returns {Before | null} the program that was replaced in this tab */
  before: () => readStored(tab, BEFORE, Before, "The program before this one") ?? null,

  /** @param {Before | null} before */
  saveBefore(before) {
    if (before === null) removeStored(tab, BEFORE);
    else writeStored(tab, BEFORE, before);
  },

  /** Whether this tab has opened this link already: a reload then keeps what was typed since. */
  hasSeen: (/** @type {string} */ hash) => readText(tab, SEEN_LINK) === hash && drafts.isHere(),

  /** @param {string} hash */
  markSeen: (hash) => void writeText(tab, SEEN_LINK, hash),

  /** @returns {boolean} whether this tab has a program of its own */
  isHere: () => readText(tab, DRAFT) !== null || readText(tab, PLACE) !== null,
};

/** @typedef {typeof drafts} Drafts */
