/**
 * What a catalogue of the page's texts is: for English words those of another language.
 *
 * @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Words several if a number decides
 * @typedef {Record<string, Words>} Catalogue
 */

export {};
