/**
 * Draws charts with Observable Plot. A script of its own, loaded when a program first draws one. Colours are
 * those of the page's theme, by name, so that a chart follows it.
 */
import * as Plot from "@observablehq/plot";
import { element } from "../../../dom.js";

/** @typedef {import("../tools.js").Tools["text"]} Say */

/** @typedef {import("./chart.js").Chart} Chart @typedef {import("./chart.js").Point} Point */

/** Colours of series (styles/theme.css). */
const COLORS = Array.from({ length: 8 }, (_, at) => `var(--chart-${at + 1})`);
const DATE = /^\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?$/;
/** Names of this many letters together are written at an angle. */
const CROWDED = 0.14;
const LETTERS = 14;
const HEIGHT = 300;

/** @param {string[]} names @param {number} width of the drawing @returns {boolean} */
const areCrowded = (names, width) => names.reduce((sum, name) => sum + Math.min(name.length, LETTERS) + 2, 0) > width * CROWDED;

/** @param {string} name @returns {string} */
const shortened = (name) => (name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name);

/**
 * @typedef {{x: number | string | Date, y: number, series: string}} Datum
 * @param {Chart} chart
 * @returns {{data: Datum[], names: string[] | null}} `names`: those on the axis of x, in their order
 */
function readPoints({ kind, points }) {
  const areDates = kind !== "bar" && points.every(([x]) => typeof x === "string" && DATE.test(x) && !Number.isNaN(Date.parse(x)));
  const areNames = kind === "bar" || (!areDates && points.some(([x]) => typeof x === "string"));
  const place = (/** @type {number | string} */ x) => {
    if (areDates) return new Date(x);
    return areNames ? String(x) : x;
  };
  const data = points.map(([x, y, series]) => ({ x: place(x), y, series }));
  return { data, names: areNames ? [...new Set(data.map(({ x }) => String(x)))] : null };
}

/** @param {Chart} chart @param {Datum[]} data @param {string[]} all the series @returns {Plot.Markish[]} */
function buildMarks({ kind, width }, data, all) {
  const color = all.length > 1 ? "series" : COLORS[0];
  const className = "chart-marks";
  const tip = { fill: "var(--surface)", stroke: "var(--line)" };
  if (kind === "line") {
    const isShort = data.length <= 60 * all.length;
    const line = Plot.line(data, { x: "x", y: "y", z: "series", stroke: color, strokeWidth: 2, className, tip, marker: isShort ? "dot" : undefined });
    return [line];
  }
  if (kind === "scatter") {
    return [Plot.dot(data, { x: "x", y: "y", stroke: color, symbol: all.length > 1 ? "series" : undefined, r: 3.5, strokeWidth: 1.5, className, tip })];
  }
  if (kind === "histogram") {
    const x2 = (/** @type {Datum} */ { x }) => Number(x) + width;
    return [Plot.rectY(data, { x1: "x", x2, y: "y", insetLeft: 1, fill: color, className, tip }), Plot.ruleY([0], { stroke: "var(--soft)" })];
  }
  const place = all.length > 1 ? { fx: "x", x: "series" } : { x: "x" };
  return [Plot.barY(data, { ...place, y: "y", fill: color, className, tip }), Plot.ruleY([0], { stroke: "var(--soft)" })];
}

/** @param {string[]} all the series @param {Say} text */
function buildLegend(all, text) {
  const items = all.map((name, at) => {
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = COLORS[at % COLORS.length];
    return element("li", {}, swatch, name || text("(no name)"));
  });
  return element("ul", { class: "chart-legend", "aria-label": text("Series") }, ...items);
}

/**
 * @param {Chart} chart
 * @param {number} width in pixels
 * @param {string} said of it, for those who do not see it
 * @returns {Element[]}
 * @param {Say} text the page's words
 */
export function draw(chart, width, said, text) {
  const { data, names } = readPoints(chart);
  const all = [...new Set(data.map(({ series }) => series))];
  const isGrouped = chart.kind === "bar" && all.length > 1;
  const isCrowded = names !== null && areCrowded(names, width);
  const axis = {
    label: chart.x || null,
    ...(names ? { domain: names, tickFormat: shortened, tickRotate: isCrowded ? -40 : 0 } : {}),
    ...(names && names.length > 40 ? { ticks: names.filter((_, at) => at % Math.ceil(names.length / 40) === 0) } : {}),
  };
  const made = Plot.plot({
    width,
    height: HEIGHT + (isCrowded ? 50 : 0),
    marginLeft: 56,
    marginBottom: isCrowded ? 86 : 42,
    style: { background: "transparent", color: "var(--text)", fontFamily: "var(--sans)", fontSize: "12px" },
    x: isGrouped ? { axis: null, domain: all } : axis,
    ...(isGrouped ? { fx: axis } : {}),
    y: { label: chart.y || null, grid: true, nice: true, zero: chart.kind === "bar" },
    color: { type: "categorical", domain: all, range: all.map((_, at) => COLORS[at % COLORS.length]) },
    marks: buildMarks(chart, data, all),
  });
  // Its own style is not let into the page (styles stand in the page's sheet).
  const parts = document.createNodeIterator(made, NodeFilter.SHOW_ELEMENT);
  for (let part = parts.nextNode(); part; part = parts.nextNode()) {
    const each = /** @type {Element} */ (part);
    if (part.nodeName === "style") each.remove();
    else each.removeAttribute("aria-label"); // of groups, which have no role
  }
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", said);
  return all.length > 1 ? [buildLegend(all, text), made] : [made];
}
