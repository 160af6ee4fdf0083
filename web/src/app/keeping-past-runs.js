/** Puts each run that has ended among the last runs. */

/**
 * @param {object} parts
 * @param {import("../state.js").Store} parts.state
 * @param {Pick<import("../log.js").Log, "keptText">} parts.log
 * @param {Pick<import("../storage/past-runs.js").PastRuns, "add">} parts.pastRuns
 * @param {(text: string) => string} parts.redact removes every key
 */
export function keepPastRuns({ state: { get, subscribe }, log, pastRuns, redact }) {
  subscribe(
    ({ calls, run }) => [calls.run, run.ending],
    () => {
      const { run } = get();
      const { code, ending, milliseconds, isLimited } = run;
      if (!code.trim() || ending === "" || ending === "running") return;
      const output = redact(log.keptText());
      // One that has no room is on the page all the same.
      void pastRuns.add({ at: Date.now(), code: redact(code), output, ending, milliseconds, isFromLink: isLimited }).catch(() => {});
    },
    { now: false },
  );
}
