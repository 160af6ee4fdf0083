/** Says which program has come into the editor, offers the one that was there, and shows notices. */
import { byId, element } from "../../dom.js";
import { text } from "../../texts/texts.js";

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe }) {
  const box = byId("banner");
  const notices = byId("notices");

  /** @param {() => void} onclick */
  const closing = (onclick) => element("button", { type: "button", class: "small", "aria-label": text("Close"), onclick }, "✕");

  /** @param {import("../../state/program.js").Before} before */
  function restoring(before) {
    const onclick = () => dispatch({ type: "program-restored", ...before });
    return element("button", { type: "button", onclick }, text("Restore my program"));
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
      const rows = texts.map((notice) =>
        element(
          "div",
          { class: "banner notice" },
          element("span", {}, notice),
          closing(() => dispatch({ type: "notice-closed", text: notice })),
        ),
      );
      notices.replaceChildren(...rows);
    },
  );
}
