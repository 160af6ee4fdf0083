/** Draws the sample images of the examples, so that they run before any photo was chosen. */

/** @param {string} name "….jpg" or "….png" @returns {Promise<Uint8Array<ArrayBuffer>>} the image file */
export async function drawSample(name) {
  const canvas = document.createElement("canvas");
  const type = name.endsWith(".png") ? "image/png" : "image/jpeg";
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser cannot draw");
  (name.endsWith(".png") ? drawDocument : drawLandscape)(canvas, context);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.9));
  if (!blob) throw new Error("this browser cannot make images");
  return new Uint8Array(await blob.arrayBuffer());
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2D} context */
function drawLandscape(canvas, context) {
  canvas.width = 640;
  canvas.height = 420;
  const sky = context.createLinearGradient(0, 0, 0, 300);
  sky.addColorStop(0, "#2b5c8a");
  sky.addColorStop(1, "#f7c48b");
  context.fillStyle = sky;
  context.fillRect(0, 0, 640, 420);
  context.fillStyle = "#fff2c4";
  context.beginPath();
  context.arc(460, 190, 46, 0, 2 * Math.PI);
  context.fill();
  /** @type {[string, number[]][]} */
  const hills = [
    ["#5b6f8c", [0, 300, 130, 170, 250, 290, 360, 200, 500, 310, 640, 240]],
    ["#33475b", [0, 340, 160, 270, 320, 350, 470, 280, 640, 345]],
    ["#1d2b36", [0, 390, 220, 340, 420, 395, 640, 350]],
  ];
  for (const [color, points] of hills) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, 420);
    for (let at = 0; at < points.length; at += 2) context.lineTo(points[at], points[at + 1]);
    context.lineTo(640, 420);
    context.fill();
  }
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2D} context */
function drawDocument(canvas, context) {
  canvas.width = 520;
  canvas.height = 300;
  context.fillStyle = "#fffdf6";
  context.fillRect(0, 0, 520, 300);
  context.fillStyle = "#222";
  context.font = "bold 30px serif";
  context.fillText("Notes on Lisp", 36, 66);
  context.font = "20px serif";
  ["Code is data, and data is code.", "A function is a value like any other.", "The rest is parentheses."].forEach(
    (line, index) => context.fillText(line, 36, 120 + 40 * index),
  );
}
