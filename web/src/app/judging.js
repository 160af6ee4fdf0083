/**
 * The page as the judge of keys, hosts, money and consent: makes the parts that decide, and ties them to
 * the state. No program has a way around them.
 */
import { linkBudgetOf } from "../models/budget.js";
import { createConsent } from "../models/consent.js";
import { createGrants } from "../models/grants.js";
import { createKeyStore, databaseLock } from "../models/key-store.js";
import { createKeys } from "../models/keys.js";
import { createLinkTexts } from "../models/link-texts.js";
import { createRelay } from "../models/relay.js";
import { baseUrlOf } from "../models/settings.js";
import { createSignIn } from "../models/sign-in.js";
import { createSpending } from "../models/spending.js";
import { EXAMPLES } from "../panels/examples/programs.js";
import { absolute } from "./offline.js";

/** So much text at once is pasted, not typed. */
const PASTED_CHARACTERS = 8;

/**
 * @param {import("../state.js").Store} state
 * @param {Storage} device
 */
export function openKeys({ get, dispatch }, device) {
  const store = createKeyStore(device, {
    lock: databaseLock(),
    baseFor: (provider) => baseUrlOf(get().settings, provider),
  });
  const keys = createKeys(store, {
    onChange: () => dispatch({ type: "keys-changed", held: keys.held() }),
    onProblem: (text) => dispatch({ type: "notice-shown", text }),
  });
  window.addEventListener("storage", ({ key }) => void keys.noticeChange(key));
  return keys;
}

/**
 * Knows the programs of links again, also when they are pasted.
 * @param {import("../state.js").Store} state
 * @param {Storage} device
 */
function watchTexts({ get, dispatch, subscribe }, device) {
  const texts = createLinkTexts(device);
  /** @param {string} code @returns {boolean} whether it is a program of a link, or mostly */
  const isLinked = (code) => !EXAMPLES.some((example) => example.code === code) && texts.resembles(code);
  let length = get().draft.text.length;
  subscribe(
    ({ draft }) => draft.text,
    (text) => {
      const isPasted = text.length - length > PASTED_CHARACTERS;
      length = text.length;
      if (isPasted && !get().link.isFromLink && isLinked(text)) dispatch({ type: "link-opened" });
    },
    { now: false },
  );
  return {
    isLinked,
    add: texts.add,
    /** The visitor says that the program in the editor is theirs. */
    own() {
      texts.own(get().draft.text);
      dispatch({ type: "program-owned" });
    },
  };
}

/**
 * @typedef {object} Files what the interpreter has of the visitor's files
 * @property {(name: string, bytes: Uint8Array<ArrayBuffer>) => void} writeFile gives one to the program in the editor
 * @property {() => [string, Uint8Array<ArrayBuffer>][]} listSeen by the program in the editor
 */

/**
 * @param {object} parts
 * @param {import("../state.js").Store} parts.state
 * @param {Storage} parts.device
 * @param {import("../models/keys.js").Keys} parts.keys
 * @param {import("../models/calls.js").Calls} parts.calls
 * @param {import("../models/page-models.js").PageModels} parts.pageModels
 * @param {typeof __ASSETS__} parts.assets
 * @param {() => Files} parts.getInterpreter it is made later
 */
export function createJudge({ state, device, keys, calls, pageModels, assets, getInterpreter }) {
  const { get, dispatch } = state;
  const grants = createGrants(device, (changed) => dispatch({ type: "grants-changed", grants: changed }));
  dispatch({ type: "grants-changed", grants: grants.list() });

  /** @param {readonly string[]} names of files of the visitor's that a program of a link may see from now on */
  function handOver(names) {
    dispatch({ type: "files-handed", names });
    for (const name of names) {
      const bytes = get().files.get(name);
      if (bytes) getInterpreter().writeFile(name, bytes);
    }
  }

  const listSeen = () => getInterpreter().listSeen();
  const consent = createConsent({ state, grants, handOver, listSeen });
  const spending = createSpending({
    current() {
      const { run, settings, calls: list } = get();
      return { run: list.run, budget: run.isLimited ? linkBudgetOf(settings) : null };
    },
    loadPrices: () => import(absolute(assets.prices)),
  });
  const relay = createRelay({ keys, calls, pageModels, consent, spending, state });
  const signIn = createSignIn(state, absolute("oauth.html"));
  return { relay, consent, signIn, grants, handOver, listSeen, texts: watchTexts(state, device) };
}

/** @typedef {ReturnType<typeof createJudge>} Judge */
