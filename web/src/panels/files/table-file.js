/** A file of comma-separated values as a table. Loaded when first used. */
import { dsvFormat } from "d3-dsv";

/** Of a larger file only the beginning is shown. */
const MAX_SHOWN_BYTES = 2_000_000;
const MAX_ROWS = 20_000;
const MAX_COLUMNS = 200;
const DELIMITERS = [",", ";", "\t", "|"];
const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*%?\s*$/i;

/**
 * @param {string} name
 * @param {string} text
 * @returns {string} what stands between the cells: what splits most lines as it splits the first
 */
function findDelimiter(name, text) {
  if (/\.tsv$/i.test(name)) return "\t";
  const head = text.slice(0, 20_000);
  const counts = DELIMITERS.map((delimiter) => {
    const [first, ...rest] = dsvFormat(delimiter).parseRows(head).slice(0, 10);
    const width = first?.length ?? 0;
    return { delimiter, fits: width > 1 ? 1 + rest.filter((row) => row.length === width).length : 0 };
  });
  return counts.reduce((best, each) => (each.fits > best.fits ? each : best)).delimiter;
}

/** @param {Uint8Array} bytes @returns {{text: string, more: number}} its beginning in whole lines, and how many lines follow */
function readStart(bytes) {
  let end = bytes.length;
  if (end > MAX_SHOWN_BYTES) end = bytes.lastIndexOf(10, MAX_SHOWN_BYTES) + 1 || MAX_SHOWN_BYTES;
  let more = 0;
  for (let at = bytes.indexOf(10, end); at >= 0; at = bytes.indexOf(10, at + 1)) more++;
  if (end < bytes.length && bytes.at(-1) !== 10) more++;
  return { text: new TextDecoder().decode(bytes.subarray(0, end)), more };
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {{columns: {name: string, number: boolean}[], rows: string[][], title: string, more: number}} as the output shows one
 */
export function readTable(name, bytes) {
  const { text, more } = readStart(bytes);
  const [heads = [], ...rows] = dsvFormat(findDelimiter(name, text)).parseRows(text);
  const filled = rows.filter((row) => row.length > 1 || row[0]);
  const shown = filled.slice(0, MAX_ROWS);
  const width = Math.min(MAX_COLUMNS, shown.reduce((most, row) => Math.max(most, row.length), heads.length));
  const columns = Array.from({ length: width }, (_, at) => {
    const cells = shown.map((row) => row[at] ?? "").filter(Boolean);
    return { name: heads[at] ?? "", number: cells.length > 0 && cells.every((cell) => NUMBER.test(cell)) };
  });
  const table = shown.map((row) => Array.from({ length: width }, (_, at) => row[at] ?? ""));
  return { columns, rows: table, title: "", more: more + filled.length - shown.length };
}
