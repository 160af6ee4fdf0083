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
import zlib from "node:zlib";
import * as esbuild from "esbuild";
import { readAbout } from "./tools/about.mjs";
import { boundMemory } from "./tools/bounded-memory.mjs";
import { compressBeside } from "./tools/compress.mjs";
import { freeDeepData } from "./tools/deep-dealloc.mjs";
import { headersFile } from "./tools/headers.mjs";
import { learningFile, readLearning, writeManual } from "./tools/manual.mjs";
import { thirdPartyNotices } from "./tools/notices.mjs";
import { assemblePage, assembleStyles } from "./tools/panels.mjs";
import { compilePackage, compileStandardLibrary, compileSteps } from "./tools/precompile.mjs";
import { takePrepared } from "./tools/prepared-start.mjs";
import { askSeldom } from "./tools/seldom-signals.mjs";
import { makeSnapshot, mayWait } from "./tools/snapshot.mjs";
import { trimLoader, trimMachine } from "./tools/trim-machine.mjs";
import { trustedWorkers } from "./tools/trusted-worker.mjs";
import { fetchWheels } from "./tools/wheels.mjs";
import { wrapAtOnce } from "./tools/wrapped-functions.mjs";

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(web);
const runtime = path.join(web, "node_modules", "pyodide");
const MACHINE_CODE = "pyodide.asm.wasm";
const LOADER = "pyodide.asm.mjs";
const wllama = path.join(web, "node_modules", "@wllama", "wllama");

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

/** Pyodide's loader, and which exports of its WebAssembly the scripts use. */
function readLoader() {
  const engine = path.join(web, "src", "engine");
  const users = fs.readdirSync(engine).map((name) => path.join(engine, name));
  users.push(path.join(web, "tools", "snapshot-maker.js"), path.join(runtime, "pyodide.mjs"));
  const texts = users.map((file) => fs.readFileSync(file, "utf8"));
  return trimLoader(fs.readFileSync(path.join(runtime, LOADER), "utf8"), texts);
}
const loader = readLoader();

/** Writes Pyodide's WebAssembly, changed; returns its address. */
async function placeMachine() {
  const { version } = JSON.parse(fs.readFileSync(path.join(runtime, "package.json"), "utf8"));
  const whole = freeDeepData(fs.readFileSync(path.join(runtime, MACHINE_CODE)));
  const changed = await trimMachine(whole, loader.isNeeded);
  const digest = createHash("sha256").update(changed).digest("hex").slice(0, 6);
  const to = `pyodide-${version}-${digest}/${MACHINE_CODE}`;
  fs.mkdirSync(path.join(out, path.dirname(to)), { recursive: true });
  fs.writeFileSync(path.join(out, to), changed);
  return to;
}

/**
 * Pyodide's loader becomes part of the worker's script: a worker may load none.
 * @param {(loader: string) => string} change
 * @returns {esbuild.Plugin}
 */
const changedLoader = (change) => ({
  name: "changed loader",
  setup(build) {
    build.onLoad({ filter: /[\\/]pyodide\.asm\.mjs$/ }, () => ({ contents: change(loader.text), loader: "js" }));
  },
});

/**
 * Writes the frame in which workers are made.
 * @param {string} connect what its policy lets workers connect to; the page narrows that
 * @returns {string} its address
 */
function placeFrame(connect) {
  const html = fs.readFileSync(path.join(web, "frame.html"), "utf8");
  const given = "connect-src 'none'";
  if (html.split(given).length !== 2) throw new Error(`frame.html does not say ${given} once`);
  const text = html.replace(given, `connect-src ${connect}`);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const to = `assets/frame-${digest}.html`;
  fs.mkdirSync(path.join(out, "assets"), { recursive: true });
  fs.writeFileSync(path.join(out, to), text);
  return to;
}

/** Writes the page to which sign-ins come back. @param {string} script its address */
function placeSignInReturn(script) {
  const html = fs.readFileSync(path.join(web, "oauth.html"), "utf8");
  fs.writeFileSync(path.join(out, "oauth.html"), html.replace("src/sign-in-return.js", script));
}

/** What the bundler has read. @type {string[]} */
const read = [];

