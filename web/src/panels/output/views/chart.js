/** A chart, with its words and its numbers: what draws it is loaded with the first one. */
import { element } from "../../../dom.js";
import { buildTable } from "./table.js";

/** A chart is drawn anew when there is so much more or less room for it. */
const STEP_PIXELS = 30;
const WIDTH = { least: 240, most: 760 };

/**
 * @typedef {[number | string, number, string]} Point x, y, series
 * @typedef {{kind: "line" | "bar" | "scatter" | "histogram", title: string, x: string, y: string, width: number,
 *   points: Point[], text: string}} Chart
 */

/** @param {number} value @returns {string} */
const shortened = (value) => String(Number(value.toPrecision(6)));

/** @param {Chart} chart @param {import("../tools.js").Tools} tools @returns {HTMLElement} its numbers */
function buildNumbers({ kind, x, y, width, points }, tools) {
  const isBins = kind === "histogram";
  const hasSeries = points.some(([, , series]) => series !== "");
  const place = (/** @type {number | string} */ at) => {
    if (typeof at === "string") return at;
    return isBins ? `${shortened(at)} … ${shortened(at + width)}` : shortened(at);
  };
  const isNumber = !isBins && points.every(([at]) => typeof at === "number");
  const columns = [
    { name: x || "x", number: isNumber },
    { name: y || "y", number: true },
    ...(hasSeries ? [{ name: tools.text("series"), number: false }] : []),
  ];
  const rows = points.map(([at, value, series]) => [place(at), shortened(value), ...(hasSeries ? [series] : [])]);
  return element("details", { class: "chart-numbers" }, element("summary", {}, tools.text("Numbers")), buildTable({ columns, rows, title: "", more: 0 }, tools));
}

/** @param {Chart} chart @param {import("../tools.js").Tools} tools */
export function buildChart(chart, tools) {
  const [about, axes = ""] = chart.text.split("\n");
  const said = chart.x || chart.y ? `${about}, ${axes}` : about;
  const drawing = element("div", { class: "chart-drawing" }, element("pre", { class: "view-text" }, chart.text));
  const figure = element("figure", { class: "chart" }, chart.title ? element("figcaption", {}, chart.title) : null, drawing, buildNumbers(chart, tools));
  if (!chart.points.length) return figure;
  let drawn = 0;
  const observer = new ResizeObserver(async ([{ contentRect }]) => {
    const width = Math.min(WIDTH.most, Math.max(WIDTH.least, contentRect.width));
    if (contentRect.width === 0 || Math.abs(width - drawn) < STEP_PIXELS) return;
    drawn = width;
    const charts = await tools.loadCharts();
    if (!charts) return;
    drawing.replaceChildren(...charts.draw(chart, width, said, tools.text));
    tools.grown();
  });
  observer.observe(figure);
  return figure;
}
