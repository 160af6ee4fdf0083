/**
 * What the page says of itself: its version, and where its source and its problems are. The address is that
 * of `[project.urls]` in pyproject.toml, else that of the repository whose workflow builds the page; where
 * neither says one, the page names none.
 */
import fs from "node:fs";
import path from "node:path";

const VERSION = /^VERSION\b.*?=\s*"([^"]+)"/m;
const SOURCE = /^\[project\.urls\]\n(?:(?!\[).*\n)*?(?:source|repository)\s*=\s*"(https:\/\/[^"]+)"/im;
const ISSUES = /^\[project\.urls\]\n(?:(?!\[).*\n)*?issues\s*=\s*"(https:\/\/[^"]+)"/im;

/** @param {string} file @returns {string} its text, "" if it is not there */
const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");

/**
 * @param {string} project text of pyproject.toml
 * @param {Record<string, string | undefined>} environment of the build
 * @returns {{source: string, issues: string}}
 */
export function addressesOf(project, environment) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = environment;
  const built = server?.startsWith("https://") && repository ? `${server}/${repository}` : "";
  const source = SOURCE.exec(project)?.[1] ?? built;
  return { source, issues: ISSUES.exec(project)?.[1] ?? (source && `${source.replace(/\/$/, "")}/issues`) };
}

/** @param {string} root of the project @returns {{version: string, source: string, issues: string}} */
export function readAbout(root) {
  const version = VERSION.exec(read(path.join(root, "lispcore", "values", "version.py")))?.[1] ?? "unknown";
  return { version, ...addressesOf(read(path.join(root, "pyproject.toml")), process.env) };
}
