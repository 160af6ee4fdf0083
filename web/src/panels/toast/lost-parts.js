/** Says it when a part of the page that somebody asked for did not come, wherever that was. */
import { isLostPart } from "../../parts.js";
import { text } from "../../texts/texts.js";

/** @param {import("../../state.js").Store["dispatch"]} dispatch */
export function tellOfLostParts(dispatch) {
  addEventListener("unhandledrejection", (event) => {
    if (!isLostPart(event.reason)) return;
    event.preventDefault();
    dispatch({ type: "said", text: text("A part of the page did not load. Look at the connection and try again.") });
  });
}
