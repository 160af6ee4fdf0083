/** Web addresses: what of them counts when two are compared. */

/** @param {string} url @returns {string} its origin, or "" if it is no http(s) address */
export function originOf(url) {
  try {
    const { origin, protocol } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? origin : "";
  } catch {
    return "";
  }
}

const LOCAL = /^(localhost|127\.0\.0\.1|.*\.localhost)$/;

/** @param {string} hostname @returns {boolean} whether it is this machine */
export const isThisMachine = (hostname) => LOCAL.test(hostname);

/** @param {string} url @returns {string} host and port, or the whole address if it has none */
export function hostOf(url) {
  try {
    return new URL(url).host || url;
  } catch {
    return url;
  }
}

/**
 * A base address in the one spelling in which bases are compared: no user, no fragment, no slash at the
 * end; what the browser itself resolves (`..`, `%2e`, backslashes, letters of the host) is resolved.
 * @param {string} url
 * @returns {string} "" if it is no http(s) address, or names a user
 */
export function baseOf(url) {
  if (!originOf(url)) return "";
  const { origin, pathname, search, username, password } = new URL(url);
  if (username || password) return "";
  return origin + pathname.replace(/\/+$/, "") + search;
}
