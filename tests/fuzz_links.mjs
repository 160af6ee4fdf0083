/**
 * Fuzzes the decoder of links (web/src/sharing/link.js): `node tests/fuzz_links.mjs --seconds N
 * --corpus FOLDER [--found FOLDER]`. Without seconds it runs each input of the corpus once.
 *
 * Inputs are mutated, and kept if they reach code that none before reached, by V8's own coverage.
 * Most links are wrapped correctly (base64url, raw deflate), so that what is inside is reached, too.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import inspector from "node:inspector";
import path from "node:path";
import { parseArgs } from "node:util";
import { deflateRawSync } from "node:zlib";

const { values: options } = parseArgs({
  options: { seconds: { type: "string" }, corpus: { type: "string" }, found: { type: "string" }, module: { type: "string" } },
});
const session = new inspector.Session();
session.connect();
const post = (method, parameters = {}) => {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
};
const { decodeLink, encodeLink, LinkError } = await import(options.module);

const SLOWEST_MILLISECONDS = 2_000;
/** What the values of a link are made of; the first byte of an input says how it is wrapped. */
const WRAPPED = ["v1", "v2", "plain", "raw", "v3"];

/** @param {Uint8Array} input @returns {string} the part of an address after # */
function wrap(input) {
  const body = Buffer.from(input.subarray(1));
  const kind = WRAPPED[(input[0] ?? 0) % WRAPPED.length];
  if (kind === "raw") return body.toString("latin1");
  const packed = kind === "plain" ? body : deflateRawSync(body);
  return `#${kind === "plain" ? "v2" : kind}=${packed.toString("base64url")}`;
}

/** Fails only for a defect of the decoder. @param {Uint8Array} input */
function check(input) {
  const hash = wrap(input);
  const started = process.cpuUsage(); // not the clock: a busy machine finds nothing
  let shared;
  try {
    shared = decodeLink(hash);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    if (!error.message || error.message.length > 300) throw new Error("it says nothing, or too much");
    return;
  } finally {
    const { user, system } = process.cpuUsage(started);
    if ((user + system) / 1000 > SLOWEST_MILLISECONDS) throw new Error("it took too long");
  }
  if (shared === null) return;
  const { code, title, recording } = shared;
  if (typeof code !== "string" || (title !== undefined && typeof title !== "string")) throw new Error("no texts");
  if (Object.getPrototypeOf(shared) !== Object.prototype || Object.prototype.code !== undefined) throw new Error("polluted");
  for (const [name, bytes] of [...(recording?.files ?? []), ...(shared.files ?? [])]) {
    if (typeof name !== "string" || !(bytes instanceof Uint8Array)) throw new Error("no files");
  }
  for (const provider of Object.values(recording?.settings.providers ?? {})) {
    if (!provider.base_url.endsWith("recorded.invalid")) throw new Error("an address out of a link");
  }
  // What was understood means the same once more.
  const again = decodeLink(`#${encodeLink(shared)}`);
  if (again.code !== code || again.recording?.files.size !== recording?.files.size) throw new Error("not the same");
  if ((again.files?.size ?? 0) !== (shared.files?.size ?? 0)) throw new Error("not the same files");
}

const read = (folder) => fs.readdirSync(folder).sort().map((name) => new Uint8Array(fs.readFileSync(path.join(folder, name))));
const corpus = options.corpus && fs.existsSync(options.corpus) ? read(options.corpus) : [];

/** Runs an input, and says which one it was if it fails. @param {Uint8Array} input */
function run(input) {
  try {
    check(input);
  } catch (error) {
    const name = `found-${createHash("sha256").update(input).digest("hex").slice(0, 16)}`;
    if (options.found) {
      fs.mkdirSync(options.found, { recursive: true });
      fs.writeFileSync(path.join(options.found, name), input);
    }
    console.error(`${name}: ${wrap(input).slice(0, 200)}`);
    throw error;
  }
}

/** @returns {string} which code the last inputs reached */
function reached() {
  const { result } = post("Profiler.takePreciseCoverage");
  const found = new Set();
  for (const { url, functions } of result) {
    if (!/sharing|fflate/.test(url)) continue;
    for (const { functionName, ranges } of functions) {
      for (const { startOffset, count } of ranges) {
        if (count) found.add(`${functionName}@${startOffset}:${Math.min(4, Math.floor(Math.log2(count)))}`);
      }
    }
  }
  return found;
}

const WORDS = ['{"code":"', '"recording":{"tape":"', '"settings":{"providers":{"x":{', '"files":[["a",1]]', "__proto__", "\n",
  "null", "-1", "1e9", "\\ud800", '"title":', "[", "]", "{", "}", '"', ",", ":", "\u202e", "9007199254740993"].map((word) => Buffer.from(word));

let seed = 12345;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

/** @param {Uint8Array[]} pool @returns {Uint8Array} */
function mutate(pool) {
  let bytes = Buffer.from(pool[random(pool.length)] ?? [0]);
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(bytes.length + 1);
    const kind = random(6);
    if (kind === 0 && bytes.length) bytes[random(bytes.length)] ^= 1 << random(8);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), WORDS[random(WORDS.length)], bytes.subarray(at)]);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at)]);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pool[random(pool.length)] ?? []).subarray(random(64))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random(40)), at), bytes.subarray(at)]);
  }
  return bytes.subarray(0, 4096);
}

for (const input of corpus) run(input);
console.log(`${corpus.length} inputs of the corpus`);
if (options.seconds) {
  post("Profiler.enable");
  post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const pool = corpus.length ? [...corpus] : [new Uint8Array([0])];
  const known = new Set();
  let count = 0;
  const end = performance.now() + Number(options.seconds) * 1000;
  while (performance.now() < end) {
    const input = mutate(pool);
    run(input);
    count++;
    const fresh = [...reached()].filter((each) => !known.has(each));
    if (!fresh.length) continue;
    for (const each of fresh) known.add(each);
    pool.push(input);
    if (options.corpus) {
      const name = createHash("sha256").update(input).digest("hex").slice(0, 16);
      fs.writeFileSync(path.join(options.corpus, name), input);
    }
  }
  console.log(`${count} inputs tried, ${pool.length - corpus.length} of them reached something new`);
}
