/** What the extras of several providers are made of. */
import { element } from "../../dom.js";

/**
 * What the extras of a provider get.
 * @typedef {object} Options
 * @property {import("../../models/chrome-model.js").ChromeModel} chrome
 * @property {import("../../models/local-model.js").LocalModels} local
 * @property {(provider: string) => string} baseUrlOf
 * @property {() => string} modelOf what stands in the field of the model
 * @property {(model: string) => void} onModel
 * @property {(provider: string, model: string) => void} onServer a model of a server was chosen
 * @property {() => Promise<void>} onSignIn
 * @property {(text: string) => void} onProblem
 *
 * @typedef {object} Place where they go
 * @property {(...parts: (Node | string)[]) => void} fill
 * @property {() => boolean} isCurrent whether the visitor has not chosen another provider meanwhile
 * @property {(work: () => Promise<void>) => void} attempt runs what a button started; what goes wrong is said
 */

/** @param {string} words @param {() => void} onclick @param {Record<string, any>} [more] */
export const button = (words, onclick, more = {}) => element("button", { type: "button", onclick, ...more }, words);

/** @param {string} words */
export const note = (words) => element("p", { class: "field-note" }, words);
