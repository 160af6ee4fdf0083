/** What shows more than text. A script of its own, loaded when a program first shows such a thing. */
import { buildChart } from "./chart.js";
import { buildDiff } from "./diff.js";
import { buildAudio, buildImage } from "./media.js";
import { buildTable } from "./table.js";

export { buildFolded } from "./fold.js";
export { createMarkdown } from "./markdown.js";

/** @typedef {import("../tools.js").Tools} Tools */

/** @type {Record<string, (view: any, tools: Tools) => HTMLElement>} */
const BUILDERS = {
  table: buildTable,
  image: buildImage,
  audio: buildAudio,
  diff: buildDiff,
  chart: buildChart,
};

/** @param {import("../../../log.js").View} view @param {Tools} tools @returns {HTMLElement} */
export const buildView = (view, tools) => BUILDERS[view.view](view, tools);
