/** Why a request of a program was not sent, or gave no whole answer, as hosts/browser.py names it. */
export class RelayError extends Error {
  /**
   * @param {"refused" | "limit" | "failed" | "lost" | "timeout"} error `refused` and `limit`: by the page itself
   * @param {string} message
   * @param {string} advice
   */
  constructor(error, message, advice = "") {
    super(message);
    this.answer = { error, message, advice };
  }
}
