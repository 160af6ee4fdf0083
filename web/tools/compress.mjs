/**
 * Puts compressed forms beside a file: `name.br` and `name.gz`, which hosts that know of them send
 * instead (lispcore/commands/page_server.py does). What took long is kept in web/.cache, under the hash of the content.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const cache = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), ".cache");
const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
/** The next better level takes ten times as long. */
const QUALITY = 9;
const WINDOW_BITS = 24;

/** @param {Uint8Array} data @returns {Buffer} */
export function brotli(data) {
  const params = {
    [BROTLI_PARAM_QUALITY]: QUALITY,
    [BROTLI_PARAM_LGWIN]: WINDOW_BITS,
    [BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  return zlib.brotliCompressSync(data, { params });
}

/** @type {Record<string, (data: Buffer) => Buffer>} */
const FORMS = {
  br: brotli,
  gz: (data) => zlib.gzipSync(data, { level: 9 }),
};

/** @param {string} file */
export function compressBeside(file) {
  const data = fs.readFileSync(file);
  const digest = createHash("sha256").update(data).digest("hex").slice(0, 16);
  fs.mkdirSync(cache, { recursive: true });
  for (const [ending, compress] of Object.entries(FORMS)) {
    const kept = path.join(cache, `compressed-${QUALITY}-${digest}.${ending}`);
    if (!fs.existsSync(kept)) {
      const partial = `${kept}.${process.pid}`;
      fs.writeFileSync(partial, compress(data));
      fs.renameSync(partial, kept);
    }
    fs.copyFileSync(kept, `${file}.${ending}`);
  }
}
