/** What is under way before the page's own script is there: the interpreter, which takes longest. */
import "./older-browsers.js"; // before all others: they use what it brings
import "./place.js"; // and before the rest: it decides what they find
import { startFirst } from "./engine/first.js";

/** Addresses of the built files, relative to the page. Put in by web/build.mjs. */
export const assets = __ASSETS__;

export const first = startFirst(assets);
