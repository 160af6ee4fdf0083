/** A link as a QR code, drawn as an image of the page's own. The library is loaded when one is first wanted. */
import { loadPart } from "../../parts.js";
import { text } from "../../texts/texts.js";

const SVG = "http://www.w3.org/2000/svg";
/** What the largest code holds, with the least room for damage. */
const MOST_BYTES = 2953;
/** The quiet zone that readers need, in squares. */
const BORDER = 4;

/** @param {boolean[][]} squares @returns {string} the dark ones, as the path of an image */
export function pathOf(squares) {
  return squares.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
}

/** @param {string} link @returns {boolean} whether a code can hold it */
export const fitsCode = (link) => new TextEncoder().encode(link).length <= MOST_BYTES;

/** @param {string} tag @param {Record<string, string | number>} attributes */
function draw(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** @param {string} link @returns {Promise<SVGElement>} */
export async function drawCode(link) {
  const { encode } = await loadPart(() => import("./qr-encode.js"));
  const { data, size } = encode(link, { ecc: "L", border: BORDER });
  const image = draw("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": text("QR code of the link") });
  // Readers want dark on light, whatever the page's colours are.
  image.append(draw("rect", { width: size, height: size, fill: "#fff" }), draw("path", { d: pathOf(data), fill: "#000" }));
  return image;
}
