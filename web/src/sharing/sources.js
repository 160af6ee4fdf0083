/**
 * Programs that lie elsewhere: the address of a file, or of a gist. Nothing is fetched before the visitor
 * has agreed; what is fetched is a program of somebody else, as that of a link.
 */
import { text } from "../texts/texts.js";

/** As much as a link may carry. */
const MOST_BYTES = 2_000_000;
const SECONDS = 20;
const GIST = /^(?:https:\/\/gist\.github\.com\/)?(?:[\w.-]+\/)?([0-9a-f]{20,40})(?:[/#?].*)?$/i;
const BLOB = /^https:\/\/github\.com\/([^/]+\/[^/]+)\/(?:blob|raw)\/(.+)$/;
const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])$|\.localhost$/;
const LISP = /\.(?:lisp|sema|scm|lsp|cl|clj|el|rkt)$/i;

/** Says in plain words why a program could not be loaded. */
export class SourceError extends Error {}

/**
 * @typedef {object} Source
 * @property {string} address that is asked
 * @property {string} host
 * @property {boolean} isGist whose answer lists files
 */

/** @param {string} id @returns {Source} */
const gist = (id) => ({ address: `https://api.github.com/gists/${id}`, host: "api.github.com", isGist: true });

/**
 * @param {string} given an address, or the name of a gist
 * @returns {Source}
 * @throws {SourceError}
 */
export function readSource(given) {
  const clean = given.trim();
  const [, id] = GIST.exec(clean) ?? [];
  if (id) return gist(id);
  const [, repository, file] = BLOB.exec(clean) ?? [];
  let url;
  try {
    url = new URL(repository ? `https://raw.githubusercontent.com/${repository}/${file}` : clean);
  } catch {
    throw new SourceError(text("This is neither an address nor a gist. An address begins with https://."));
  }
  const isAllowed = url.protocol === "https:" || (url.protocol === "http:" && LOCAL.test(url.hostname));
  if (!isAllowed) throw new SourceError(text("Programs are loaded from https:// addresses only, or from this computer."));
  if (url.username || url.password) throw new SourceError(text("This address holds a name or a password. Leave them out."));
  url.hash = "";
  return { address: url.href, host: url.host, isGist: false };
}

/** @param {string} search of the page's address @returns {string | null} what it asks to be loaded */
export function wantedSource(search) {
  const asked = new URLSearchParams(search);
  return asked.get("url") ?? asked.get("gist");
}

/** @param {Response} response @returns {Promise<string>} its text, if it is not too large */
async function readLimited(response) {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = "";
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) {
      void reader.cancel();
      throw new SourceError(text("What lies there is larger than two million bytes: no program that this page loads."));
    }
    read += decodeText(decoder, value);
  }
  return read + decodeText(decoder);
}

/** @param {TextDecoder} decoder @param {Uint8Array} [bytes] @returns {string} */
function decodeText(decoder, bytes) {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw new SourceError(text("What lies there is no text."));
  }
}

/** @param {Source} source @param {typeof fetch} fetching @returns {Promise<string>} */
async function ask({ address, host }, fetching) {
  /** @type {Response} */
  let response;
  try {
    response = await fetching(address, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") throw new SourceError(text("{host} did not answer within {seconds} seconds.", { host, seconds: SECONDS }));
    throw new SourceError(
      text("{host} could not be reached, or does not let other sites read what lies there (CORS). Copy the program from there, and paste it into the editor.", { host }),
    );
  }
  if (response.status === 404) throw new SourceError(text("Nothing lies at this address: {host} answered 404.", { host }));
  if (!response.ok) throw new SourceError(text("{host} refused: it answered {status}.", { host, status: response.status }));
  return readLimited(response);
}

/** @param {string} answer @returns {{content: string, raw: string}} the program among a gist's files, or where it lies whole */
function chooseFile(answer) {
  let listed;
  try {
    listed = Object.values(JSON.parse(answer).files);
  } catch {
    throw new SourceError(text("The answer is no gist."));
  }
  const files = listed.filter((each) => typeof each?.content === "string");
  const chosen = files.find(({ filename }) => LISP.test(String(filename))) ?? files[0];
  if (!chosen) throw new SourceError(text("There is no file in this gist."));
  return { content: chosen.content, raw: chosen.truncated === true ? String(chosen.raw_url) : "" };
}

/**
 * @param {Source} source
 * @param {typeof fetch} [fetching]
 * @returns {Promise<string>} the program
 * @throws {SourceError}
 */
export async function loadProgram(source, fetching = (...given) => fetch(...given)) {
  let code = await ask(source, fetching);
  if (source.isGist) {
    const { content, raw } = chooseFile(code);
    code = raw ? await ask(readSource(raw), fetching) : content;
  }
  if (/^\s*<(?:!doctype|html)\b/i.test(code)) {
    throw new SourceError(text("That is a web page, not a program. Use the address of the file itself, often called “raw”."));
  }
  if (!code.trim()) throw new SourceError(text("What lies there is empty."));
  return code.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
}
