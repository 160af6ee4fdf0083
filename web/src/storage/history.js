/**
 * The history of programs: every program that stood in the editor, with its earlier versions and with
 * what its runs printed. Two tabs write to it at once and never over one another: a tab goes on with the
 * version that it has kept itself, or begins a program of its own.
 *
 * It is bounded in number and size. What goes first: what was deleted, what came with links, what is old;
 * what is pinned stays. So a link cannot push out what the visitor has written.
 */
import * as v from "valibot";
import { device, report } from "../stored.js";
import { createFarewells } from "./farewells.js";
import { compareEnds, isContinued } from "./likeness.js";
import { Program, cutName, latestOf, nameOf, titleOf } from "./program-record.js";

/** @typedef {import("./transact.js").Transaction} Transaction */

/** Of the visitor's own programs and of those of links. */
export const BOUNDS = {
  own: { programs: 300, characters: 40_000_000 },
  link: { programs: 60, characters: 8_000_000 },
};
const MAX_VERSIONS = 40;
/** A version goes on being the same one for so long, and while so little is taken out of it. */
const SAME_VERSION = { milliseconds: 10 * 60_000, removed: 80 };
/** A deleted program can be brought back for so long. */
const DELETED_MILLISECONDS = 60 * 60_000;
/** An entry that could not be read is kept under such a name. */
const BROKEN = "lispcore.broken.";
/** Of what a run printed, so much is kept here: how it began and how it ended. */
const OUTPUT = { start: 4_000, end: 16_000 };

/**
 * @typedef {object} Place where a tab is in the history
 * @property {string} program
 * @property {string} text key of the version that it has kept last
 *
 * @typedef {{text: string, from: Program["from"], place: Place | null, isRun?: boolean}} Kept what stands in
 *   the editor; `isRun`: it is used now, also if it has not changed
 *
 * @typedef {{program: Program, version: import("./program-record.js").Version}} Found
 */

