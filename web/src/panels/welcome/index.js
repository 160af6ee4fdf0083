/**
 * A line for the first visit, in the empty output: press Run, or take the tour. It is gone for ever after the
 * first run or once it was closed, and is never seen with somebody else's program or inside another page.
 */
import { byId } from "../../dom.js";
import { device, readText, writeText } from "../../stored.js";

const STORE = "lispcore.welcomed";
const GONE = "yes";

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe }) {
  const box = byId("welcome");
  let isGone = readText(device, STORE) === GONE || new URLSearchParams(location.search).has("embed");
  let leave = () => {};

  function close() {
    isGone = true;
    box.hidden = true;
    writeText(device, STORE, GONE);
    leave();
  }

  if (isGone) return;
  byId("welcome-tour").addEventListener("click", () => {
    close();
    dispatch({ type: "learn-opened", place: "tour" });
  });
  byId("welcome-close").addEventListener("click", close);
  leave = subscribe(
    ({ link, run, learn }) => [link.isFromLink, run.ending !== "" || learn !== null],
    ([isFromLink, isDone]) => {
      if (isDone) queueMicrotask(close);
      else if (!isGone) box.hidden = isFromLink;
    },
  );
}
