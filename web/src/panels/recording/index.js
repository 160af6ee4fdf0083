/**
 * The note above the output that a program came with the recording of a run: Run then answers every
 * model call from it. The visitor can run the program live instead, and go back.
 */
import { byId, element } from "../../dom.js";
import { countText, text } from "../../texts/texts.js";

/** @typedef {import("../../state/program.js").Loaded} Loaded */

/** @param {Loaded} loaded */
const count = ({ recording }) => recording.tape.split("\n").filter(Boolean).length;

/** @type {Record<Loaded["told"], (loaded: Loaded) => string>} */
const TEXTS = {
  offered: (loaded) =>
    countText(
      "This program came with the recording of 1 model call. Run plays it: no key, no network.",
      "This program came with the recording of {n} model calls. Run plays it: no key, no network.",
      count(loaded),
    ),
  live: () => text("This is a live run: models are asked."),
  played: (loaded) =>
    countText(
      "This is a recording: 1 model call played back, nothing is sent.",
      "This is a recording: {n} model calls played back, nothing is sent.",
      count(loaded),
    ),
  "played-changed": (loaded) =>
    `${TEXTS.played(loaded)} ${text("The program was changed since; a call that is not recorded fails.")}`,
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
      const label = isLive ? text("Play the recording") : text("Run it live instead");
      const button = element("button", { type: "button", class: "small", onclick }, label);
      note.replaceChildren(element("span", {}, TEXTS[loaded.told](loaded)), button);
      note.classList.toggle("live", isLive);
    },
  );
}
