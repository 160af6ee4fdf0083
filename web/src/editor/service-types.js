/**
 * What the editor asks about its text, and what it gets: app/services.js brings it.
 *
 * @typedef {{from: number, to: number, severity: "error" | "warning", message: string, hint: string}} Mistake
 *
 * @typedef {object} Signature how the function at hand is called
 * @property {string} label
 * @property {[number, number][]} parameters where they stand in the label
 * @property {number} active which of them is at hand, -1 for none
 * @property {string} text
 * @property {string[]} options that the map at hand may have
 * @property {string} option the one at hand
 * @property {number} start where the call begins
 *
 * @typedef {object} Answers
 * @property {Mistake[]} diagnose
 * @property {string} format
 * @property {[number, number][]} definition
 * @property {[number, number][]} rename
 * @property {Signature | null} signature
 * @property {{label: string, kind: string}[]} completions
 *
 * @typedef {object} Services `said` is null if nobody could answer, or what was asked for is refused: then
 *   `error` says why
 * @property {<S extends keyof Answers>(service: S, text: string, more?: {at?: number, name?: string}) =>
 *   Promise<{said: Answers[S] | null, error: string}>} ask
 * @property {(name: string) => Promise<{text: string, isNow: boolean} | null>} valueOf what a variable of the program
 *   holds since its last run, or now, where the program stands still
 * @property {() => string[]} models names that calls may ask for
 *
 * @typedef {object} Lists what else words may become
 * @property {() => string[]} files
 * @property {() => string[]} models
 */
export {};
