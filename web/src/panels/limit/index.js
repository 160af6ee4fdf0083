/** Shows below Run what a program that came with a link may spend; a press opens the settings. */
import { byId } from "../../dom.js";
import { describeBudget, linkBudgetOf } from "../../models/budget.js";

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe }) {
  const badge = byId("link-limit");
  badge.addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "settings" }));
  subscribe(
    ({ link, settings }) => (link.isFromLink ? describeBudget(linkBudgetOf(settings)) : ""),
    (limit) => {
      badge.hidden = !limit;
      badge.textContent = `From a link: one run may use ${limit}. Change …`;
      badge.title = `This program came with a link. One run of it may use ${limit}. Click to change that.`;
    },
  );
}
