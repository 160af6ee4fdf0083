/**
 * Parts of the page that come when they are first used. One may not come: the network is gone, or the
 * host has a newer page. Whoever asked is told (panels/toast), and asking again tries again.
 */

/** What browsers say, in this order: Chromium, Firefox, WebKit. */
const WORDS = /fetch dynamically imported module|loading dynamically imported module|importing a module script/i;

/** @param {unknown} reason of a promise that failed @returns {reason is TypeError} */
export const isLostPart = (reason) => reason instanceof TypeError && WORDS.test(reason.message);

let tries = 0;

/**
 * Imports a part. Chromium remembers that an address failed and never asks for it again; so it is asked
 * for by another name of the same file.
 * @template T
 * @param {() => Promise<T>} load
 * @param {(address: string) => Promise<T>} [loadFrom] for tests
 * @returns {Promise<T>}
 */
export async function loadPart(load, loadFrom = (address) => import(address)) {
  try {
    return await load();
  } catch (error) {
    const [address] = (isLostPart(error) && error.message.match(/https?:\S+/)) || [];
    if (!address) throw error;
    return loadFrom(`${address.split("?")[0]}?again=${++tries}`);
  }
}
