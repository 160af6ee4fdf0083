/**
 * What the page uses of JavaScript that browsers of the last years may lack. Imported before all else;
 * where the browser has a thing itself, nothing is done.
 */

/** @param {any} holder @param {string} name @param {Function} value */
function provide(holder, name, value) {
  if (name in holder) return;
  Object.defineProperty(holder, name, { value, writable: true, configurable: true });
}

provide(Promise, "withResolvers", function () {
  /** @type {any} */
  const parts = {};
  // @ts-ignore -- what it is called on makes the promise: Promise, or a class made from it
  parts.promise = new this((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
});

/** @this {any[]} @param {(value: any, index: number, all: any[]) => unknown} test */
function findLastIndex(test) {
  let at = this.length - 1;
  while (at >= 0 && !test(this[at], at, this)) at--;
  return at;
}

provide(Array.prototype, "findLastIndex", findLastIndex);
provide(Array.prototype, "findLast", /** @this {any[]} @param {any} test */ function (test) {
  return this[findLastIndex.call(this, test)];
});
provide(Array.prototype, "toReversed", /** @this {any[]} */ function () {
  return [...this].reverse();
});
provide(Array.prototype, "toSpliced", /** @this {any[]} @param {any[]} how */ function (...how) {
  const copy = [...this];
  // @ts-ignore -- as many as were given
  copy.splice(...how);
  return copy;
});
provide(Array.prototype, "with", /** @this {any[]} @param {number} at @param {any} value */ function (at, value) {
  const copy = [...this];
  copy[at < 0 ? at + copy.length : at] = value;
  return copy;
});
provide(URL, "canParse", /** @param {string} address @param {string} [base] */ (address, base) => {
  try {
    return Boolean(new URL(address, base));
  } catch {
    return false;
  }
});
