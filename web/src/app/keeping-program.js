/**
 * Keeps the program and the settings: what stands in the editor for a reload, and every program that
 * stood there in the history. A key press only says that there is something to keep.
 */
import { saveSettings } from "../models/settings.js";
import { latestOf } from "../storage/program-record.js";
import { device } from "../stored.js";
import { createLater } from "./later.js";
import { text as inWords, textLater } from "../texts/texts.js";

/** When the visitor pauses; and while they do not. */
const DRAFT = { pause: 400, most: 1500 };
const HISTORY = { pause: 1500, most: 6000 };
/** To keep a longer text takes longer, and so it is kept more seldom: up to so many times. */
const SHORT_CHARACTERS = 50_000;
const MOST_SELDOM = 10;
/** A text that grows or shrinks by more than this in one step may have taken the place of another one. */
const ABRUPT_CHARACTERS = 100;
const NO_ROOM = textLater("The history of programs cannot be kept: the browser gives this page no more room. Delete files, or entries of the history, that you no longer need.");

/**
 * @typedef {import("../storage/history.js").Place} Place
 * @typedef {{text: string, isFromLink: boolean}} Draft
 * @typedef {{place: Place | null, turn: Promise<Place | null>}} Sitting with one program, until another one comes
 */

/**
 * @param {object} parts
 * @param {import("../state.js").Store} parts.state
 * @param {import("../storage/drafts.js").Drafts} parts.drafts
 * @param {import("../storage/history.js").History} parts.history
 * @param {(text: string) => boolean} parts.isExample
 */
export function keepProgram({ state: { get, dispatch, subscribe }, drafts, history, isExample }) {
  const { place } = get().draft;
  /** @type {Sitting} */
  let sitting = { place, turn: Promise.resolve(place) };
  /** What stood in the editor when it was looked at last. @type {Draft} */
  let last = { text: get().draft.text, isFromLink: get().link.isFromLink };
  let number = get().draft.number;
  /** What is in the history already. */
  let kept = "";

  /**
   * @param {Draft} draft
   * @param {Sitting} at
   * @param {boolean} [isRun]
   * @returns {Promise<Place | null>} where it is in the history
   */
  function put({ text, isFromLink }, at, isRun = false) {
    at.turn = at.turn.then(async () => {
      try {
        at.place = await history.keep({ text, from: isFromLink ? "link" : "own", place: at.place, isRun });
        return at.place;
      } catch {
        dispatch({ type: "notice-shown", text: inWords(NO_ROOM) });
        return null;
      }
    });
    return at.turn;
  }

  /** @param {Draft} draft whether it is worth a place in the history: an example is always at hand */
  const isWorth = ({ text }) => text.trim() !== "" && text !== kept && !isExample(text);

  /** @param {Draft} draft */
  function keep(draft) {
    if (!isWorth(draft)) return;
    kept = draft.text;
    void put(draft, sitting);
  }

  /** @param {Draft} draft */
  function saveOwn({ text, isFromLink }) {
    if (!isFromLink && text.trim() && !isExample(text)) drafts.saveOwn(text, sitting.place);
  }

  /** @returns {number} how much more seldom than a short text this one is kept */
  const seldom = () => Math.min(MOST_SELDOM, Math.max(1, last.text.length / SHORT_CHARACTERS));

  function saveDraft() {
    get(); // what was typed last may not have been told
    drafts.save(last.text, last.isFromLink, sitting.place);
    saveOwn(last);
  }
  const draftLater = createLater(saveDraft, DRAFT);
  async function saveHistory() {
    get();
    keep(last);
    await sitting.turn;
    draftLater.within(seldom()); // where it is in the history is part of the draft
  }
  /** The page goes, and what is begun now may not be done: a later one has to know of it. */
  function saveHistoryAtEnd() {
    get();
    const { text, isFromLink } = last;
    if (text.trim() && !isExample(text)) {
      const from = isFromLink ? "link" : "own";
      const forget = history.sayFarewell({ text, from, place: sitting.place, output: null, ending: "" });
      keep(last);
      // If the page lives on after all, it does it itself.
      void sitting.turn.then((at) => at && forget());
    }
  }
  const historyLater = createLater(saveHistory, { ...HISTORY, atEnd: saveHistoryAtEnd });

  subscribe(
    ({ draft, link }) => [draft.text, draft.number, link.isFromLink],
    () => {
      const { draft, link } = get();
      const before = last;
      last = { text: draft.text, isFromLink: link.isFromLink };
      if (draft.number !== number) {
        keep(before);
        saveOwn(before);
        number = draft.number;
        sitting = { place: draft.place, turn: Promise.resolve(draft.place) };
        kept = draft.place ? draft.text : "";
        saveDraft(); // it came with a link or from a menu: that is no key press
      } else if (Math.abs(draft.text.length - before.text.length) > ABRUPT_CHARACTERS || !draft.text) {
        keep(before);
      }
      draftLater.within(seldom());
      historyLater.within(seldom());
    },
    { now: false },
  );
  subscribe(({ draft }) => draft.previous, drafts.saveBefore, { now: false });
  subscribe(
    ({ settings }) => settings,
    (settings) => void saveSettings(device, settings),
    { now: false },
  );
  if (isWorth(last)) historyLater.soon();
  if (!last.text || isExample(last.text)) void bringBack().catch(() => {});

  /** A program that had no room in the storage, or a storage that takes nothing: it is in the history. */
  async function bringBack() {
    const [first, isLost] = [last.text, place !== null && !last.text];
    if (!isLost && drafts.load()) return;
    const newest = (await history.list()).filter(({ from }) => from === "own").sort((a, b) => b.changedAt - a.changedAt);
    const at = isLost ? place : newest.map((program) => ({ program: program.id, text: latestOf(program).text }))[0];
    const text = at ? await history.read(at.text) : null;
    if (text === null || get().draft.number !== number || get().draft.text !== first) return;
    dispatch({ type: "program-restored", text, isFromLink: get().link.isFromLink, place: at });
  }

  return {
    /** Keeps the program that is about to run, also an example. @returns {Promise<Place | null>} where it is */
    keepForRun() {
      kept = last.text;
      return last.text.trim() ? put(last, sitting, true) : Promise.resolve(null);
    },

    /** Does at once what would be done in a while. @returns {Promise<void>} when it is done */
    async keepNow() {
      get();
      draftLater.flush();
      historyLater.flush();
      await sitting.turn;
      await history.takeFarewells().catch(() => {}); // they are tried again
    },
  };
}

/** @typedef {ReturnType<typeof keepProgram>} ProgramKeeper */
