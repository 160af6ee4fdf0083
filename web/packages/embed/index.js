/**
 * Turns code blocks of any page into snippets that run: a Run button below each, and, once it is pressed,
 * the playground in a frame in the block's place. Nothing is loaded before.
 *
 * The frame is the page with `?embed`: it has the demo model, and neither keys nor files nor storage. What
 * the two pages say to each other goes through a port that only the playground's own origin is given.
 */

const BLOCKS = "pre[data-lispcore], pre.language-lispcore, code.language-lispcore";
const THEMES = ["system", "light", "dark", "contrast"];
const HEIGHT = { first: 420, least: 160, most: 2000 };
/** A stored block of a deflate stream holds so much. */
const MOST_STORED = 65_535;
const ASK_MILLISECONDS = 300;
const PATIENCE_MILLISECONDS = 30_000;
const SANDBOXED =
  "This page stands in a sandboxed frame, in which programs cannot run. Whoever shows it can allow it: sandbox=\"allow-scripts allow-same-origin\".";
const SILENT = "The playground does not answer. Is it there, and may it be shown in this page?";

/** The looks of what stands below a block; in a shadow root, out of reach of the page's styles. */
const STYLE = `
:host { display: block; margin: 0 0 1em; font: 14px/1.4 system-ui, sans-serif; }
div { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
button { min-height: 36px; padding: 4px 14px; border: 0; border-radius: 8px; background: #0f766e; color: #fff; font: 600 14px/1.4 system-ui, sans-serif; cursor: pointer; }
button:hover { background: #0b5f58; }
button:focus-visible, a:focus-visible { outline: 2px solid #0f766e; outline-offset: 2px; }
a { color: inherit; }
p { margin: 6px 0 0; }
iframe { display: block; width: 100%; border: 1px solid #8886; border-radius: 10px; }
[hidden] { display: none; }
@media (pointer: coarse) { button { min-height: 44px; } }
`;

/**
 * @typedef {import("./index.js").Options} Options
 * @typedef {import("./index.js").Snippet} Snippet
 * @typedef {import("./index.js").Theme} Theme
 */

/** @param {string} text @returns {Uint8Array} it as a stream of raw deflate that is not compressed */
function storedDeflate(text) {
  const bytes = new TextEncoder().encode(text);
  /** @type {number[]} */
  const stream = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MOST_STORED) {
    const piece = bytes.subarray(at, at + MOST_STORED);
    const isLast = at + MOST_STORED >= bytes.length ? 1 : 0;
    const { length } = piece;
    stream.push(isLast, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255);
    for (const byte of piece) stream.push(byte);
  }
  return Uint8Array.from(stream);
}

/**
 * @param {string} page address of the playground
 * @param {string} code
 * @param {Record<string, string>} [parameters]
 * @returns {string} the address that shows a program
 */
