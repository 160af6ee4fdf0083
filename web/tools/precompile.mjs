/**
 * Runs precompile.py in Pyodide under Node and keeps what it made, named after what it was made of,
 * so that a build without changes costs nothing.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.dirname(here);
const cache = path.join(web, ".cache");
const runtime = path.join(web, "node_modules", "pyodide");
const compiler = path.join(here, "precompile.py");

/** @type {Promise<any> | undefined} */
let python;

/** Returns Pyodide with the functions of precompile.py defined; loaded when first asked for. */
function loadCompiler() {
  python ??= (async () => {
    const { loadPyodide } = await import("pyodide");
    // Where in its line each piece of Python stood is of no use here, and an eighth of a worker's memory.
    const pyodide = await loadPyodide({ indexURL: runtime, env: { HOME: "/home/pyodide", PYTHONNODEBUGRANGES: "1" } });
    pyodide.runPython("assert next(compile('', '', 'exec').co_positions())[2] is None, 'columns are noted'");
    pyodide.runPython(fs.readFileSync(compiler, "utf8"));
    return pyodide;
  })();
  return python;
}

/**
 * @param {[string, Buffer][]} files names and contents
 * @returns {string} a short fingerprint of the files, of the compiler and of the runtime
 */
function fingerprint(files) {
  const hash = createHash("sha256");
  hash.update(fs.readFileSync(compiler)).update(fs.readFileSync(fileURLToPath(import.meta.url)));
  hash.update(fs.readFileSync(path.join(runtime, "package.json")));
  for (const [name, data] of files) hash.update(name).update("\0").update(data).update("\0");
  return hash.digest("hex").slice(0, 12);
}

/**
 * @param {string} name what the result is called in the cache
 * @param {(pyodide: any, target: string) => void} make writes the file `target` in Pyodide
 * @returns {Promise<string>} the path of the result
 */
async function keep(name, make) {
  const kept = path.join(cache, name);
  if (fs.existsSync(kept)) return kept;
  const pyodide = await loadCompiler();
  make(pyodide, "/result");
  fs.mkdirSync(cache, { recursive: true });
  const partial = `${kept}.${process.pid}`;
  fs.writeFileSync(partial, pyodide.FS.readFile("/result"));
  fs.renameSync(partial, kept);
  return kept;
}

/** Returns the path of the compiled standard library. */
export async function compileStandardLibrary() {
  const source = fs.readFileSync(path.join(runtime, "python_stdlib.zip"));
  const name = `stdlib-${fingerprint([["python_stdlib.zip", source]])}.zip`;
  return keep(name, (pyodide, target) => {
    pyodide.FS.writeFile("/source.zip", source);
    pyodide.globals.get("compile_standard_library")("/source.zip", target);
  });
}

/**
 * @param {string} folder the package's folder
 * @returns {Promise<string>} the path of the compiled package
 */
export async function compilePackage(folder) {
  const files = listFiles(folder);
  const base = path.basename(folder);
  return keep(`${base}-${fingerprint(files)}.bin`, (pyodide, target) => {
    writeSources(pyodide, base, files);
    pyodide.globals.get("compile_package")(`/source/${base}`, target);
  });
}

/**
 * @param {string} folder the package's folder
 * @param {string} compiled what `compilePackage` made of it
 * @returns {Promise<string>} the path of its functions in steps, for browsers that cannot suspend
 */
export async function compileSteps(folder, compiled) {
  const files = listFiles(folder);
  const base = path.basename(folder);
  return keep(`${base}-steps-${fingerprint(files)}.bin`, (pyodide, target) => {
    writeSources(pyodide, base, files);
    pyodide.FS.writeFile("/package", fs.readFileSync(compiled));
    pyodide.globals.get("compile_steps")(`/source/${base}`, "/package", target);
  });
}

/** @param {any} pyodide @param {string} base @param {[string, Buffer][]} files */
function writeSources(pyodide, base, files) {
  for (const [name, data] of files) {
    const place = `/source/${base}/${name}`;
    pyodide.FS.mkdirTree(path.posix.dirname(place));
    pyodide.FS.writeFile(place, data);
  }
}

/**
 * @param {string} folder
 * @returns {[string, Buffer][]} what belongs to a package: everything but caches, sorted by name
 */
function listFiles(folder) {
  return /** @type {string[]} */ (fs.readdirSync(folder, { recursive: true }))
    .map((name) => name.split(path.sep).join("/"))
    .filter((name) => !/(^|\/)(__pycache__|\.)/.test(name))
    .filter((name) => fs.statSync(path.join(folder, name)).isFile())
    .sort()
    .map((name) => [name, fs.readFileSync(path.join(folder, name))]);
}
