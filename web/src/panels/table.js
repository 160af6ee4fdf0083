/**
 * The panels of the page, a line each: a folder that brings its script (`index.js`), its style
 * (`style.css`) and what stands in the page before any script runs (`panel.html`). The order is that in
 * which panels of one place follow one another, and in which their styles do.
 *
 * The build reads this table, too (web/tools/panels.mjs).
 */
export * as examples from "./examples/index.js";
export * as learn from "./learn/index.js";
export * as model from "./model/index.js";
export * as share from "./share/index.js";
export * as fetching from "./fetching/index.js";
export * as settings from "./settings/index.js";
export * as language from "./language/index.js";
export * as theme from "./theme/index.js";
export * as palette from "./palette/index.js";
export * as panes from "./panes/index.js";
export * as banner from "./banner/index.js";
export * as run from "./run/index.js";
export * as history from "./history/index.js";
export * as runs from "./runs/index.js";
export * as limit from "./limit/index.js";
export * as consent from "./consent/index.js";
export * as signin from "./signin/index.js";
export * as tabs from "./tabs/index.js";
export * as editing from "./editing/index.js";
export * as program from "./program/index.js";
export * as files from "./files/index.js";
export * as output from "./output/index.js";
export * as welcome from "./welcome/index.js";
export * as silence from "./silence/index.js";
export * as recording from "./recording/index.js";
export * as repl from "./repl/index.js";
export * as debugging from "./debugging/index.js";
export * as jobs from "./jobs/index.js";
export * as inspector from "./inspector/index.js";
export * as toast from "./toast/index.js";
export * as keyboard from "./keyboard/index.js";