export function addressOf(page, code, parameters = {}) {
  const url = new URL(page);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  let binary = "";
  for (const byte of storedDeflate(JSON.stringify({ code }))) binary += String.fromCharCode(byte);
  url.hash = `v1=${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  return url.href;
}

/** @param {string | undefined} given @returns {number | "auto"} */
function readHeight(given) {
  if (given === "auto") return "auto";
  const pixels = Number.parseInt(given ?? "", 10);
  return Number.isNaN(pixels) ? HEIGHT.first : clamp(pixels);
}

/** @param {number} pixels */
const clamp = (pixels) => Math.max(HEIGHT.least, Math.min(HEIGHT.most, Math.ceil(pixels)));

/** @param {unknown} given @returns {Theme} */
const readTheme = (given) => /** @type {Theme} */ (THEMES.includes(String(given)) ? given : "system");

/**
 * @param {HTMLIFrameElement} frame
 * @param {string} origin of the playground
 * @param {(message: any) => void} hear
 * @returns {{say: (message: object) => void, end: () => void}} the way to it, once it has said that it is ready
 */
function connect(frame, origin, hear) {
  /** @type {MessagePort | null} */
  let port = null;
  let waited = 0;
  const ask = () => {
    waited += ASK_MILLISECONDS;
    if (waited > PATIENCE_MILLISECONDS) {
      clearInterval(timer);
      hear({ type: "silent" });
      return;
    }
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => {
      if (port && port !== channel.port1) return;
      clearInterval(timer);
      port = channel.port1;
      hear(data);
    };
    // Nobody but the playground's own origin gets the port, whatever the frame shows by now.
    frame.contentWindow?.postMessage({ lispcore: 1, type: "hello" }, origin, [channel.port2]);
  };
  const timer = setInterval(ask, ASK_MILLISECONDS);
  return {
    say: (message) => port?.postMessage(message),
    end() {
      clearInterval(timer);
      port?.close();
    },
  };
}

/** @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function make(tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/**
 * Makes a snippet of one block.
 * @param {HTMLElement} block
 * @param {Options} options
 * @returns {Snippet}
 */
export function activate(block, { page, theme = "system", height = HEIGHT.first, title = "Lisp program" }) {
  const code = (block.textContent ?? "").replace(/\n$/, "");
  const host = document.createElement("div");
  host.className = "lispcore-snippet";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const bar = make("div", {});
  const button = make("button", { type: "button" }, "▶ Run");
  const link = make("a", { href: addressOf(page, code), target: "_blank", rel: "noopener" }, "Open in Lispcore ↗");
  const note = make("p", { role: "status" });
  bar.append(button, link);
  root.append(bar, note);
  block.after(host);

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  let line = { say: (/** @type {object} */ _message) => {}, end() {} };
  let wanted = readTheme(theme);

  /** @param {any} message */
  function hear(message) {
    if (message?.type === "ready") {
      note.textContent = "";
      line.say({ type: "theme", theme: wanted });
      line.say({ type: "run" });
    } else if (message?.type === "height" && height === "auto" && frame) {
      frame.style.height = `${clamp(Number(message.height) || 0)}px`;
    } else if (message?.type === "result") {
      host.dispatchEvent(new CustomEvent("lispcore:result", { detail: message.result, bubbles: true, composed: true }));
    } else if (message?.type === "silent") note.textContent = SILENT;
  }

  function run() {
    if (frame) {
      line.say({ type: "run" });
      return;
    }
    if (window.origin === "null") {
      note.textContent = SANDBOXED;
      return;
    }
    const parameters = { embed: "", theme: wanted, ...(height === "auto" && { height: "auto" }) };
    const shown = /** @type {HTMLIFrameElement} */ (make("iframe", { title, allow: "clipboard-write" }));
    shown.style.height = `${height === "auto" ? HEIGHT.first : clamp(height)}px`;
    shown.src = addressOf(page, code, parameters);
    frame = shown;
    root.prepend(shown);
    bar.hidden = true;
    block.style.display = "none"; // a page's own styles may show what is `hidden`
    note.textContent = "Loading …";
    line = connect(shown, new URL(page).origin, hear);
    shown.focus();
  }

  button.addEventListener("click", run);
  return {
    element: host,
    run,
    setTheme(next) {
      wanted = readTheme(next);
      line.say({ type: "theme", theme: wanted });
    },
    remove() {
      line.end();
      host.remove();
      block.style.display = "";
    },
  };
}

/**
 * Makes snippets of all marked blocks that are none yet.
 * @param {Options} options for blocks that say nothing else
 * @param {ParentNode} [within]
 * @returns {Snippet[]}
 */
export function activateAll(options, within = document) {
  /** @type {Set<HTMLElement>} */
  const blocks = new Set();
  for (const found of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(BLOCKS))) {
    const block = /** @type {HTMLElement} */ (found.closest("pre") ?? found);
    if (!block.nextElementSibling?.classList.contains("lispcore-snippet")) blocks.add(block);
  }
  return [...blocks].map((block) => {
    const { theme, height, title } = block.dataset;
    return activate(block, {
      ...options,
      ...(theme && { theme: readTheme(theme) }),
      ...(height && { height: readHeight(height) }),
      ...(title && { title }),
    });
  });
}

/**
 * What the tag `<script src="…/embed.js">` does: snippets of all blocks, as its attributes say.
 * @param {HTMLScriptElement} script
 */
export function activateByTag({ src, dataset }) {
  const options = { page: new URL(".", src).href, theme: readTheme(dataset.theme), height: readHeight(dataset.height) };
  const start = () => void activateAll(options);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
