/** Says which program has come into the editor, offers the one that was there, and shows notices. */
import { byId, element } from "../../dom.js";

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe }) {
  const box = byId("banner");
  const notices = byId("notices");

  /** @param {() => void} onclick */
  const closing = (onclick) => element("button", { type: "button", class: "small", "aria-label": "Close", onclick }, "✕");

  /** @param {import("../../state/program.js").Before} before */
  function restoring(before) {
    const onclick = () => dispatch({ type: "program-restored", ...before });
    return element("button", { type: "button", onclick }, "Restore my program");
  }

  subscribe(
    ({ banner }) => banner,
    (banner) => {
      box.hidden = banner === null;
      if (!banner) return;
      box.replaceChildren(
        element("span", {}, banner.text),
        ...(banner.previous === null ? [] : [restoring(banner.previous)]),
        closing(() => dispatch({ type: "banner-closed" })),
      );
    },
  );

  subscribe(
    (state) => state.notices,
    (texts) => {
      const rows = texts.map((text) =>
        element(
          "div",
          { class: "banner notice" },
          element("span", {}, text),
          closing(() => dispatch({ type: "notice-closed", text })),
        ),
      );
      notices.replaceChildren(...rows);
    },
  );
}
