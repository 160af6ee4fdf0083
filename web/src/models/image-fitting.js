/**
 * Makes an image small enough for a provider: `page://image/?edge=8000&bytes=3750000`. The aspect
 * ratio stays; a PNG stays one if it then is small enough, and becomes a JPEG otherwise.
 */
import { PageModelError } from "./page-reply.js";

/** Tried in this order until the file is small enough; then the picture itself gets smaller. */
const QUALITIES = [0.92, 0.85, 0.75];
const SMALLER = 0.8;
const SMALLEST_EDGE = 64;

/** @param {OffscreenCanvas} canvas @param {boolean} opaque put a white ground under it: JPEG has no holes */
function paint(canvas, /** @type {ImageBitmap} */ bitmap, opaque) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (opaque) {
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
}

/** @param {ImageBitmap} bitmap @param {number} scale @param {string} type @param {number} [quality] */
async function encode(bitmap, scale, type, quality) {
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  paint(canvas, bitmap, type === "image/jpeg");
  return { blob: await canvas.convertToBlob({ type, quality }), width, height };
}

/** @param {ImageBitmap} bitmap @param {string} type @param {number} edge @param {number} bytes */
async function fit(bitmap, type, edge, bytes) {
  const largest = Math.max(bitmap.width, bitmap.height);
  for (let scale = Math.min(1, edge / largest); ; scale *= SMALLER) {
    if (type === "image/png") {
      const made = await encode(bitmap, scale, type);
      if (made.blob.size <= bytes) return made;
    }
    for (const quality of QUALITIES) {
      const made = await encode(bitmap, scale, "image/jpeg", quality);
      if (made.blob.size <= bytes) return made;
    }
    if (largest * scale < SMALLEST_EDGE) {
      throw new PageModelError(413, "image_too_large", `the image cannot be made smaller than ${bytes} bytes`);
    }
  }
}

/** @type {import("./page-models.js").PageService} */
export async function fitImage(body, _signal, url) {
  const edge = Number(url.searchParams.get("edge")) || Infinity;
  const bytes = Number(url.searchParams.get("bytes")) || Infinity;
  const type = url.searchParams.get("type") ?? "";
  const bitmap = await createImageBitmap(new Blob([body], { type })).catch(() => {
    throw new PageModelError(415, "image_unreadable", "the browser cannot read this image: the file is damaged or cut off");
  });
  try {
    const { blob, width, height } = await fit(bitmap, type, edge, bytes);
    return new Response(blob, {
      headers: { "content-type": blob.type, "x-width": String(width), "x-height": String(height) },
    });
  } finally {
    bitmap.close();
  }
}
