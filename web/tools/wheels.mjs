/**
 * Fetches the wheels of wheels.lock with pip, once, and lists them for the page. They serve PDF
 * files and the transport of last resort (tier "direct" of src/engine/protocol.js), loaded when a program
 * first needs them, so a build goes on without them.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const web = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const lock = path.join(web, "wheels.lock");
const PYTHONS = [
  path.join(path.dirname(web), ".venv", "bin", "python"),
  path.join(path.dirname(web), ".venv", "Scripts", "python.exe"),
  "python3",
  "python",
];
const ARGUMENTS = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"];
const TARGET = ["--python-version", "3.14", "--only-binary=:all:", "--disable-pip-version-check"];

/** @param {string} folder where the wheels shall lie @returns {string} why they do not, or "" */
function download(folder) {
  let reason = "no Python with pip";
  for (const python of PYTHONS) {
    try {
      const words = [...ARGUMENTS, ...TARGET, "--dest", folder, "--requirement", lock];
      execFileSync(python, words, { stdio: ["ignore", "ignore", "pipe"] });
      return "";
    } catch (error) {
      reason = String(/** @type {any} */ (error).stderr || reason).trim().split("\n").at(-1) ?? reason;
    }
  }
  return reason;
}

/** @returns {{folder: string, wheels: Record<string, string>, problem: string}} names to files */
export function fetchWheels() {
  const digest = createHash("sha256").update(fs.readFileSync(lock)).digest("hex").slice(0, 12);
  const folder = path.join(web, ".cache", `wheels-${digest}`);
  let problem = "";
  if (!fs.existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    problem = download(partial);
    if (problem) fs.rmSync(partial, { recursive: true, force: true });
    else fs.renameSync(partial, folder);
  }
  const files = problem ? [] : fs.readdirSync(folder).filter((file) => file.endsWith(".whl"));
  const named = files.map((file) => [file.split("-")[0].replaceAll("_", "-"), file]);
  return { folder, wheels: Object.fromEntries(named), problem };
}
