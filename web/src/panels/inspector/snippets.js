/**
 * A call as a command or a program that makes it once more: for a shell (curl), Python and JavaScript. In
 * the place of the key stands the name of a variable of the environment.
 */

/**
 * @typedef {object} Sent
 * @property {string} provider
 * @property {string} url
 * @property {string} method
 * @property {[string, string][]} headers
 * @property {string} request its body
 */

/** What stands in a header for a key, see models/calls.js and lispcore/llm/inspection.py. */
const REDACTED = "(redacted)";
/** What was left out of a body: base64 of images, and what comes after a long text. */
const SHORTENED = /…\[\d+ characters\]|\(base64, \d+ characters\)|…$/;
const LEFT_OUT = "images were left out here: put their base64 in";

/** @param {string} provider @returns {string} the variable that its key is usually in */
export function keyName(provider) {
  const name = provider.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return `${/^[A-Z]/.test(name) ? name : `LLM_${name}`.replace(/_$/, "")}_API_KEY`;
}

/** @param {[string, string]} header @returns {string | null} what stands before the key; null if there is none in it */
function beforeKey([name, value]) {
  if (!value.endsWith(REDACTED)) return null;
  const before = value.slice(0, -REDACTED.length);
  return before || (name.toLowerCase() === "authorization" ? "Bearer " : "");
}

/** @param {string} text @returns {unknown} the JSON value that it is; undefined if it is none */
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {string} text @returns {string} it as one word of a shell */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param {string} text @returns {string} it within double quotes of a shell */
const escaped = (text) => text.replace(/[\\"$`]/g, "\\$&");

/** @param {Sent} call */
function asCurl({ provider, url, method, headers, request }) {
  const lines = [`curl ${quoted(url.replaceAll(REDACTED, "KEY"))}`];
  if (method !== "POST" && method !== "GET") lines.push(`-X ${method}`);
  for (const header of headers) {
    const before = beforeKey(header);
    const [name, value] = header;
    if (before === null) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
    else lines.push(`-H "${escaped(`${name}: ${before}`)}$${keyName(provider)}"`);
  }
  const body = valueOf(request);
  if (request) lines.push(`--data-raw ${quoted(body === undefined ? request : JSON.stringify(body, null, 2))}`);
  return lines.join(" \\\n  ");
}

/** @param {unknown} value @param {string} indent @returns {string} a JSON value as Python writes it */
function asPythonValue(value, indent) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((each) => `${inner}${asPythonValue(each, inner)},\n`)
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${asPythonValue(each, inner)},\n`);
  const [open, close] = isList ? "[]" : "{}";
  return items.length ? `${open}\n${items.join("")}${indent}${close}` : `${open}${close}`;
}

/** @param {Sent} call */
function asPython({ provider, url, method, headers, request }) {
  const lines = headers.map((header) => {
    const before = beforeKey(header);
    const key = `os.environ[${JSON.stringify(keyName(provider))}]`;
    const value = before === null ? JSON.stringify(header[1]) : before ? `${JSON.stringify(before)} + ${key}` : key;
    return `        ${JSON.stringify(header[0])}: ${value},\n`;
  });
  const body = valueOf(request);
  const data = body === undefined ? `${JSON.stringify(request)}.encode()` : "json.dumps(body).encode()";
  return [
    "import json\nimport os\nimport urllib.request\n",
    body === undefined ? "" : `body = ${asPythonValue(body, "")}`,
    "request = urllib.request.Request(",
    `    ${JSON.stringify(url)},`,
    `    method=${JSON.stringify(method)},`,
    `    headers={\n${lines.join("")}    },`,
    request ? `    data=${data},` : "",
    ")",
    "with urllib.request.urlopen(request) as reply:",
    "    for line in reply:",
    '        print(line.decode(), end="")',
  ].filter(Boolean).join("\n");
}

/** @param {Sent} call */
function asJavaScript({ provider, url, method, headers, request }) {
  const lines = headers.map((header) => {
    const before = beforeKey(header);
    const key = `process.env.${keyName(provider)}`;
    const value = before === null ? JSON.stringify(header[1]) : before ? `${JSON.stringify(before)} + ${key}` : key;
    return `    ${JSON.stringify(header[0])}: ${value},\n`;
  });
  const body = valueOf(request);
  const indented = JSON.stringify(body, null, 2)?.replaceAll("\n", "\n  ");
  const data = body === undefined ? JSON.stringify(request) : `JSON.stringify(${indented})`;
  return [
    `const reply = await fetch(${JSON.stringify(url)}, {`,
    `  method: ${JSON.stringify(method)},`,
    `  headers: {\n${lines.join("")}  },`,
    request ? `  body: ${data},` : "",
    "});",
    "console.log(await reply.text());",
  ].filter(Boolean).join("\n");
}

const WRITERS = { curl: { write: asCurl, comment: "#" }, Python: { write: asPython, comment: "#" }, JavaScript: { write: asJavaScript, comment: "//" } };

/** @typedef {keyof typeof WRITERS} Language */
export const LANGUAGES = /** @type {Language[]} */ (Object.keys(WRITERS));

/** @param {Sent} call @param {Language} language @returns {string} */
export function snippetOf(call, language) {
  const { write, comment } = WRITERS[language];
  const text = `${write(call)}\n`;
  return SHORTENED.test(call.request) ? `${comment} ${LEFT_OUT}\n${text}` : text;
}
