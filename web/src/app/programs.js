/** Puts programs into the editor that the visitor did not write just now: examples, links, the history. */
import { describeBudget, linkBudgetOf } from "../models/budget.js";
import { EXAMPLES } from "../panels/examples/programs.js";
import { drawSample } from "../panels/examples/samples.js";
import { openLink } from "../sharing/link.js";
import { drafts } from "../storage/drafts.js";
import { text, textLater } from "../texts/texts.js";
import { createAddress } from "./address.js";

/** Begins the address of an example; its name follows. */
const EXAMPLE_HASH = "#example=";

/** The image that programs of the manual read. */
const MANUAL_PHOTO = "photo.jpg";

const CAME_BEFORE = textLater("The program that was here is kept: see History.");

/** @param {string} text @returns {boolean} whether it is an example as it stands in the menu */
export const isExample = (text) => EXAMPLES.some(({ code }) => code === text);

/**
 * @param {import("../state.js").Store} state
 * @param {import("../storage/history.js").History} history
 * @param {object} judging
 * @param {import("../models/keys.js").Keys} judging.keys
 * @param {Pick<import("./judging.js").Judge["texts"], "add">} judging.texts
 * @param {import("../log.js").Log} judging.log
 * @param {Pick<ReturnType<typeof import("./files.js").createFiles>, "write">} judging.files
 * @param {Pick<import("./tabs.js").Tabs, "beside" | "bring">} judging.tabs
 */
