/**
 * Has the package wllama start its workers under the page's policy, which asks for Trusted Types: the
 * address of a worker's script must come from a named rule. This one lets `blob:` addresses through,
 * which only scripts of the page can make, and stands in the script of llama.cpp alone. Its worker
 * inherits the policy and starts threads in the same way.
 */
import fs from "node:fs";
import { fileURLToPath } from "node:url";

/** The package's readable script: it names the minified one as its main one. */
const SCRIPT = fileURLToPath(new URL("../node_modules/@wllama/wllama/esm/index.js", import.meta.url));

const STARTS = 'return new Worker(workerURL, { type: "module" });';
const CODE = "isString(workerCode) ? new Blob([workerCode]";

/** Puts a rule in front of `Worker`. Runs in the page, and as text in the worker that it starts. */
const RULE = `
const isOurs = (address) => {
  if (!String(address).startsWith("blob:")) throw new TypeError(address + " is no script of the model");
  return String(address);
};
const rule = globalThis.trustedTypes?.createPolicy("lispcore-model", { createScriptURL: isOurs });
const trusted = (address) => (rule ? rule.createScriptURL(address) : isOurs(address));
`;
const INSIDE = `{${RULE}
const Plain = globalThis.Worker;
globalThis.Worker = function (address, options) { return new Plain(trusted(address), options); };
}
`;

/** @param {string} source wllama's script @returns {string} it, with its workers made by the rule */
export function trustWorkers(source) {
  for (const part of [STARTS, CODE]) {
    if (source.split(part).length !== 2) {
      throw new Error("wllama no longer starts its workers in one place: read trusted-worker.mjs");
    }
  }
  const started = source
    .replace(STARTS, 'return new Worker(trusted(workerURL), { type: "module" });')
    .replace(CODE, () => `isString(workerCode) ? new Blob([${JSON.stringify(INSIDE)}, workerCode]`);
  return `${RULE}${started}`;
}

/** @type {import("esbuild").Plugin} */
export const trustedWorkers = {
  name: "trusted-workers",
  setup(build) {
    build.onResolve({ filter: /^@wllama\/wllama$/ }, () => ({ path: SCRIPT }));
    build.onLoad({ filter: /@wllama[\\/]wllama[\\/]esm[\\/]index\.js$/ }, ({ path }) => ({
      contents: trustWorkers(fs.readFileSync(path, "utf8")),
      loader: "js",
    }));
  },
};
