/**
 * Builds the page: `node web/build.mjs --out dist`, from any folder.
 *
 * The result can be served by any static host from any sub-path: every address in it is relative.
 * Everything but index.html and service-worker.js carries a fingerprint or a version in its name,
 * so that it may be cached for ever.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { freeDeepData } from "./tools/deep-dealloc.mjs";
import { headersFile } from "./tools/headers.mjs";
import { thirdPartyNotices } from "./tools/notices.mjs";
import { assemblePage, assembleStyle } from "./tools/panels.mjs";
import { compilePackage, compileStandardLibrary } from "./tools/precompile.mjs";
import { askSeldom } from "./tools/seldom-signals.mjs";
import { trustedWorkers } from "./tools/trusted-worker.mjs";
import { fetchWheels } from "./tools/wheels.mjs";

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(web);
const runtime = path.join(web, "node_modules", "pyodide");
const MACHINE_CODE = "pyodide.asm.wasm";
const LOADER = "pyodide.asm.mjs";
const wllama = path.join(web, "node_modules", "@wllama", "wllama");
const RUNTIME_FILES = ["pyodide.mjs", LOADER, MACHINE_CODE, "pyodide-lock.json"];

const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: path.join(root, "dist") },
    // The folder of the Python package, for tests of the page alone.
    language: { type: "string", default: path.join(root, "lispcore") },
  },
});
const out = path.resolve(/** @type {string} */ (options.out));

/** @param {string} text */
const say = (text) => console.log(`page: ${text}`);

/**
 * Copies a file into the output.
 * @param {string} from
 * @param {string} to path below the output folder
 * @returns {string} `to`, as an address
 */
function place(from, to) {
  const target = path.join(out, to);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(from, target);
  fs.chmodSync(target, 0o644);
  return to;
}

/** Copies Pyodide's files, two of them changed; returns the address of their folder. */
function placeRuntime() {
  const { version } = JSON.parse(fs.readFileSync(path.join(runtime, "package.json"), "utf8"));
  const changed = freeDeepData(fs.readFileSync(path.join(runtime, MACHINE_CODE)));
  const loader = askSeldom(fs.readFileSync(path.join(runtime, LOADER), "utf8"));
  const digest = createHash("sha256").update(changed).update(loader).digest("hex").slice(0, 6);
  const folder = `pyodide-${version}-${digest}/`;
  for (const file of RUNTIME_FILES) place(path.join(runtime, file), folder + file);
  fs.writeFileSync(path.join(out, folder, MACHINE_CODE), changed);
  fs.writeFileSync(path.join(out, folder, LOADER), loader);
  return folder;
}

/** What the bundler has read. @type {string[]} */
const read = [];

/**
 * Bundles one script or style sheet.
 * @param {string} entry path below web/; with `text`, of a file that need not exist
 * @param {object} [options]
 * @param {Record<string, string>} [options.define] constants that replace names in the source
 * @param {string} [options.name] the file's fixed name; without it, a fingerprint is part of the name
 * @param {string} [options.text] what is bundled instead of the file's content
 * @returns {Promise<string>} its address
 */
async function bundle(entry, { define = {}, name, text } = {}) {
  const file = path.join(web, entry);
  /** @type {import("esbuild").Loader} */
  const loader = entry.endsWith(".css") ? "css" : "js";
  const from =
    text === undefined
      ? { entryPoints: [file] }
      : { stdin: { contents: text, resolveDir: path.dirname(file), sourcefile: file, loader } };
  const result = await esbuild.build({
    ...from,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    write: false,
    metafile: true,
    define,
    legalComments: "none",
    plugins: [trustedWorkers],
    logLevel: "warning",
  });
  read.push(...Object.keys(result.metafile.inputs));
  const data = result.outputFiles[0].contents;
  const { name: stem, ext } = path.parse(entry);
  const digest = sha256(data).slice(0, 10);
  const to = name ?? `assets/${stem}-${digest}${ext}`;
  const target = path.join(out, to);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, data);
  return to;
}

/** @param {string | Uint8Array} data */
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/**
 * Writes the page, and what hosts are asked to send with it.
 * @param {string} script address of the page's script
 * @param {string} style address of its style sheet
 * @returns {string} the name of this build: the page names all that it is made of
 */
function placeHtml(script, style) {
  const html = assemblePage().replace("src/main.css", style).replace("src/main.js", script);
  const build = sha256(html).slice(0, 16);
  fs.writeFileSync(path.join(out, "index.html"), html.replace("<html ", `<html data-build="${build}" `));
  const folders = ["assets", "python", "wheels", path.dirname(assets.runtime + MACHINE_CODE), path.dirname(assets.localWasm)];
  fs.writeFileSync(path.join(out, "_headers"), headersFile(html, folders.map((folder) => `/${folder}/*`)));
  return build;
}

