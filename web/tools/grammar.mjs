/**
 * Makes the editor's parser from its grammar: `node web/tools/grammar.mjs`; with `--check` it only
 * tells whether what is there is current.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildParserFile } from "@lezer/generator";

const HEAD = "/** Made by web/tools/grammar.mjs from lisp.grammar: change that, and run it. */\n";

const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "src", "editor");
const grammar = fs.readFileSync(path.join(folder, "lisp.grammar"), "utf8");
const { parser, terms } = buildParserFile(grammar, {
  fileName: "lisp.grammar",
  moduleStyle: "es",
  warn(message) {
    throw new Error(message);
  },
});
const files = {
  // A generated table has no types that a checker could follow.
  "lisp-parser.js": `${HEAD}// @ts-nocheck\n${parser.replace(/^\/\/.*\n/, "")}`,
  "lisp-parser.terms.js": HEAD + terms.replace(/^\/\/.*\n/, ""),
};
for (const [name, text] of Object.entries(files)) {
  const file = path.join(folder, name);
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) continue;
  if (process.argv.includes("--check")) {
    console.log(`out of date: ${name}`);
    process.exitCode = 1;
  } else fs.writeFileSync(file, text);
}