export function createPrograms({ get, dispatch, subscribe }, history, { keys, texts, log, files, tabs }) {
  const address = createAddress({ get, subscribe }, keys, tabs);
  /** The program of the last link, as it came. */
  let arrived = "";

  /** @returns {import("../state/program.js").Before | null} what the visitor may want back */
  function takeBefore() {
    const { draft, link } = get();
    const isUntouched = link.isFromLink && draft.text === arrived;
    if (!draft.text.trim() || isExample(draft.text) || isUntouched) return draft.previous;
    return { text: draft.text, isFromLink: link.isFromLink };
  }

  /** @param {string} code @param {string} told @param {boolean} [isFromLink] @param {boolean} [keepsOutput] */
  function replace(code, told, isFromLink = false, keepsOutput = false) {
    const { draft } = get();
    if (draft.text === code) {
      if (isFromLink) dispatch({ type: "link-opened" });
      return;
    }
    const previous = takeBefore();
    dispatch({ type: "program-replaced", text: code, isFromLink, previous });
    // What the program before printed is no output of this one; it is kept in the history.
    if (!get().isBusy && !keepsOutput) log.clear();
    const isThere = previous !== null && previous.text !== code;
    dispatch({ type: "banner-shown", text: isThere ? `${told} ${text(CAME_BEFORE)}` : told, previous: isThere ? previous : null });
  }

  /** Says after a reload what the visitor had here before, until they close it. */
  function offerBefore() {
    const { draft, link, banner } = get();
    if (banner || !draft.previous || draft.previous.text === draft.text) return;
    const what = link.isFromLink ? text("This program came with a link.") : "";
    dispatch({ type: "banner-shown", text: [what, text(CAME_BEFORE)].filter(Boolean).join(" "), previous: draft.previous });
  }

  /**
   * Puts an example into the editor, and what it reads among the files.
   * @param {{slug: string, title: string, code: string, files: string[]}} example
   */
  async function chooseExample({ slug, title, code, files: names }) {
    address.carries(code, EXAMPLE_HASH + slug);
    address.name(title);
    replace(code, text("Example: {title}.", { title }));
    await draw(names);
  }

  /** Draws images that are not there. @param {string[]} names */
  async function draw(names) {
    for (const name of names) {
      if (get().files.has(name)) continue;
      files.write(name, await drawSample(name));
      dispatch({ type: "said", text: text("{name} was added as a sample; choose your own image to replace it", { name }) });
    }
  }

  /** Puts a program of somebody else into the editor. @param {import("../sharing/link.js").Shared} shared @param {string} told */
  function arrive({ code, title, about, model }, told) {
    const limit = describeBudget(linkBudgetOf(get().settings));
    const words = [title && `“${title}”.`, about, told, text("Read it, then press Run.")];
    if (model) words.push(text("Its author ran it on {model}.", { model }));
    if (limit) words.push(text("It may use up to {limit} of a paid model a run.", { limit }));
    replace(code, words.filter(Boolean).join(" "), true);
  }

  /** Gives the program in the editor what it brought along. @param {import("../sharing/link.js").Files} [brought] */
  function bring(brought) {
    if (brought) tabs.bring(brought, () => address.carriesFiles(tabs.beside().files));
  }

  /** @param {string} hash of the page's address @param {boolean} isReload */
  function importExample(hash, isReload) {
    const slug = hash.slice(EXAMPLE_HASH.length);
    const example = EXAMPLES.find((each) => each.slug === slug);
    if (isReload) address.carries(example?.code ?? "");
    else if (example) void chooseExample(example);
    else dispatch({ type: "banner-shown", text: text("There is no example “{slug}”: see Examples.", { slug }), previous: null });
  }

  /** Puts the program of a link into the editor. It never runs because of that. */
  function importLink() {
    const { hash } = location;
    if (!hash) return;
    const isReload = drafts.hasSeen(hash);
    if (hash.startsWith(EXAMPLE_HASH)) {
      importExample(hash, isReload);
      return;
    }
    const opened = openLink(hash);
    if (!opened) return;
    if ("problem" in opened) {
      if (!isReload) dispatch({ type: "banner-shown", text: opened.problem, previous: null });
      return;
    }
    dispatch({ type: "recording-cleared" });
    texts.add(opened.code);
    address.carries(opened.code);
    address.name(opened.title);
    if (!isReload) {
      drafts.markSeen(hash);
      arrive(opened, text("This program came with a link."));
    }
    arrived = opened.code;
    if (get().draft.text === opened.code) bring(opened.files);
    if (opened.recording) dispatch({ type: "recording-loaded", code: opened.code, recording: opened.recording });
  }

  return {
    chooseExample,

    /** Has what a program of the manual reads be there. @param {string} code */
    addSamples: (code) => draw(code.includes(`"${MANUAL_PHOTO}"`) ? [MANUAL_PHOTO] : []),

    /**
     * Brings a version of a program back from the history; what stands in the editor is kept there first.
     * @param {import("../storage/history.js").Found} found
     * @returns {Promise<boolean>} whether it was still there
     */
    async bringBack({ program, version }) {
      const text = await history.read(version.text);
      const place = text === null ? null : await history.bringBack(program.id, version.text);
      if (text === null || !place) return false;
      const before = takeBefore();
      const previous = before?.text === text ? null : before;
      dispatch({ type: "program-restored", text, isFromLink: program.from === "link", place, previous });
      return true;
    },

    /**
     * Puts a program that a model wrote into the editor. Like that of a link, it asks before it uses what is
     * the visitor's: nobody has read it yet. The reply that it stands in stays.
     * @param {string} code
     */
    takeFromModel(code) {
      texts.add(code);
      replace(code, text("A model wrote this program. Read it, then press Run."), true, true);
      arrived = code;
    },

    /** Imports the link in the page's address, now and whenever there is another one. */
    listen() {
      importLink();
      offerBefore();
      window.addEventListener("hashchange", importLink);
      address.listen();
      // A program of the visitor's own has no title.
      subscribe(
        ({ draft, link }) => (link.isFromLink ? -1 : draft.number),
        (number) => number >= 0 && !location.hash && address.name(),
        { now: false },
      );
    },

    /**
     * Puts a program that was fetched into the editor: somebody else's, as that of a link.
     * @param {string} code @param {string} from where it came from, in words
     */
    take(code, from) {
      texts.add(code);
      address.name();
      arrive({ code }, text("This program was loaded from {from}.", { from }));
      arrived = code;
    },

    address,

    /** Makes the page's address one that carries the program, and offers it. */
    share() {
      address.share();
      dispatch({ type: "dialog-opened", dialog: "share" });
    },
  };
}
