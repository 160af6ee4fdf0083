/**
 * Puts the page together from its frame and its panels. The table of panels (src/panels/table.js) says
 * which there are; each is a folder that may bring `panel.html`: templates, of which each names the place
 * in index.html, or in a panel before it, that it goes to.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const web = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const src = path.join(web, "src");
const panels = path.join(src, "panels");

const LINE = /^export \* as (\w+) from "\.\/(\w+)\/index\.js";$/gm;
const TEMPLATE = /<template place="([\w-]+)">\n?([^]*?)<\/template>\n?/g;
const PLACE = /<!-- panels: [\w-]+ -->/g;

/** Styles that belong to no panel, in their order. */
const COMMON_STYLES = ["styles/theme.css", "styles/base.css", "styles/layout.css", "styles/place.css", "editor/style.css"];

/**
 * Panels that are dialogs: nothing of theirs is seen before a button is pressed, so their styles are no part of
 * what the page waits for.
 */
const DIALOGS = new Set(["consent", "examples", "fetching", "history", "palette", "runs", "settings", "share"]);

/** @returns {string[]} the panels' folders, in the order of the table */
function readTable() {
  const table = fs.readFileSync(path.join(panels, "table.js"), "utf8");
  return [...table.matchAll(LINE)].map(([, name, folder]) => {
    if (name !== folder) throw new Error(`panels/table.js: ${name} is not the name of the folder ${folder}`);
    return folder;
  });
}

/** @returns {string} the page's markup */
export function assemblePage() {
  let page = fs.readFileSync(path.join(web, "index.html"), "utf8");
  for (const name of readTable()) {
    const file = path.join(panels, name, "panel.html");
    if (!fs.existsSync(file)) continue; // it makes its markup when it is mounted
    const markup = fs.readFileSync(file, "utf8");
    const rest = markup.replace(TEMPLATE, (_, place, content) => {
      const mark = `<!-- panels: ${place} -->`;
      if (!page.includes(mark)) throw new Error(`${file}: the page has no place "${place}"`);
      page = page.replace(mark, () => `${content.trim()}\n${mark}`);
      return "";
    });
    if (rest.trim()) throw new Error(`${file}: what is in no template stands nowhere: ${rest.trim().slice(0, 80)}`);
  }
  return page.replace(PLACE, "");
}

/** @param {string[]} files @returns {string} a style sheet, below src/, that imports them */
const importing = (files) => files.map((file) => `@import "./${file}";\n`).join("");

/** @returns {{first: string, dialogs: string}} the style sheet that the page waits for, and that of its dialogs */
export function assembleStyles() {
  const sheet = (/** @type {string} */ name) => `panels/${name}/style.css`;
  const names = readTable();
  // What a panel shows later than itself.
  const late = names.map((name) => `panels/${name}/late.css`).filter((file) => fs.existsSync(path.join(src, file)));
  return {
    first: importing([...COMMON_STYLES, ...names.filter((name) => !DIALOGS.has(name)).map(sheet)]),
    dialogs: importing(["editor/late.css", ...names.filter((name) => DIALOGS.has(name)).map(sheet), ...late]),
  };
}
