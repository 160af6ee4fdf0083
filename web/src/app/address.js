/**
 * The page's address: it carries the program of a link or an example as long as that is what stands in the
 * editor, and, if the visitor asks for it, follows what is typed there.
 */
import { findSecrets } from "../models/secrets.js";
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

/**
 * @param {Pick<import("../state.js").Store, "get" | "subscribe">} state
 * @param {import("../models/keys.js").Keys} keys
 */
export function createAddress({ get, subscribe }, keys) {
  const title = document.title;
  /** The program that the address carries. */
  let carried = "";
  let follows = readText(device, STORE) === FOLLOWS;
  const later = createLater(() => follows && write(), WHEN);

  function clear() {
    if (!location.hash) return;
    carried = "";
    drafts.markSeen(""); // who opens the link once more wants its program
    window.history.replaceState(null, "", location.pathname + location.search);
  }

  /** Makes the address one that carries the program. */
  function write() {
    const { text } = get().draft;
    const hasKey = findSecrets([["the program", text]], keys).length > 0;
    const url = hasKey || !text.trim() ? "" : makeLink({ code: text });
    if (!url || (follows && url.length > LONGEST_FOLLOWED)) {
      clear();
      return;
    }
    drafts.markSeen(new URL(url).hash);
    window.history.replaceState(null, "", url);
    carried = text;
  }

  /** The address of a link, once the program is another one, would mislead whoever copies it. */
  function onEdit() {
    const { draft, loaded } = get();
    // A recording that came with it is there after a reload by this address only.
    if (loaded || draft.text === carried) return;
    if (follows) later.soon();
    else clear();
  }

  return {
    /** The address carries this program. @param {string} text @param {string} [hash] that it gets */
    carries(text, hash) {
      carried = text;
      if (hash === undefined) return;
      drafts.markSeen(hash);
      window.history.replaceState(null, "", hash);
    },

    /** Names the tab after a program. @param {string} [name] the page's own if left out */
    name(name) {
      document.title = name ? `${name} – Lispcore` : title;
    },

    /** Has the address be what is to be shared: the program, unless a key would go into it. */
    share() {
      const { text } = get().draft;
      if (!findSecrets([["the program", text]], keys).length) write();
    },

    follows: () => follows,

    /** @param {boolean} isOn whether it follows what is typed, here and at later visits */
    follow(isOn) {
      follows = isOn;
      writeText(device, STORE, isOn ? FOLLOWS : "");
      if (isOn) write();
    },

    listen() {
      subscribe(({ draft }) => draft.text, onEdit, { now: false });
    },
  };
}

/** @typedef {ReturnType<typeof createAddress>} Address */
