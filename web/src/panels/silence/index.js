/** Says that nothing comes from a server any more, and lets the visitor wait on or stop. */
import { byId, element } from "../../dom.js";
import { text } from "../../texts/texts.js";

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, judge }) {
  const note = byId("silence");
  let isShown = false;
  subscribe(
    ({ silence }) => silence,
    (silence) => {
      const isNew = silence !== null && !isShown;
      isShown = silence !== null;
      note.hidden = silence === null;
      if (!silence) return;
      const { handle, host, seconds } = silence;
      const wait = () => {
        dispatch({ type: "silence-ended", handle });
        judge.relay.keepWaiting(handle);
      };
      const stop = () => judge.relay.giveUp(handle);
      const small = { type: "button", class: "small" };
      note.replaceChildren(
        element("span", {}, text("Nothing for {seconds} s from {host}: keep waiting, or stop and keep the text?", { seconds, host })),
        element("button", { ...small, "data-testid": "keep-waiting", onclick: wait }, text("Keep waiting")),
        element("button", { ...small, "data-testid": "stop-waiting", onclick: stop }, text("Stop and keep the text")),
      );
      if (isNew) note.scrollIntoView({ block: "nearest" }); // on a phone the output is out of sight
    },
  );
}
