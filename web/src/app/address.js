/**
 * The page's address: it carries the program of a link or an example as long as that is what stands in the
 * editor, and, if the visitor asks for it, follows what is typed there.
 */
import { findSecrets, textsOf } from "../models/secrets.js";
import { makeLink } from "../sharing/link.js";
import { drafts } from "../storage/drafts.js";
import { device, readText, writeText } from "../stored.js";
import { createLater } from "./later.js";

const STORE = "lispcore.address";
const FOLLOWS = "follows";
/** Browsers cut or refuse longer ones in what they keep of a tab. */
const LONGEST_FOLLOWED = 30_000;
/** Safari allows a hundred changes in half a minute. */
const WHEN = { pause: 500, most: 3000, atEnd() {} };

/** @typedef {import("../sharing/link.js").Files} Files */

/** @param {Files} a @param {Files} b */
const isSameFiles = (a, b) => a.size === b.size && [...a].every(([name, bytes]) => b.get(name) === bytes);

/**
 * @param {Pick<import("../state.js").Store, "get" | "subscribe">} state
 * @param {import("../models/keys.js").Keys} keys
 * @param {Pick<import("./tabs.js").Tabs, "beside">} tabs whose files it carries, too
 */
export function createAddress({ get, subscribe }, keys, tabs) {
  const title = document.title;
  /** The program that the address carries. */
  let carried = "";
  /** The files that it carries besides; null while nobody knows. @type {Files | null} */
  let files = null;
  let follows = readText(device, STORE) === FOLLOWS;
  const later = createLater(() => follows && write(), WHEN);

  function clear() {
    if (!location.hash) return;
    carried = "";
    files = null;
    drafts.markSeen(""); // who opens the link once more wants its program
    window.history.replaceState(null, "", location.pathname + location.search);
  }

  /** Makes the address one that carries the program. */
  function write() {
    const { text } = get().draft;
    const beside = tabs.beside().files;
    const hasKey = findSecrets(textsOf(text, beside), keys).length > 0;
    const url = hasKey || !text.trim() ? "" : makeLink({ code: text, files: beside });
    if (!url || (follows && url.length > LONGEST_FOLLOWED)) {
      clear();
      return;
    }
    drafts.markSeen(new URL(url).hash);
    window.history.replaceState(null, "", url);
    carried = text;
    files = beside;
  }

  /** The address of a link, once the program is another one, would mislead whoever copies it. */
  function onEdit() {
    const { draft, loaded } = get();
    // A recording that came with it is there after a reload by this address only.
    if (loaded || (draft.text === carried && (!files || isSameFiles(files, tabs.beside().files)))) return;
    if (follows) later.soon();
    else clear();
  }

  return {
    /** The address carries this program. @param {string} text @param {string} [hash] that it gets */
    carries(text, hash) {
      carried = text;
      files = null;
      if (hash === undefined) return;
      drafts.markSeen(hash);
      window.history.replaceState(null, "", hash);
    },

    /** It carries these files, too. @param {Files} brought */
    carriesFiles(brought) {
      files = brought;
    },

    /** Names the tab after a program. @param {string} [name] the page's own if left out */
    name(name) {
      document.title = name ? `${name} – Lispcore` : title;
    },

    /** Has the address be what is to be shared: the program, unless a key would go into it. */
    share() {
      const { text } = get().draft;
      if (!findSecrets(textsOf(text, tabs.beside().files), keys).length) write();
    },

    follows: () => follows,

    /** @param {boolean} isOn whether it follows what is typed, here and at later visits */
    follow(isOn) {
      follows = isOn;
      writeText(device, STORE, isOn ? FOLLOWS : "");
      if (isOn) write();
    },

    listen() {
      subscribe(({ draft, files: all, tabs: { names } }) => [draft.text, all, names], onEdit, { now: false });
    },
  };
}

/** @typedef {ReturnType<typeof createAddress>} Address */
