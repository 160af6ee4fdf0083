/**
 * The line below Run for a program that came with a link: what it may spend and which files it sees, where
 * to change that, and how the visitor makes the program theirs.
 */
import { byId } from "../../dom.js";
import { describeBudget, linkBudgetOf } from "../../models/budget.js";
import { countText, text } from "../../texts/texts.js";

/** @param {readonly string[]} handed */
function describeFiles(handed) {
  if (!handed.length) return text("It sees none of your files. Change …");
  return countText("It sees one of your files. Change …", "It sees {n} of your files. Change …", handed.length);
}

/** @param {import("../page.js").Page} page */
export function mount({ dispatch, subscribe, judge }) {
  const line = byId("link-line");
  const badge = byId("link-limit");
  const files = byId("link-files");
  badge.addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "settings" }));
  files.addEventListener("click", () => dispatch({ type: "dialog-opened", dialog: "hand-over" }));
  byId("link-own").addEventListener("click", () => judge.texts.own());
  subscribe(
    ({ link }) => link.isFromLink,
    (isFromLink) => {
      line.hidden = !isFromLink;
      badge.hidden = !isFromLink;
    },
  );
  subscribe(
    ({ settings }) => settings,
    (settings) => {
      const limit = describeBudget(linkBudgetOf(settings));
      badge.textContent = limit ? text("From a link: one run may use {limit}. Change …", { limit }) : text("From a link, without a limit. Change …");
    },
  );
  subscribe(
    ({ handed }) => handed,
    (handed) => {
      files.textContent = describeFiles(handed);
    },
  );
}
