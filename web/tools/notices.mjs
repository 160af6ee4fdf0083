/**
 * Writes dist/THIRD-PARTY-NOTICES.txt: everything in dist/ that others made, with its version, its
 * licence and the licence's text.
 *
 * npm packages come from what the bundler has read, wheels from what lies in dist/, each with the text
 * that it brings. What was compiled into WebAssembly brings none: licenses/compiled-in.json names it, and
 * the texts lie beside.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const web = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(web, "node_modules");
const texts = path.join(web, "licenses");
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;
const LICENCE_FILE = /^licen[cs]e(?:[-.](?:md|txt|mit))?$/i;
const LICENCE_IN_WHEEL = /\.dist-info\/(?:licenses\/)?(?:licen[cs]e|copying)[^/]*$/i;
const RULE = "=".repeat(100);

const READ_WHEEL = `
import json, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = wheel.namelist()
about = next(name for name in names if name.endswith(".dist-info/METADATA"))
texts = {name: wheel.read(name).decode() for name in names if "licen" in name.lower() or "COPYING" in name}
print(json.dumps({"about": wheel.read(about).decode(), "texts": texts}))
`;

/**
 * @typedef {{name: string, version: string, licence: string, notice: string, text: string}} Part
 * @typedef {[name: string, licence: string, notice: string]} CompiledIn
 */

/** @param {string[]} inputs what the bundler has read @returns {string[]} the packages among it */
export function packagesOf(inputs) {
  const found = inputs.map((input) => PACKAGE.exec(input.replaceAll("\\", "/"))?.[1]);
  return [...new Set(found.filter((name) => name !== undefined))].sort();
}

/** @param {string} expression as SPDX writes it @returns {string} the texts of its licences */
function textOf(expression) {
  const names = expression.split(/ (?:WITH|AND|OR) /).filter(Boolean);
  return names.map((name) => fs.readFileSync(path.join(texts, `${name}.txt`), "utf8").trim()).join("\n\n");
}

/** @param {string} name @returns {Part} */
function describePackage(name) {
  const folder = path.join(modules, name);
  const { version, license: licence } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = fs.readdirSync(folder).find((each) => LICENCE_FILE.test(each));
  const text = file ? fs.readFileSync(path.join(folder, file), "utf8").trim() : textOf(licence);
  return { name, version, licence, notice: "", text };
}

/** @param {string} holder the package that it is compiled into @param {CompiledIn} entry @returns {Part} */
function describeCompiledIn(holder, [name, licence, notice]) {
  return { name, version: `in ${holder}`, licence: licence || "public domain", notice, text: textOf(licence) };
}

/** @param {string} wheel @param {string} python @returns {Part[]} the package, and what it brings along */
function describeWheel(wheel, python) {
  const { stdout, stderr, status } = spawnSync(python, ["-c", READ_WHEEL, wheel], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${wheel} says nothing of its licence: ${stderr}`);
  const { about, texts: found } = /** @type {{about: string, texts: Record<string, string>}} */ (JSON.parse(stdout));
  const field = (/** @type {string} */ name) => new RegExp(`^${name}: (.*)$`, "m").exec(about)?.[1] ?? "";
  const name = field("Name");
  const own = Object.entries(found).filter(([file]) => LICENCE_IN_WHEEL.test(file));
  const vendored = Object.entries(found).filter(([file]) => /_vendor\w*\/[^/]+\/licen[cs]e/i.test(file));
  if (!own.length) throw new Error(`${wheel} brings no licence`);
  const licence = field("License-Expression") || field("License") || "see its text";
  const parts = [{ name, version: field("Version"), licence, notice: "", text: own.map(([, text]) => text.trim()).join("\n\n") }];
  const folders = new Set(vendored.map(([file]) => file.split("/").at(-2) ?? ""));
  for (const folder of folders) {
    const its = vendored.filter(([file]) => file.split("/").at(-2) === folder);
    const text = its.map(([, each]) => each.trim()).join("\n\n");
    parts.push({ name: folder, version: `in ${name}`, licence: "see its text", notice: "", text });
  }
  return parts;
}

/** @param {Part} part */
const write = ({ name, version, licence, notice, text }) =>
  [RULE, `${name} ${version}`, `Licence: ${licence}`, ...(notice ? [notice] : []), "", text, ""].join("\n");

/**
 * @param {object} made
 * @param {string[]} made.inputs what the bundler has read
 * @param {string[]} made.copied packages of which files lie in dist/ as they are
 * @param {string[]} made.wheels
 * @param {string} made.python
 * @returns {string} the text of the notices
 */
export function thirdPartyNotices({ inputs, copied, wheels, python }) {
  const compiledIn = JSON.parse(fs.readFileSync(path.join(texts, "compiled-in.json"), "utf8"));
  const names = [...new Set([...packagesOf(inputs), ...copied])].sort();
  const parts = [
    ...names.flatMap((name) => [
      describePackage(name),
      ...(compiledIn[name] ?? []).map((/** @type {CompiledIn} */ entry) => describeCompiledIn(name, entry)),
    ]),
    ...wheels.flatMap((wheel) => describeWheel(wheel, python)),
  ];
  const list = parts.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`);
  const head = ["Lispcore's page contains work of others, with thanks:", "", ...list, ""].join("\n");
  return [head, ...parts.map(write)].join("\n");
}
