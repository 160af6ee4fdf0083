/**
 * Shows what waits in the log: text is laid into the page once a frame at most, as much as fits into one,
 * more seldom where frames cost much (pace.js), and the end stays in view unless the visitor has scrolled away from it.
 *
 * Where the pane is scrolled to is the one thing that is asked of the page: it alone knows.
 */
import { createAfterFrame, createBudget, createPace } from "./pace.js";
import { Sheet } from "./sheet.js";

/** So much text is shown without waiting for a frame; a block counts as a few lines. */
const AT_ONCE_CHARACTERS = 4_000;
const BLOCK_CHARACTERS = 200;
/** Most programs have something to show by then: the old output is replaced at once, not removed first. */
const CLEAR_MILLISECONDS = 10;
/** One piece of text is laid in at a time, so that a frame ends in time. */
const PIECE_CHARACTERS = 16_000;
const HIDDEN_FRAME_MILLISECONDS = 30;

/** How far from the end still counts as being there. */
const END_PIXELS = 48;

/** Keeps the end in view. @param {HTMLElement} box scrolls */
function createFollower(box) {
  let isStuck = true;
  /** Whether the end will be scrolled into view with the next frame. */
  let isFollowing = false;

  /** Where it was scrolled to from here: the event of that comes later, when more may have been laid in. */
  let scrolledTo = -1;

  const toEnd = () => {
    if (!isStuck) return;
    box.scrollTop = box.scrollHeight;
    scrolledTo = box.scrollTop;
  };

  box.addEventListener("scroll", () => {
    // Clearing the pane scrolls, too; that is not the user's wish to stay above.
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < END_PIXELS;
    if (!isFollowing && (isAtEnd || box.scrollTop !== scrolledTo)) isStuck = isAtEnd;
  });

  return {
    toEnd,
    stick() {
      isStuck = true;
    },
    /** Shows the end with the next frame: at once, the whole page would be laid out. */
    toEndSoon() {
      if (!isStuck || isFollowing) return;
      isFollowing = true;
      requestAnimationFrame(() => {
        isFollowing = false;
        toEnd();
      });
    },
  };
}

/** @typedef {import("../../log.js").Pane} Shown */

/** @implements {Shown} */
export class Pane {
  #log;
  #build;
  #isBusy;
  #sheet;
  #follower;
  #budget = createBudget();
  #pace = createPace(createAfterFrame());
  #isScheduled = false;
  /** Runs out when the next frame is asked for, 0 while nothing is put off. */
  #resting = 0;
  /** When the frame was asked for. */
  #asked = 0;
  /** Runs out when an output that was cleared has to go, 0 while there is none. */
  #clearing = 0;

  /**
   * @param {HTMLElement} box scrolls
   * @param {import("../../log.js").Log} log
   * @param {(item: import("../../log.js").BlockItem) => import("./sheet.js").Block} build
   * @param {() => import("./reply.js").Reply} makeReply
   * @param {() => boolean} isBusy whether a program may print more
   */
  constructor(box, log, build, makeReply, isBusy) {
    this.#log = log;
    this.#isBusy = isBusy;
    this.#build = build;
    this.#sheet = new Sheet(box, makeReply);
    this.#follower = createFollower(box);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.#isScheduled) this.#renderSoon();
    });
  }

  changed() {
    this.#schedule(this.#pace.rest());
  }

  cleared() {
    this.#follower.stick();
    this.#clearing ||= window.setTimeout(() => this.#wipe(), CLEAR_MILLISECONDS);
  }

  /** A little is shown at once: most runs print a few lines, and a frame would take longer than they do. */
  hurry() {
    if (this.#clearing) this.#wipe();
    let size = 0;
    for (const item of this.#log.waiting) size += "block" in item ? BLOCK_CHARACTERS : item.text.length;
    if (size && size <= AT_ONCE_CHARACTERS) this.#render(false);
    if (this.#resting) this.#askFrame(); // somebody waits for what is left
  }

  text() {
    if (this.#clearing) this.#wipe();
    return this.#sheet.text();
  }

  /** @returns {string} all that is shown, as Markdown */
  markdown() {
    if (this.#clearing) this.#wipe();
    return this.#sheet.markdown();
  }

  /** @param {number} rest milliseconds before a frame is asked for */
  #schedule(rest) {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // A hidden tab gets no frames, but the program that waits for us must go on.
    if (document.hidden) this.#renderSoon();
    else if (rest > 0) this.#resting = window.setTimeout(() => this.#askFrame(), rest);
    else this.#askFrame();
  }

  #askFrame() {
    clearTimeout(this.#resting);
    this.#resting = 0;
    this.#asked = performance.now();
    requestAnimationFrame(() => this.#render(true));
  }

  #renderSoon() {
    setTimeout(() => this.#isScheduled && this.#render(true), HIDDEN_FRAME_MILLISECONDS);
  }

  /** Removes what was cleared. */
  #wipe() {
    clearTimeout(this.#clearing);
    this.#clearing = 0;
    this.#sheet.wipe();
    this.#follower.stick();
  }

  /** Lays in as much as fits into one frame. @param {boolean} inFrame whether one begins now */
  #render(inFrame) {
    const { waiting } = this.#log;
    this.#isScheduled = false;
    if (this.#clearing && waiting.length) this.#wipe();
    const now = performance.now();
    if (inFrame) this.#pace.begin();
    const until = this.#budget.endOfFrame(now, inFrame ? this.#asked : now);
    while (waiting.length && performance.now() < until) if (this.#layIn(waiting[0])) waiting.shift();
    this.#sheet.settle();
    this.#sheet.dropOldest();
    if (inFrame) this.#follower.toEnd();
    else this.#follower.toEndSoon();
    if (!waiting.length && !this.#isBusy()) this.#sheet.closeReply();
    if (waiting.length) this.#schedule(0);
    else this.#log.isDrained();
  }

  /**
   * Lays in what comes next, or a piece of it.
   * @param {import("../../log.js").Item} item
   * @returns {boolean} whether it was all of it
   */
  #layIn(item) {
    if ("block" in item) {
      this.#sheet.appendBlock(this.#build(item));
      return true;
    }
    const { kind, text } = item;
    this.#sheet.appendText(kind, text.slice(0, PIECE_CHARACTERS));
    item.text = text.slice(PIECE_CHARACTERS);
    return item.text === "";
  }
}
