/**
 * Takes secrets out of bytes that arrive piece by piece, also where one is cut in two, and in the
 * spellings in which servers give back what they were sent: as it is, percent-encoded, escaped in JSON
 * or HTML, as base64 (alone, in the midst of other text, or twice), as hexadecimal digits, in UTF-16,
 * spelled letter by letter, backwards.
 *
 * Of a piece only what may be the beginning of a secret waits for the next one, so streams stay smooth.
 */

/** Stands in the place of a secret. */
const MARK = new TextEncoder().encode("[key]");
/** What is shorter would be found in ordinary words. */
const SHORTEST = 4;
/** Of these, base64 and hexadecimal digits are still long enough to mean something. */
const SHORTEST_ENCODED = 8;

/**
 * One character of a secret: the ways in which it may be written.
 * @typedef {Uint8Array[]} Unit
 * @typedef {Unit[]} Pattern
 */

/** @param {string} text */
const bytesOf = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255);

/** @param {number} code @param {number} digits */
const hex = (code, digits) => code.toString(16).padStart(digits, "0");

/** Spellings beyond the usual ones, of characters that have them. @type {Record<string, string[]>} */
const SPECIAL = {
  '"': ['\\"', "&quot;"],
  "\\": ["\\\\"],
  "/": ["\\/"],
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  "'": ["\\'", "&apos;"],
  " ": ["+"],
};

/** @param {string} letter @returns {Unit} */
function spellings(letter) {
  const code = letter.charCodeAt(0);
  const [two, four] = [hex(code, 2), hex(code, 4)];
  const written = new Set([
    letter,
    ...(SPECIAL[letter] ?? []),
    ...[two, two.toUpperCase()].flatMap((digits) => [`%${digits}`, `%25${digits}`, `\\x${digits}`, `&#x${digits};`]),
    ...[four, four.toUpperCase()].flatMap((digits) => [`\\u${digits}`, `\\\\u${digits}`]),
    `&#${code};`,
  ]);
  return [...written].map(bytesOf);
}

/** @param {string} text @returns {Pattern} */
const patternOf = (text) => [...text].map(spellings);

/** @param {string} text in base64 @returns {Pattern} also in the alphabet for addresses */
const base64Pattern = (text) =>
  [...text].map((letter) => {
    const others = { "+": ["-", "%2B", "%2b"], "/": ["_", "\\/", "%2F", "%2f"] }[letter] ?? [];
    return [letter, ...others].map(bytesOf);
  });

/**
 * The base64 of a secret that stands behind so many other bytes: what of it does not depend on them.
 * @param {string} secret @param {number} before
 */
function base64Of(secret, before) {
  const text = btoa("\0".repeat(before) + secret).replace(/=+$/, "");
  const start = [0, 2, 3][before];
  // The last digit holds bits of the byte that follows, unless the groups come out even.
  return text.slice(start, (before + secret.length) % 3 ? -1 : undefined);
}

/** @param {string} secret @returns {Pattern[]} how it may be written */
function patternsOf(secret) {
  const plain = [patternOf(secret)];
  if (secret.length < SHORTEST_ENCODED) return plain;
  const digits = [...secret].map((letter) => hex(letter.charCodeAt(0), 2)).join("");
  const hexadecimal = [...digits].map((digit) => [...new Set([digit, digit.toUpperCase()])].map(bytesOf));
  const backwards = patternOf([...secret].reverse().join(""));
  const encoded = [secret, btoa(secret)].flatMap((text) => [0, 1, 2].map((before) => base64Of(text, before)));
  return [...plain, backwards, hexadecimal, ...encoded.map(base64Pattern)];
}

/** What may stand between two letters of a long secret: `s k - 1`, `["s","k"]`, UTF-16. */
const BETWEEN = new Set(bytesOf(" .,;:|_-\"'\0"));
const MOST_BETWEEN = 3;

/**
 * @param {Uint8Array} bytes @param {number} at
 * @returns {number[]} where the next letter may be: here, or behind what separates letters
 */
function placesOfNext(bytes, at) {
  const places = [at];
  while (places.length <= MOST_BETWEEN && BETWEEN.has(bytes[at])) places.push(++at);
  return places;
}

/** Where the text ends before the pattern does. */
const CUT = -2;
const NOT_HERE = -1;

/**
 * @param {Uint8Array} bytes @param {number} at @param {Uint8Array} wanted
 * @returns {number} where it ends; CUT or NOT_HERE
 */
