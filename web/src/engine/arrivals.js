/**
 * Answers that a worker does not wait for at once. Where it can only wait for one answer at a time, it
 * asks several questions "later" and then, again and again, for the next of their answers.
 */

/**
 * @typedef {(header: Record<string, any>, body?: Uint8Array<ArrayBuffer>) => void} Deliver
 */

export function createArrivals() {
  /** @type {Set<number>} questions whose answers are kept */
  const expected = new Set();
  /** @type {{of: number, header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}[]} */
  let arrived = [];
  /** @type {{deliver: Deliver, timer: ReturnType<typeof setTimeout>} | null} who waits for the next one */
  let waiting = null;

  function handOver() {
    if (!waiting || !arrived.length) return;
    const { deliver, timer } = waiting;
    waiting = null;
    clearTimeout(timer);
    const [{ of, header, body }] = arrived.splice(0, 1);
    deliver({ of, header }, body);
  }

  return {
    /** @param {number} id of a question whose answer is not waited for now */
    expect: (id) => void expected.add(id),

    /**
     * Keeps the answer of such a question.
     * @param {number} id @param {Record<string, any>} header @param {Uint8Array<ArrayBuffer>} [body]
     * @returns {boolean} whether it was one
     */
    take(id, header, body) {
      if (!expected.delete(id)) return false;
      arrived.push({ of: id, header, body });
      handOver();
      return true;
    },

    /**
     * Delivers the next answer, or an empty one when the time is over.
     * @param {number} seconds @param {Deliver} deliver
     */
    next(seconds, deliver) {
      const timer = setTimeout(() => {
        waiting = null;
        deliver({});
      }, seconds * 1000);
      waiting = { deliver, timer };
      handOver();
    },

    clear() {
      expected.clear();
      arrived = [];
      clearTimeout(waiting?.timer);
      waiting = null;
    },
  };
}
