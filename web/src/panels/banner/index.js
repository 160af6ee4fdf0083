/** Says which program has come into the editor, and offers the one that was there. */
import { byId, element } from "../../dom.js";

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe }) {
  const box = byId("banner");

  /** @param {string} text the visitor's own program */
  function restoring(text) {
    const onclick = () => dispatch({ type: "program-restored", text });
    return element("button", { type: "button", onclick }, "Restore my program");
  }

  subscribe(
    ({ banner }) => banner,
    (banner) => {
      box.hidden = banner === null;
      if (!banner) return;
      const close = { class: "small", "aria-label": "Close", onclick: () => dispatch({ type: "banner-closed" }) };
      box.replaceChildren(
        element("span", {}, banner.text),
        ...(banner.previous === null ? [] : [restoring(banner.previous)]),
        element("button", { type: "button", ...close }, "✕"),
      );
    },
  );
}