/** @param {string[]} addresses of files in the output; a folder's page for one that ends in a slash */
const hashesOf = (addresses) =>
  Object.fromEntries(
    addresses.map((address) => {
      const file = address.endsWith("/") ? `${address}index.html` : address;
      return [address, sha256(fs.readFileSync(path.join(out, file)))];
    }),
  );

/** Writes what others made of all this, with their licences. */
function placeNotices() {
  const files = fs.readdirSync(out, { recursive: true }).map(String).filter((file) => file.endsWith(".whl"));
  const found = { inputs: read, copied: ["pyodide", "@wllama/wllama"], wheels: files.map((file) => path.join(out, file)) };
  fs.writeFileSync(path.join(out, "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices({ ...found, python: findPython() }));
}

/** Copies llama.cpp for models in this tab; returns its address. */
function placeLocalWasm() {
  const { version } = JSON.parse(fs.readFileSync(path.join(wllama, "package.json"), "utf8"));
  return place(path.join(wllama, "esm", "wasm", "wllama.wasm"), `wllama-${version}/wllama.wasm`);
}

/**
 * Copies the wheels; returns their file names by package, and the same with each one's hash, which
 * the worker checks (lispcore/hosts/browser_packages.py).
 */
function placeWheels() {
  const { folder, wheels, problem } = fetchWheels();
  if (problem) say(`without PDF and the transport of last resort: no wheels (${problem})`);
  for (const file of Object.values(wheels)) place(path.join(folder, file), `wheels/${file}`);
  const hashed = Object.entries(wheels).map(([name, file]) => {
    const hash = createHash("sha256").update(fs.readFileSync(path.join(folder, file))).digest("hex");
    return [name, `${file}#sha256=${hash}`];
  });
  return { files: Object.values(wheels), hashed: Object.fromEntries(hashed) };
}

/** @returns {string} a Python of this machine */
function findPython() {
  const own = [".venv/bin/python", ".venv/Scripts/python.exe"].map((each) => path.join(root, each));
  return own.find((each) => fs.existsSync(each)) ?? "python3";
}

/** Writes the tables that come from the language anew; those that are there serve without a Python. */
function updateTables() {
  const made = spawnSync(findPython(), [path.join(web, "tools", "page_tables.py")], { encoding: "utf8" });
  if (made.status !== 0) say(`with the tables as they are: ${made.error ?? made.stderr}`);
}

const started = performance.now();
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });

say("taking tables from the language");
updateTables();

say("compiling Python (only what changed)");
const stdlib = await compileStandardLibrary();
const language = await compilePackage(path.resolve(/** @type {string} */ (options.language)));

say("bundling scripts and styles");
const importer = fs.readFileSync(path.join(web, "tools", "modules_in_one.py"), "utf8");
const wheels = placeWheels();
/** @type {Record<string, any>} */
const assets = {
  runtime: placeRuntime(),
  stdlib: place(stdlib, `python/${path.basename(stdlib)}`),
  language: place(language, `python/${path.basename(language)}`),
  style: await bundle("src/main.css", { text: assembleStyle() }),
  icon: place(path.join(web, "icon.svg"), "icon.svg"),
  worker: await bundle("src/engine/worker.js", {
    define: { __WHEELS__: JSON.stringify(wheels.hashed), __MODULES_IN_ONE__: JSON.stringify(importer) },
  }),
  serviceWorker: "service-worker.js",
  prices: await bundle("src/models/prices.js"),
  localEngine: await bundle("src/models/local-engine.js"),
  localWasm: placeLocalWasm(),
};
/** All that is needed without a network. */
const files = [
  ...RUNTIME_FILES.map((file) => assets.runtime + file),
  assets.stdlib,
  assets.language,
  assets.style,
  assets.icon,
  assets.worker,
  assets.prices,
  ...wheels.files.map((file) => `wheels/${file}`),
];
const script = await bundle("src/main.js", { define: { __ASSETS__: JSON.stringify(assets) } });
const build = placeHtml(script, assets.style);
const groups = { core: hashesOf(["./", script, ...files]), model: hashesOf([assets.localEngine, assets.localWasm]) };
const define = { __BUILD__: JSON.stringify({ name: build, files: groups }) };
await bundle("src/engine/service-worker.js", { name: assets.serviceWorker, define });
placeNotices();
say(`written to ${out} in ${Math.round(performance.now() - started)} ms`);
// Pyodide keeps Node alive when it was needed.
process.exit(0);