function matchLetter(bytes, at, wanted) {
  for (let index = 0; index < wanted.length; index++) {
    if (at + index >= bytes.length) return CUT;
    if (bytes[at + index] !== wanted[index]) return NOT_HERE;
  }
  return at + wanted.length;
}

/**
 * @param {Uint8Array} bytes @param {number} at @param {Pattern} pattern
 * @returns {number} where the secret ends; CUT or NOT_HERE
 */
function match(bytes, at, pattern) {
  let ends = new Set([at]);
  let isCut = false;
  const isLong = pattern.length >= SHORTEST_ENCODED;
  for (const [index, unit] of pattern.entries()) {
    /** @type {Set<number>} */
    const next = new Set();
    for (const before of ends) {
      for (const from of isLong && index ? placesOfNext(bytes, before) : [before]) {
        for (const wanted of unit) {
          const end = matchLetter(bytes, from, wanted);
          if (end === CUT) isCut = true;
          else if (end !== NOT_HERE) next.add(end);
        }
      }
    }
    ends = next;
    if (!ends.size) return isCut ? CUT : NOT_HERE;
  }
  return Math.max(...ends);
}

/** @param {Uint8Array[]} pieces @returns {Uint8Array<ArrayBuffer>} */
function join(pieces) {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** @param {Pattern[]} patterns @returns {Uint8Array} 1 for each two bytes with which one may begin */
function beginningsOf(patterns) {
  // Most bytes begin no secret: those are passed over quickly.
  const begins = new Uint8Array(65536);
  for (const [unit, next] of patterns) {
    for (const wanted of unit) {
      const seconds = wanted.length > 1 ? [wanted[1]] : [...next.map((each) => each[0]), ...BETWEEN];
      for (const second of seconds) begins[wanted[0] * 256 + second] = 1;
    }
  }
  return begins;
}

/** @param {Iterable<string>} secrets */
export function createScrubber(secrets) {
  const patterns = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST)
    .sort((one, other) => other.length - one.length)
    .flatMap(patternsOf);
  const begins = beginningsOf(patterns);

  /**
   * @param {Uint8Array} bytes @param {boolean} isEnd
   * @returns {{clean: Uint8Array<ArrayBuffer>, rest: Uint8Array, found: number}} `found`: where the first
   *   one is, -1 if there is none
   */
  function scrub(bytes, isEnd) {
    const pieces = [];
    let [kept, found] = [0, -1];
    let at = 0;
    while (at < bytes.length) {
      if (at + 1 < bytes.length && !begins[bytes[at] * 256 + bytes[at + 1]]) {
        at++;
        continue;
      }
      const ends = patterns.map((pattern) => match(bytes, at, pattern));
      const end = Math.max(...ends);
      if (end > at) {
        if (found < 0) found = at;
        pieces.push(bytes.subarray(kept, at), MARK);
        at = kept = end;
      } else if (!isEnd && ends.includes(CUT)) break;
      else at++;
    }
    pieces.push(bytes.subarray(kept, at));
    return { clean: join(pieces), rest: bytes.slice(at), found };
  }

  return {
    /** @returns {boolean} whether there is anything to look for */
    isIdle: () => patterns.length === 0,

    /** @param {string} text @returns {number} where the first secret in it begins, -1 if there is none */
    find: (text) => (patterns.length ? scrub(bytesOf(text), true).found : -1),

    /** @param {Uint8Array} bytes @returns {boolean} whether a secret is in them */
    isIn: (bytes) => patterns.length > 0 && scrub(bytes, true).found >= 0,

    /** @param {string} text @returns {string} without secrets */
    text(text) {
      if (!patterns.length) return text;
      const { clean, found } = scrub(new TextEncoder().encode(text), true);
      return found < 0 ? text : new TextDecoder().decode(clean);
    },

    /** Begins a stream. */
    stream() {
      let held = new Uint8Array();
      return {
        /** @param {Uint8Array} piece @returns {Uint8Array<ArrayBuffer>} what of it, and of what waited, is clean */
        feed(piece) {
          const { clean, rest } = scrub(held.length ? join([held, piece]) : piece, false);
          held = rest.slice();
          return clean;
        },
        /** @returns {Uint8Array<ArrayBuffer>} what still waited: the stream has ended */
        end() {
          const { clean } = scrub(held, true);
          held = new Uint8Array();
          return clean;
        },
      };
    },
  };
}

/** @typedef {ReturnType<typeof createScrubber>} Scrubber */
