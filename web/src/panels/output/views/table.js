/** A table whose rows are sorted by a click on the head of a column. */
import { element } from "../../../dom.js";

/** So many rows are shown at first, and with each press of the button below. */
const AT_ONCE = 200;
const MANY = 2_000;

/** @typedef {{name: string, number: boolean}} Column */

/** Texts as people order them: "row 9" before "row 10". */
const collator = new Intl.Collator(undefined, { numeric: true });

/**
 * @param {string[][]} rows
 * @param {number} at the column
 * @param {boolean} isNumber
 * @param {1 | -1} direction
 */
function sortRows(rows, at, isNumber, direction) {
  const compare = (/** @type {string[]} */ one, /** @type {string[]} */ other) => {
    const [a, b] = [one[at], other[at]];
    if (!isNumber) return direction * collator.compare(a, b);
    const [x, y] = [Number.parseFloat(a), Number.parseFloat(b)];
    // What is no number stands last, in both directions.
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return direction * (x - y);
  };
  return [...rows].sort(compare);
}

/** @param {Column[]} columns @param {string[]} row */
const buildRow = (columns, row) =>
  element("tr", {}, ...row.map((cell, at) => element("td", { class: columns[at]?.number ? "number" : undefined }, cell)));

/** @param {{columns: Column[], rows: string[][], title: string, more: number}} view @param {Pick<import("../tools.js").Tools, "text" | "countText">} tools */
export function buildTable({ columns, rows, title, more }, { text, countText }) {
  let sorted = rows;
  let shown = 0;
  /** @type {{at: number, direction: 1 | -1} | null} */
  let order = null;
  const body = element("tbody");
  const rest = element("p", { class: "table-rest" });

  function showMore() {
    const until = shown === 0 ? AT_ONCE : shown + MANY;
    body.append(...sorted.slice(shown, until).map((row) => buildRow(columns, row)));
    shown = Math.min(sorted.length, until);
    const left = sorted.length - shown;
    const next = Math.min(left, MANY);
    const label = next === left ? countText("Show the row", "Show all {n} rows", sorted.length) : countText("Show one more row", "Show {n} more rows", next);
    const button = left > 0 && element("button", { type: "button", class: "small", onclick: showMore }, label);
    const hidden = more > 0 && `${countText("{n} further row is not here.", "{n} further rows are not here.", more)} `;
    rest.replaceChildren(...[hidden, button].filter((each) => each !== false));
  }

  const heads = columns.map(({ name, number }, at) => {
    const button = element("button", { type: "button", class: "sort", onclick: () => sortBy(at) }, name || text("(no name)"));
    return element("th", { scope: "col", class: number ? "number" : undefined, "aria-sort": "none" }, button);
  });

  /** @param {number} at */
  function sortBy(at) {
    const direction = order?.at === at && order.direction === 1 ? -1 : 1;
    order = { at, direction };
    sorted = sortRows(rows, at, columns[at].number, direction);
    heads.forEach((head, each) => {
      const said = each !== at ? "none" : direction === 1 ? "ascending" : "descending";
      head.setAttribute("aria-sort", said);
    });
    body.replaceChildren();
    shown = 0;
    showMore();
  }

  showMore();
  const table = element(
    "table",
    {},
    title ? element("caption", {}, title) : null,
    element("thead", {}, element("tr", {}, ...heads)),
    body,
  );
  const box = { class: "table-box", tabIndex: 0, role: "group", "aria-label": title || text("Table") };
  return element("div", {}, element("div", box, table), rest);
}
