/**
 * The editor's own style rules, laid into the page's style sheet. CodeMirror makes them while the page
 * runs and would put them into a style element, for which the page's policy would have to let any text
 * be a style. Rules of a sheet that is there already are nobody's text: no policy is needed for them.
 */
import { StyleModule } from "style-mod";

/** @type {StyleModule[]} those that are in force; a later one goes before an earlier one */
let mounted = [];
/** How many rules at the top of the sheet are theirs: whatever the page says itself comes after them. */
let count = 0;

/** @returns {CSSStyleSheet} the page's own */
function sheetOfPage() {
  for (const sheet of document.styleSheets) if (sheet.ownerNode instanceof HTMLLinkElement) return sheet;
  // It did not arrive: the editor has its rules all the same.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];
  return sheet;
}

/** From now on editors of this page lay their rules into its sheet. */
export function layRulesIntoTheSheet() {
  /** @type {CSSStyleSheet | undefined} */
  let sheet;
  StyleModule.mount = (_root, modules) => {
    const wanted = [modules].flat();
    const all = [...mounted.filter((each) => !wanted.includes(each)), ...wanted];
    if (all.length === mounted.length && all.every((each, at) => each === mounted[at])) return;
    sheet ??= sheetOfPage();
    while (count) sheet.deleteRule(--count);
    mounted = all;
    for (const { rules } of /** @type {any[]} */ (mounted)) for (const rule of rules) sheet.insertRule(rule, count++);
  };
}
