/** What a place for the page's data has to be able to do, and its tables. */

/**
 * @typedef {"files" | "fileVersions" | "programs" | "texts" | "runs"} StoreName
 *
 * @typedef {object} Transaction whatever else is awaited in one ends it
 * @property {(store: StoreName, key: string) => Promise<any>} get
 * @property {(store: StoreName, key: string, value: unknown) => Promise<unknown>} put
 * @property {(store: StoreName, key: string) => Promise<unknown>} remove
 * @property {(store: StoreName) => Promise<string[]>} keys in their order
 * @property {(store: StoreName) => Promise<any[]>} values in the order of their keys
 *
 * @typedef {"readonly" | "readwrite"} Mode
 * @typedef {<T>(mode: Mode, stores: StoreName[], work: (transaction: Transaction) => Promise<T>) => Promise<T>} Transact
 *   all of the work is done, or nothing of it
 */

/** @type {readonly StoreName[]} `files` is that of the first version, and keeps its shape */
export const STORES = ["files", "fileVersions", "programs", "texts", "runs"];
