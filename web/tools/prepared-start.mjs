/**
 * Spares a Python that comes from a snapshot the questions of its start.
 *
 * Pyodide asks for four things by running lines of Python: each is parsed and compiled, and what of the
 * machine only that needs is compiled by the browser for it. In a snapshot they lie ready
 * (lispcore/hosts/browser_snapshot.py); a Python without one is asked as before.
 */

/** What stands in the loader, in `finalizeBootstrap`, and what takes its place where `t`, a snapshot, is given. */
const PLACES = Object.entries({
  'API.rawRun("import _pyodide_core");': '[0,""]',
  'API._pyodide._base.eval_code("{}"),': "API._pyodide.prepared.own",
  'API.runPythonInternal("import importlib; importlib");': "API._pyodide.prepared.importlib",
  'API.runPythonInternal("import __main__; __main__.__dict__"),': "API._pyodide.prepared.main",
  'API.runPythonInternal("import builtins; builtins.__dict__");': "API._pyodide.prepared.builtins",
});
const FUNCTION = "API.finalizeBootstrap=function(t,e){t&&";

/**
 * @param {string} loader the text of pyodide.asm.mjs
 * @returns {string} the text of a loader that takes what lies ready
 */
export function takePrepared(loader) {
  if ([FUNCTION, ...PLACES.map(([place]) => `=${place}`)].some((each) => loader.split(each).length !== 2)) {
    throw new Error("Pyodide no longer asks at its start what it asked: read prepared-start.mjs");
  }
  return PLACES.reduce((text, [place, ready]) => text.replace(place, () => `t?${ready}:${place}`), loader);
}
