/**
 * Put into the page's interpreter worker by page.py: times our language, the peer and hand-written
 * Python in one thread, so that they share the processor, the memory and the noise.
 */
globalThis.benchmark = (() => {
  /** @type {any} */
  let peerModule;
  /** @type {any} */
  let peer;
  const host = globalThis.pyodideInstance.pyimport("lispcore.hosts.browser");
  const settings = JSON.stringify({ default: null, providers: {} });
  const python = globalThis.pyodideInstance.globals;

  /** Runs a program as the worker does for the page. */
  async function lisp(code, fresh = false) {
    const answer = await host.run.callPromising(code, "benchmark", fresh, settings);
    const { result, stopped } = JSON.parse(answer);
    if (stopped) throw new Error("stopped");
    if (result.error) throw new Error(`${result.error.line}: ${result.error.message}`);
    return result.value;
  }

  function peerRun(code) {
    const result = peer.evalGlobal(code);
    if (result.error) throw new Error(result.error);
    return result.value;
  }

  const text = (printed) => String(printed ?? "nil").replace(/^"(.*)"$/s, "$1");

  const runtimes = {
    lispcore: {
      async load(source) {
        await lisp(source, true);
        await lisp(
          "(define benchmark-value nil)" +
            "(define (benchmark-time) (time/ms (fn () (set! benchmark-value (benchmark)))))",
        );
      },
      async time() {
        python.get("benchmark_tidy")();
        return Number(await lisp("(benchmark-time)"));
      },
      value: async () => text(await lisp("benchmark-value")),
    },
    peer: {
      load(source) {
        peer?.free();
        peer = new peerModule.SemaInterpreter();
        peerRun(`(begin ${source}\n)`);
      },
      time() {
        const start = performance.now();
        runtimes.peer.last = peerRun("(benchmark)");
        return performance.now() - start;
      },
      last: null,
      value: () => text(runtimes.peer.last),
    },
    python: {
      load: (source) => python.get("benchmark_load")(source),
      time: () => python.get("benchmark_time")(),
      value: () => python.get("benchmark_value")(),
    },
  };

  /** Runs one step of one runtime; what fails is said, so that one failure does not end the run. */
  async function step(name, method, ...given) {
    try {
      return { value: await runtimes[name][method](...given) ?? null };
    } catch (error) {
      return { error: String(error?.message ?? error) };
    }
  }

  return {
    lisp,
    step,
    /** The peer's machine code comes along: this worker can fetch nothing. */
    async open(base, timing, machine) {
      peerModule = await import(`${base}peer/sema_wasm.js`);
      await peerModule.default({ module_or_path: Uint8Array.from(atob(machine), (each) => each.charCodeAt(0)) });
      globalThis.pyodideInstance.runPython(timing);
    },
    /** One call of each, in this order: milliseconds or an error by name. */
    async round(names) {
      const times = {};
      for (const name of names) times[name] = await step(name, "time");
      return times;
    },
  };
})();