/** @param {string} text @returns {string} the name under which it is kept; others may have the same */
function keyOf(text) {
  // FNV-1a, twice: quick, and good enough, since texts of one key are compared.
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + at), 0x01000193);
  }
  return `${text.length.toString(36)}-${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

/** @param {Transaction} transaction @param {string} text @returns {Promise<string>} its key */
async function putText(transaction, text) {
  for (let key = keyOf(text); ; key += "+") {
    const there = await transaction.get("texts", key);
    if (there === text) return key;
    if (there !== undefined) continue;
    await transaction.put("texts", key, text);
    return key;
  }
}

/** @param {string} text of an output @returns {string} as much of it as is kept */
export function shortenOutput(text) {
  const { start, end } = OUTPUT;
  if (text.length <= start + end) return text;
  const left = (text.length - start - end).toLocaleString("en");
  return `${text.slice(0, start)}\n… ${left} characters …\n${text.slice(-end)}`;
}

/** @param {string} text @param {string} key @param {number} now @returns {import("./program-record.js").Version} */
const newVersion = (text, key, now) => ({
  text: key,
  size: text.length,
  title: titleOf(text),
  begun: now,
  at: now,
  removed: 0,
  output: "",
  ending: "",
});

/** Takes out the version that stands closest to the next one, until there are not too many. @param {Program} program */
function thin({ versions }) {
  while (versions.length > MAX_VERSIONS) {
    let closest = 0;
    for (let at = 1; at < versions.length - 1; at++) {
      const gap = (/** @type {number} */ index) => versions[index + 1].at - versions[index].at;
      if (gap(at) < gap(closest)) closest = at;
    }
    versions.splice(closest, 1);
  }
}

/** @param {Program} program @returns {number} characters that it takes, what it shares with others included */
const sizeOf = ({ versions }) => versions.reduce((sum, { size, output }) => sum + size + (output ? OUTPUT.end : 0), 300);

/**
 * @param {Program[]} programs
 * @param {string} current id of the one that stays in any case
 * @param {number} now
 * @returns {Program[]} those for which there is no room
 */
export function chooseGone(programs, current, now) {
  const gone = programs.filter(({ id, deletedAt }) => {
    return id !== current && deletedAt !== null && now - deletedAt > DELETED_MILLISECONDS;
  });
  for (const from of /** @type {const} */ (["own", "link"])) {
    const rank = (/** @type {Program} */ { id, isPinned }) => (id === current ? 2 : Number(isPinned));
    const rest = programs
      .filter((program) => program.from === from && !gone.includes(program))
      .sort((a, b) => rank(b) - rank(a) || Number(b.deletedAt === null) - Number(a.deletedAt === null) || b.changedAt - a.changedAt);
    let characters = 0;
    rest.forEach((program, index) => {
      characters += sizeOf(program);
      const isTooMuch = index >= BOUNDS[from].programs || characters > BOUNDS[from].characters;
      if (isTooMuch && !program.isPinned && program.id !== current) gone.push(program);
    });
  }
  return gone;
}

/**
 * Reads all records; a broken one is taken out, and kept under another name.
 * @param {Transaction} transaction of the programs, for writing
 * @returns {Promise<Program[]>}
 */
async function readAll(transaction) {
  const keys = await transaction.keys("programs");
  const values = await transaction.values("programs");
  const programs = [];
  for (const [index, value] of values.entries()) {
    const read = v.safeParse(Program, value);
    if (read.success && read.output.id === keys[index]) {
      programs.push(read.output);
      continue;
    }
    if (keys[index].startsWith(BROKEN)) continue;
    const copy = BROKEN + keys[index];
    await transaction.put("programs", copy, value);
    await transaction.remove("programs", keys[index]);
    const text = "An entry of the history could not be read and was taken out. The others are untouched.";
    report({ name: keys[index], copy, text });
  }
  return programs;
}

/** @param {Transaction} transaction @param {Program[]} programs that stay */
async function forgetTexts(transaction, programs) {
  const used = new Set(programs.flatMap(({ versions }) => versions.flatMap(({ text, output }) => [text, output])));
  for (const key of await transaction.keys("texts")) if (!used.has(key)) await transaction.remove("texts", key);
}

/**
 * @param {import("./vault.js").Vault} vault
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {() => void} [options.onChange] told of what this tab has changed
 * @param {Storage} [options.storage] has what pages left that went
 */
export function createHistory(vault, { now = Date.now, onChange = () => {}, storage = device } = {}) {
  const farewells = createFarewells(storage);

  /** @param {(transaction: Transaction) => Promise<any>} work */
  async function change(work) {
    const result = await vault.transact("readwrite", ["programs", "texts"], work);
    onChange();
    return result;
  }

  /** @param {string} id @param {(program: Program) => void} work changes it */
  const changeOne = (id, work) =>
    change(async (transaction) => {
      const program = (await readAll(transaction)).find((each) => each.id === id);
      if (!program) return;
      work(program);
      await transaction.put("programs", id, program);
    });

  /**
   * The record that a text belongs to, with the text as its last version.
   * @param {Transaction} transaction
   * @param {Program[]} programs
   * @param {{text: string, key: string, from: Program["from"], place: Place | null}} draft
   * @returns {Promise<Program>}
   */
  async function goOn(transaction, programs, { text, key, from, place }) {
    const time = now();
    const mine = programs.find(({ id, deletedAt }) => id === place?.program && deletedAt === null);
    if (mine?.from === from && latestOf(mine).text === key) return mine;
    const last = mine?.from === from && latestOf(mine).text === place?.text ? latestOf(mine) : null;
    const before = last && (await transaction.get("texts", last.text));
    if (mine && last && typeof before === "string" && isContinued(before, text)) {
      const removed = last.removed + compareEnds(before, text).removed;
      const isSame = !last.output && removed <= SAME_VERSION.removed && time - last.begun < SAME_VERSION.milliseconds;
      const version = { ...newVersion(text, key, time), ...(isSame && { begun: last.begun, removed }) };
      mine.versions.splice(isSame ? -1 : mine.versions.length, isSame ? 1 : 0, version);
      thin(mine);
      return { ...mine, changedAt: time };
    }
    const there = programs.find((each) => each.from === from && each.deletedAt === null && latestOf(each).text === key);
    if (there) return there;
    // One that had it earlier: somebody has pasted it back.
    const having = programs.find((each) => {
      return each.from === from && each.deletedAt === null && each.versions.some((version) => version.text === key);
    });
    if (having) {
      having.versions.push(newVersion(text, key, time));
      thin(having);
      return { ...having, changedAt: time };
    }
    const versions = [newVersion(text, key, time)];
    const id = crypto.randomUUID?.() ?? `${time.toString(36)}-${Math.random().toString(36).slice(2)}`;
    return { id, name: "", from, isPinned: false, deletedAt: null, changedAt: time, versions };
  }

  /** @param {Transaction} transaction @param {Kept} draft @returns {Promise<Place>} where it is now */
  async function keepIn(transaction, draft) {
    const programs = await readAll(transaction);
    const key = await putText(transaction, draft.text);
    const program = await goOn(transaction, programs, { ...draft, key });
    if (draft.isRun) program.changedAt = now();
    await transaction.put("programs", program.id, program);
    const all = [...programs.filter(({ id }) => id !== program.id), program];
    const gone = chooseGone(all, program.id, now());
    for (const { id } of gone) await transaction.remove("programs", id);
    const before = programs.find(({ id }) => id === program.id);
    const isReplaced = before && latestOf(before).text !== key;
    if (gone.length || isReplaced) await forgetTexts(transaction, all.filter((each) => !gone.includes(each)));
    return { program: program.id, text: key };
  }

  /**
   * @param {Transaction} transaction @param {Place} place @param {string} output
   * @param {import("./program-record.js").Version["ending"]} ending
   * @returns {Promise<boolean>} whether there is such a version
   */
  async function keepOutputIn(transaction, { program: id, text }, output, ending) {
    const programs = await readAll(transaction);
    const program = programs.find((each) => each.id === id);
    const version = program?.versions.findLast((each) => each.text === text);
    if (!program || !version) return false;
    const before = version.output;
    version.output = await putText(transaction, shortenOutput(output));
    version.ending = ending;
    await transaction.put("programs", id, program);
    if (before && before !== version.output) await forgetTexts(transaction, programs);
    return true;
  }

  return {
    /**
     * Keeps what stands in the editor.
     * @param {Kept} draft
     * @returns {Promise<Place>} where it is now
     */
    keep: (draft) => change((transaction) => keepIn(transaction, draft)),

    /**
     * Keeps what a run of a version printed, so far or in the end.
     * @param {Place} place
     * @param {string} output
     * @param {import("./program-record.js").Version["ending"]} ending
     */
    keepOutput: (place, output, ending) => change((transaction) => keepOutputIn(transaction, place, output, ending)),

    /**
     * Leaves for a later page, at once, what this one has no time to keep.
     * @param {Omit<import("./farewells.js").Farewell, "at">} words
     * @returns {() => void} forgets it: this page lives on, and has kept it
     */
    sayFarewell(words) {
      const name = farewells.say({ ...words, output: words.output === null ? null : shortenOutput(words.output) });
      return () => name !== null && farewells.forget(name);
    },

    /** Keeps what pages left that had no time. */
    async takeFarewells() {
      for (const [name, { text, from, place, output, ending }] of farewells.list()) {
        await change(async (transaction) => {
          // A version that is there stays where it is: there may be later ones.
          if (output !== null && place && (await keepOutputIn(transaction, place, output, ending))) return;
          const at = await keepIn(transaction, { text, from, place });
          if (output !== null) await keepOutputIn(transaction, at, output, ending);
        });
        farewells.forget(name);
      }
    },

    /** @returns {Promise<Program[]>} all of them, the pinned ones and then the newest first */
    list: () =>
      vault.transact("readwrite", ["programs"], async (transaction) =>
        (await readAll(transaction))
          .filter(({ deletedAt }) => deletedAt === null)
          .sort((a, b) => Number(b.isPinned) - Number(a.isPinned) || b.changedAt - a.changedAt),
      ),

    /** @param {string} key @returns {Promise<string | null>} a text or an output; null if it is gone */
    read: (key) =>
      vault.transact("readonly", ["texts"], async (transaction) => {
        const text = key ? await transaction.get("texts", key) : null;
        return typeof text === "string" ? text : null;
      }),

    /**
     * @param {Program[]} programs
     * @param {string} wanted words, each of which has to be in the name or in the text
     * @returns {Promise<Found[]>} the newest version of each program in which they are
     */
    async find(programs, wanted) {
      const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
      const has = (/** @type {string} */ text) => words.every((word) => text.toLowerCase().includes(word));
      /** @type {Found[]} */
      const found = [];
      await vault.transact("readonly", ["texts"], async (transaction) => {
        for (const program of programs) {
          for (const version of program.versions.toReversed()) {
            const text = words.length ? String((await transaction.get("texts", version.text)) ?? "") : "";
            if (words.length && !has(`${nameOf(program)}\n${version.title}\n${text}`)) continue;
            found.push({ program, version });
            break;
          }
        }
      });
      return found;
    },

    /**
     * Makes a version the last one of its program, for going on with it.
     * @param {string} id @param {string} text key of the version
     * @returns {Promise<Place | null>} null if it is gone
     */
    bringBack: (id, text) =>
      change(async (transaction) => {
        const program = (await readAll(transaction)).find((each) => each.id === id);
        const version = program?.versions.findLast((each) => each.text === text);
        if (!program || !version) return null;
        if (latestOf(program) !== version) {
          program.versions.push({ ...version, begun: now(), at: now(), removed: 0 });
          thin(program);
        }
        program.changedAt = now();
        program.deletedAt = null;
        await transaction.put("programs", id, program);
        return { program: id, text };
      }),

    /** @param {string} id @param {string} name "" for its title */
    rename: (id, name) =>
      changeOne(id, (program) => {
        program.name = cutName(name);
      }),

    /** @param {string} id @param {boolean} isPinned it never goes by itself */
    pin: (id, isPinned) =>
      changeOne(id, (program) => {
        program.isPinned = isPinned;
      }),

    /** @param {string} id @param {boolean} isDeleted for a while it can be brought back */
    markDeleted: (id, isDeleted) =>
      changeOne(id, (program) => {
        program.deletedAt = isDeleted ? now() : null;
      }),

    /** Deletes all of them, also those that never go by themselves. @returns {Promise<string[]>} their ids */
    markAllDeleted: () =>
      change(async (transaction) => {
        const there = (await readAll(transaction)).filter(({ deletedAt }) => deletedAt === null);
        for (const program of there) await transaction.put("programs", program.id, { ...program, deletedAt: now() });
        return there.map(({ id }) => id);
      }),

    /** @param {string[]} ids of programs that were deleted, which are there again */
    takeBack: (ids) =>
      change(async (transaction) => {
        const back = (await readAll(transaction)).filter(({ id }) => ids.includes(id));
        for (const program of back) await transaction.put("programs", program.id, { ...program, deletedAt: null });
      }),

    /**
     * Removes for good what was deleted.
     * @param {string[]} ids
     * @param {boolean} [withCopies] of entries that could not be read
     */
    erase: (ids, withCopies = false) =>
      change(async (transaction) => {
        const all = await readAll(transaction);
        const rest = all.filter(({ id, deletedAt }) => deletedAt === null || !ids.includes(id));
        for (const id of ids) if (!rest.some((each) => each.id === id)) await transaction.remove("programs", id);
        const copies = withCopies ? (await transaction.keys("programs")).filter((key) => key.startsWith(BROKEN)) : [];
        for (const key of copies) await transaction.remove("programs", key);
        await forgetTexts(transaction, rest);
      }),
  };
}

/** @typedef {ReturnType<typeof createHistory>} History */
