/**
 * Knows the programs of links again. Who copies one, empties the editor and pastes it, or takes most of it
 * into another, still runs a stranger's program: it stays under its limit until the visitor says that it
 * is theirs.
 */
import * as v from "valibot";
import { readStored, writeStored } from "../stored.js";

const STORE = "lispcore.link-programs";
const MOST = 12;
/** More of a program is not compared. */
const MAX_CHARACTERS = 20_000;
/** So many words in a row are a piece; so large a part in common makes two programs the same. */
const WORDS = 3;
const MOSTLY = 0.5;

const Kept = v.pipe(v.array(v.pipe(v.string(), v.maxLength(MAX_CHARACTERS))), v.maxLength(MOST));

/** @param {string} text @returns {string[]} its words: names, numbers and texts, without brackets, white space and comments */
const wordsOf = (text) =>
  text.slice(0, MAX_CHARACTERS).replace(/;.*$/gm, "").match(/[^\s()[\]{}"'`,;]+/g) ?? [];

/** @param {string} text @returns {Set<string>} its pieces: words that follow one another */
function piecesOf(text) {
  const words = wordsOf(text);
  if (words.length < WORDS) return new Set([words.join(" ")]);
  return new Set(words.slice(WORDS - 1).map((_, at) => words.slice(at, at + WORDS).join(" ")));
}

/** @param {Set<string>} part @param {Set<string>} whole @returns {number} how much of the part is in the whole */
function shareOf(part, whole) {
  const common = [...part].filter((piece) => whole.has(piece)).length;
  return part.size ? common / part.size : 0;
}

/** @param {Set<string>} one @param {Set<string>} other */
const isMostly = (one, other) => shareOf(one, other) >= MOSTLY || shareOf(other, one) >= MOSTLY;

/** @param {Storage} storage */
export function createLinkTexts(storage) {
  let texts = readStored(storage, STORE, Kept, "What was remembered of links") ?? [];
  /** @type {Map<string, Set<string>>} */
  const known = new Map();

  /** @param {string} text */
  function pieces(text) {
    const found = known.get(text) ?? piecesOf(text);
    known.set(text, found);
    return found;
  }

  /** @param {string[]} changed */
  function keep(changed) {
    texts = changed;
    writeStored(storage, STORE, texts);
  }

  return {
    /** Takes note of a link's program. @param {string} text */
    add(text) {
      const short = text.slice(0, MAX_CHARACTERS);
      if (!wordsOf(short).length) return;
      keep([...texts.filter((each) => each !== short), short].slice(-MOST));
    },

    /** @param {string} text @returns {boolean} whether it is one of them, or mostly */
    resembles(text) {
      if (!texts.length || !wordsOf(text).length) return false;
      const its = piecesOf(text);
      return texts.some((each) => isMostly(its, pieces(each)));
    },

    /** The visitor says that this program is theirs now. @param {string} text */
    own(text) {
      const its = piecesOf(text);
      keep(texts.filter((each) => !isMostly(its, pieces(each))));
    },
  };
}

/** @typedef {ReturnType<typeof createLinkTexts>} LinkTexts */
