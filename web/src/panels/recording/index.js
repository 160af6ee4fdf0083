/**
 * The note above the output that a program came with the recording of a run: Run then answers every
 * model call from it. The visitor can run the program live instead, and go back.
 */
import { byId, element } from "../../dom.js";

/** @typedef {import("../../state/program.js").Loaded} Loaded */

/** @param {Loaded} loaded */
function count({ recording }) {
  const calls = recording.tape.split("\n").filter(Boolean).length;
  return calls === 1 ? "1 model call" : `${calls} model calls`;
}

/** @type {Record<Loaded["told"], (loaded: Loaded) => string>} */
const TEXTS = {
  offered: (loaded) => `This program came with the recording of ${count(loaded)}. Run plays it: no key, no network.`,
  live: () => "This is a live run: models are asked.",
  played: (loaded) => `This is a recording: ${count(loaded)} played back, nothing is sent.`,
  "played-changed": (loaded) =>
    `${TEXTS.played(loaded)} The program was changed since; a call that is not recorded fails.`,
};

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, run }) {
  const note = byId("recording");
  subscribe(
    ({ loaded }) => loaded,
    (loaded) => {
      note.hidden = !loaded;
      if (!loaded) return;
      const isLive = loaded.told === "live";
      const onclick = () => {
        dispatch({ type: "live-chosen", isLive: !isLive });
        run();
      };
      const label = isLive ? "Play the recording" : "Run it live instead";
      const button = element("button", { type: "button", class: "small", onclick }, label);
      note.replaceChildren(element("span", {}, TEXTS[loaded.told](loaded)), button);
      note.classList.toggle("live", isLive);
    },
  );
}
