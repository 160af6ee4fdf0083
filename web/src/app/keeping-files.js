/** Keeps the files in the database, and takes over what other tabs change there. */
import { formatBytes } from "../dom.js";
import { isSameBytes } from "../storage/file-store.js";
import { createLater } from "./later.js";
import { text, textLater } from "../texts/texts.js";

const PAUSE = { pause: 10, most: 100 };
/** The page is usable without the files of earlier visits, should the database hang. */
const PATIENCE_MILLISECONDS = 5500;
/** A run has ended when what it wrote is kept, but it does not wait longer for that. */
const SETTLING_MILLISECONDS = 2000;

const WITHOUT_DATABASE = textLater("Your program and its history are kept; files and the last output are here only until this tab is closed.");
/** @type {Record<import("../storage/vault.js").Kind, string>} */
const WHY = {
  database: "",
  missing: textLater("This browser does not let the page store files (a private window does not, for instance)."),
  late: textLater("This browser's storage does not answer. Files of earlier visits appear once it does."),
  blocked: textLater("Another tab has an older version of this page open: close or reload it. Until then:"),
};

/** @param {import("../storage/vault.js").Kind} kind @returns {string} what is to be said of it, "" for nothing */
const describeKind = (kind) => (WHY[kind] ? `${text(WHY[kind])} ${text(WITHOUT_DATABASE)}` : "");

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} Parts
 * @property {import("../state.js").Store} state
 * @property {import("./files.js").Files} files
 * @property {import("../storage/file-store.js").FileStore} store
 * @property {import("../storage/vault.js").Vault} vault
 * @property {(names: string[]) => void} tellOthers of files that have changed
 */

/** @param {Parts} parts */
export function keepFiles({ state: { get, dispatch, subscribe }, files, store, vault, tellOthers }) {
  /** Those that lie in the store, or are on their way there. @type {Map<string, Bytes>} */
  const kept = new Map();
  /** Changes that are on their way there. @type {Map<string, Bytes | null>} */
  const unsaved = new Map();
  let isLoaded = false;
  let turn = Promise.resolve();

  /** @param {string[]} names for which there is no room */
  function sayUnkept(names) {
    const sizes = names.map((name) => `${name} (${formatBytes(get().files.get(name)?.length ?? 0)})`);
    const which = sizes.length > 3 ? text("{names} and {n} others", { names: sizes.slice(0, 2).join(", "), n: sizes.length - 2 }) : sizes.join(", ");
    dispatch({ type: "notice-shown", text: text("The browser has no room to keep {files}. Programs can use what you see here until this tab is closed or reloaded: download what you need, or delete other files.", { files: which }) });
  }

  /** @param {import("../storage/file-store.js").Saved} saved @param {[string, Bytes | null][]} changes */
  function tellOf({ unkept, others, notRemoved }, changes) {
    const names = changes.map(([name]) => name).filter((name) => get().unkept.has(name) || unkept.includes(name));
    if (names.length) {
      const rest = [...get().unkept].filter((name) => !names.includes(name));
      dispatch({ type: "unkept-changed", names: new Set([...rest, ...unkept]) });
    }
    const fresh = unkept.filter((name) => !name.startsWith("."));
    if (fresh.length) sayUnkept(fresh);
    for (const { name, copy, bytes } of others) {
      kept.set(copy, bytes);
      files.adopt([[copy, bytes]]);
      dispatch({ type: "notice-shown", text: text("{name} was changed in another tab as well. Both are kept: the other tab's is now “{copy}”.", { name, copy }) });
    }
    for (const name of notRemoved) {
      dispatch({ type: "notice-shown", text: text("{name} was changed in another tab, and is kept for that one.", { name }) });
    }
  }

  /** @returns {[string, Bytes | null][]} what has changed since it was asked last */
  function takeChanges() {
    const current = get().files;
    /** @type {[string, Bytes | null][]} */
    const changes = [];
    for (const [name, bytes] of current) if (kept.get(name) !== bytes) changes.push([name, bytes]);
    for (const name of kept.keys()) if (!current.has(name)) changes.push([name, null]);
    for (const [name, bytes] of changes) {
      if (bytes) kept.set(name, bytes);
      else kept.delete(name);
    }
    return changes;
  }

  async function save() {
    if (!isLoaded) return;
    const changes = takeChanges();
    if (!changes.length) return;
    for (const [name, bytes] of changes) unsaved.set(name, bytes);
    const writing = store.save(changes); // at once, and not behind others: the page may be about to go
    turn = Promise.all([turn, writing])
      .then(([, saved]) => {
        for (const [name, bytes] of changes) if (unsaved.get(name) === bytes) unsaved.delete(name);
        tellOf(saved, changes);
        tellOthers([...changes.map(([name]) => name), ...saved.others.map(({ copy }) => copy)]);
      })
      .catch((error) => console.error(error)); // the next ones are kept nevertheless
    await turn;
  }

  function saveAtEnd() {
    if (!isLoaded) return;
    const changes = new Map([...unsaved, ...takeChanges()]);
    if (changes.size) void store.sayFarewell([...changes]).catch(() => {});
  }

  const later = createLater(save, { ...PAUSE, atEnd: saveAtEnd });
  subscribe((state) => state.files, later.soon, { now: false });

  async function load() {
    const found = await store.load();
    const there = get().files;
    const isOther = (/** @type {[string, Bytes]} */ [name, bytes]) => there.has(name) && !isSameBytes(there.get(name), bytes);
    for (const [name, bytes] of found) kept.set(name, there.has(name) ? (there.get(name) ?? bytes) : bytes);
    const others = found.filter(isOther);
    for (const [name] of others) kept.delete(name);
    files.restore(found);
    isLoaded = true;
    later.soon();
    // The page was quicker than its storage: what lay there keeps its content.
    for (const [name, bytes] of others.filter(([each]) => !each.startsWith("."))) {
      const copy = files.add(name, bytes);
      dispatch({ type: "notice-shown", text: text("There was another {name} from an earlier visit: it is now “{copy}”.", { name, copy }) });
    }
  }

  async function start() {
    const why = describeKind(await vault.kind());
    if (why) dispatch({ type: "notice-shown", text: why });
    vault.onLateArrival(() => {
      dispatch({ type: "notice-closed", text: why });
      kept.clear();
      void load().catch(() => {});
    });
    await load().catch(() => {
      dispatch({ type: "notice-shown", text: describeKind("missing") });
    });
  }

  return {
    /** Resolves once the files of earlier visits are there, or are not waited for any longer. */
    restored: Promise.race([start(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS))]),

    /** @returns {Promise<unknown>} when what has changed so far is kept, or takes too long */
    async settled() {
      if (!isLoaded) return;
      later.flush();
      await Promise.race([turn, new Promise((resolve) => setTimeout(resolve, SETTLING_MILLISECONDS))]);
    },

    /** @param {string[]} names that another tab has changed */
    async look(names) {
      if (!isLoaded) return;
      later.flush(); // what was changed here as well comes first: then it is a conflict
      await turn;
      const changes = await store.look(names);
      for (const [name, bytes] of changes) {
        if (bytes) kept.set(name, bytes);
        else kept.delete(name);
      }
      files.adopt(changes);
    },
  };
}