/** What every script is bundled with. @type {esbuild.BuildOptions & {write: false}} */
const bundling = {
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  write: false,
  legalComments: "none",
  // Pyodide asks for them under Node.js only.
  external: ["node:*", "ws"],
  plugins: [changedLoader((loader) => boundMemory(takePrepared(wrapAtOnce(askSeldom(loader))))), trustedWorkers],
  logLevel: "warning",
};

/**
 * Bundles one script or style sheet.
 * @param {string} entry path below web/; with `text`, of a file that need not exist
 * @param {object} [options]
 * @param {Record<string, string>} [options.define] constants that replace names in the source
 * @param {string} [options.name] the file's fixed name; without it, a fingerprint is part of the name
 * @param {string} [options.text] what is bundled instead of the file's content
 * @param {import("esbuild").Format} [options.format]
 * @returns {Promise<string>} its address
 */
async function bundle(entry, { define = {}, name, text, format = "esm" } = {}) {
  const file = path.join(web, entry);
  /** @type {import("esbuild").Loader} */
  const loader = entry.endsWith(".css") ? "css" : "js";
  const from =
    text === undefined
      ? { entryPoints: [file] }
      : { stdin: { contents: text, resolveDir: path.dirname(file), sourcefile: file, loader } };
  const result = await esbuild.build({
    ...from,
    ...bundling,
    format,
    metafile: true,
    define,
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

/**
 * What is asked for together: a script, and all that it imports before it can run.
 * @typedef {object} PageScripts
 * @property {string} start the first one
 * @property {string[]} typing what the editor needs besides, so that somebody can type
 * @property {string[]} main what the rest of the page needs besides
 * @property {string[]} later what is loaded when it is asked for
 */

/**
 * Bundles the scripts of the page, which share what several need.
 * @param {Record<string, string>} define constants that replace names in the source
 * @returns {Promise<PageScripts>} their addresses
 */
async function bundlePage(define) {
  const names = ["start", "typing", "main"];
  const result = await esbuild.build({
    ...bundling,
    entryPoints: Object.fromEntries(names.map((name) => [name, path.join(web, `src/${name}.js`)])),
    format: "esm",
    splitting: true,
    outdir: path.join(out, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "part-[name]-[hash]",
    metafile: true,
    define,
    absWorkingDir: out,
  });
  read.push(...Object.keys(result.metafile.inputs).map((file) => path.relative(process.cwd(), path.join(out, file))));
  for (const { path: file, contents } of result.outputFiles) fs.writeFileSync(file, contents);
  const { outputs } = result.metafile;
  /** @type {Set<string>} */
  const placed = new Set();
  /** @param {string} address @returns {string[]} it and what it imports, if that stands nowhere yet */
  function take(address) {
    if (placed.has(address)) return [];
    placed.add(address);
    const needed = outputs[address].imports.filter(({ kind }) => kind === "import-statement");
    return [address, ...needed.flatMap((each) => take(each.path))];
  }
  const [start, typing, main] = names.map((name) =>
    take(Object.keys(outputs).find((address) => address.startsWith(`assets/${name}-`)) ?? name),
  );
  const later = Object.keys(outputs).filter((address) => !placed.has(address));
  return { start: start[0], typing: [...start.slice(1), ...typing], main, later };
}

/** @param {string | Uint8Array} data */
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/**
 * Writes the page, and what hosts are asked to send with it.
 * @param {Awaited<ReturnType<typeof bundlePage>>} scripts
 * @param {string} style address of its style sheet
 * @param {string} guard address of the script that runs before
 * @returns {string} the name of this build: the page names all that it is made of
 */
function placeHtml({ start, typing, main }, style, guard) {
  // What the first script asks for, on its way before that runs: what takes longest first. WebAssembly is not:
  // what Chromium compiles of a file that was preloaded is not kept for later visits.
  const fetched = [assets.worker, assets.image].filter(Boolean);
  const early = fetched.map((address) => `<link rel="preload" as="fetch" crossorigin href="${address}" />`);
  // All are asked for at once: a browser would find them only in the script that imports them. What is not
  // needed to type is not read before that runs.
  early.push(...typing.map((address) => `<link rel="modulepreload" href="${address}" />`));
  const later = 'fetchpriority="low"';
  early.push(...main.map((address) => `<link rel="preload" as="script" ${later} crossorigin href="${address}" />`));
  early.push(`<link rel="preload" as="style" ${later} href="${assets.dialogStyle}" />`);
  const html = Object.entries({
    "src/main.css": style,
    "icon.svg": assets.icon,
    "src/start.js": start,
    "src/guard.js": guard,
    "<!-- scripts -->": early.join("\n    "),
  }).reduce((text, [from, to]) => text.replaceAll(from, () => to), assemblePage());
  const build = sha256(html).slice(0, 16);
  fs.writeFileSync(path.join(out, "index.html"), html.replace("<html ", `<html data-build="${build}" `));
  const folders = ["assets", "python", "wheels", path.dirname(assets.machine), path.dirname(assets.localWasm)];
  fs.writeFileSync(path.join(out, "_headers"), headersFile(html, folders.map((folder) => `/${folder}/*`)));
  return build;
}

/**
 * @param {string[]} addresses of files in the output; a folder's page for one that ends in a slash
 * @returns {Record<string, string[]>} the hashes of what a browser may get there
 */
const hashesOf = (addresses) =>
  Object.fromEntries(
    addresses.map((address) => {
      const file = path.join(out, address.endsWith("/") ? `${address}index.html` : address);
      const contents = [fs.readFileSync(file)];
      // Where Brotli stands beside it so far, that holds what the file holds, compressed in another way.
      if (fs.existsSync(`${file}.br`)) contents.push(zlib.brotliDecompressSync(fs.readFileSync(`${file}.br`)));
      return [address, [...new Set(contents.map(sha256))]];
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

/** Copies the icon, for the page under a name that stands for this one for ever; returns its address. */
function placeIcon() {
  const icon = path.join(web, "icon.svg");
  place(icon, "icon.svg"); // for the manual
  return place(icon, `assets/icon-${sha256(fs.readFileSync(icon)).slice(0, 10)}.svg`);
}

/**
 * Writes a text under a name that stands for this one for ever.
 * @param {string} stem
 * @param {string} text
 * @returns {string} its address
 */
function placeText(stem, text) {
  const to = `assets/${stem}-${sha256(text).slice(0, 10)}.json`;
  fs.mkdirSync(path.join(out, "assets"), { recursive: true });
  fs.writeFileSync(path.join(out, to), text);
  return to;
}

/** Copies the wheels; returns their addresses and what they have to be, by package. */
function placeWheels() {
  const { folder, wheels, problem } = fetchWheels();
  if (problem) say(`without PDF and the transport of last resort: no wheels (${problem})`);
  const sources = Object.entries(wheels).map(([name, file]) => [name, path.join(folder, file)]);
  // What is asked for in the same way: the language's functions in steps, for some tiers.
  sources.push(["lispcore-steps", steps]);
  const placed = sources.map(([name, from]) => {
    const file = path.basename(from);
    const digest = createHash("sha256").update(fs.readFileSync(from)).digest("base64");
    return [name, { address: place(from, `wheels/${file}`), integrity: `sha256-${digest}` }];
  });
  return Object.fromEntries(placed);
}

/**
 * Makes the memory that workers start from.
 * @param {Record<string, string>} define constants of the scripts that it is made with
 * @returns {Promise<string | null>} its address; null where it cannot be made
 */
async function placeSnapshot(define) {
  const entryPoints = [path.join(web, "tools", "snapshot-maker.js")];
  const plugins = [changedLoader((loader) => mayWait(wrapAtOnce(askSeldom(loader))))];
  const how = { define, plugins, logLevel: /** @type {const} */ ("error") };
  const bundled = await esbuild.build({ ...bundling, ...how, entryPoints, format: "iife" });
  const [machine, stdlib, language] = [assets.machine, assets.stdlib, assets.language].map((address) =>
    fs.readFileSync(path.join(out, address)),
  );
  const { file, problem } = await makeSnapshot({ script: bundled.outputFiles[0].text, machine, stdlib, language });
  if (file) {
    place(`${file}.br`, `python/${path.basename(file)}.br`);
    return place(file, `python/${path.basename(file)}`);
  }
  say(`without a snapshot of memory, so the interpreter starts slower: it could not be made here (${problem})`);
  return null;
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
const languageFolder = path.resolve(/** @type {string} */ (options.language));
const language = await compilePackage(languageFolder);
const steps = await compileSteps(languageFolder, language);

say("bundling scripts and styles");
const importer = fs.readFileSync(path.join(web, "tools", "modules_in_one.py"), "utf8");
const wheels = placeWheels();
const { info } = JSON.parse(fs.readFileSync(path.join(runtime, "pyodide-lock.json"), "utf8"));
say("reading the manual");
const learning = readLearning(findPython());
if (!learning.pages.length) say("without the manual: docs/manual is not beside web/");
const ofWorker = { __LOCK_INFO__: JSON.stringify(info), __MODULES_IN_ONE__: JSON.stringify(importer) };
const styles = assembleStyles();
/** @type {Record<string, any>} */
const assets = {
  machine: await placeMachine(),
  stdlib: place(stdlib, `python/${path.basename(stdlib)}`),
  language: place(language, `python/${path.basename(language)}`),
  style: await bundle("src/main.css", { text: styles.first }),
  dialogStyle: await bundle("src/dialogs.css", { text: styles.dialogs }),
  icon: placeIcon(),
  worker: await bundle("src/engine/worker.js", { define: ofWorker }),
  frames: {
    closed: placeFrame("blob:"),
    own: placeFrame("blob: 'self'"),
    open: placeFrame("blob: https: http://localhost:* http://*.localhost:* http://127.0.0.1:*"),
  },
  wheels,
  serviceWorker: "service-worker.js",
  prices: await bundle("src/models/prices.js"),
  views: await bundle("src/panels/output/views/views.js"),
  charts: await bundle("src/panels/output/views/charts.js"),
  pdf: await bundle("src/panels/files/pdf.js"),
  pdfWorker: await bundle("src/panels/files/pdf-worker.js"),
  learning: placeText("learning", learningFile(learning)),
  learningStyle: await bundle("src/panels/learn/panel.css"),
  localEngine: await bundle("src/models/local-engine.js"),
  localWasm: placeLocalWasm(),
};
say("starting Python once, for its memory");
assets.image = await placeSnapshot(ofWorker);
/** All that is needed without a network. */
const files = [
  ...(assets.image ? [assets.image] : []),
  assets.machine,
  assets.stdlib,
  assets.language,
  assets.style,
  assets.dialogStyle,
  assets.icon,
  assets.worker,
  ...Object.values(assets.frames),
  ...Object.values(wheels).map((wheel) => wheel.address),
  assets.prices,
  assets.views,
  assets.charts,
  assets.pdf,
  assets.pdfWorker,
  assets.learning,
  assets.learningStyle,
];
const scripts = await bundlePage({ __ASSETS__: JSON.stringify(assets), __ABOUT__: JSON.stringify(readAbout(root)) });
const guard = await bundle("src/guard.js");
const build = placeHtml(scripts, assets.style, guard);
const ofPage = [scripts.start, ...scripts.typing, ...scripts.main, ...scripts.later, guard];
// The manual's pages: one that was opened is kept, with what it is shown with.
placeSignInReturn(await bundle("src/sign-in-return.js"));
const style = await bundle("src/docs/style.css");
const script = await bundle("src/docs/pages.js");
const pages = writeManual(learning, { out, style, script });
const groups = {
  core: hashesOf(["./", ...ofPage, ...files]),
  model: hashesOf([assets.localEngine, assets.localWasm]),
  pages: hashesOf(pages),
  ofPages: hashesOf(pages.length ? [style, script, "icon.svg"] : []),
};
const define = { __BUILD__: JSON.stringify({ name: build, files: groups }) };
await bundle("src/engine/service-worker.js", { name: assets.serviceWorker, define });
// Pages of others load it: its name stays, and it runs as a plain script.
await bundle("packages/embed/embed.js", { name: "embed.js", format: "iife" });
// What is fetched before the first program can run, and is not compressed by itself.
for (const address of [...ofPage, assets.style, assets.dialogStyle, assets.worker, assets.machine, "embed.js"]) compressBeside(path.join(out, address));
placeNotices();
for (const file of ["playground.d.ts", "manifest.webmanifest"]) place(path.join(web, file), file);
say(`written to ${out} in ${Math.round(performance.now() - started)} ms`);
// Pyodide keeps Node alive when it was needed.
process.exit(0);
