/** The script that stands beside the page: finds the tag that loaded it, and does what that asks for. */
import { activateByTag } from "./index.js";

const script = document.currentScript;
if (script instanceof HTMLScriptElement) activateByTag(script);
