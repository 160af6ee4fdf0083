/** Finds keys in what is about to be shared: those that the visitor has entered, and what looks like one. */
import { findProvider } from "./providers.js";
import { findShapes, lineAt } from "./key-shapes.js";

/** @typedef {{what: string, where: string, line: number}} Secret `line` counts from 1 */

/**
 * @param {[string, string][]} texts what each is called, and what it holds
 * @param {Pick<import("./keys.js").Keys, "findIn">} keys
 * @returns {Secret[]}
 */
export function findSecrets(texts, keys) {
  return texts.flatMap(([where, text]) => {
    const held = keys.findIn(text).map(({ provider, at }) => {
      const label = findProvider(provider)?.label ?? provider;
      return { what: `the key that you entered for ${label}`, where, line: lineAt(text, at) };
    });
    const known = new Set(held.map(({ line }) => line));
    const shapes = findShapes(text).filter(({ line }) => !known.has(line));
    return [...held, ...shapes.map(({ what, line }) => ({ what: `what looks like ${what}`, where, line }))];
  });
}

/** @param {Uint8Array} bytes @returns {string} with a letter for each byte: keys are found in files of any kind */
export function lettersOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return text;
}

/**
 * @param {string} code @param {ReadonlyMap<string, Uint8Array>} files
 * @returns {[string, string][]} what a link with them carries, for `findSecrets`
 */
export const textsOf = (code, files) => [
  ["the program", code],
  ...[...files].map(([name, bytes]) => /** @type {[string, string]} */ ([`the file ${name}`, lettersOf(bytes)])),
];
