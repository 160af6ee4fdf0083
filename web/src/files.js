/**
 * The files panel: files that the user chose, dropped or pasted, and files that programs wrote. The
 * page's copy is the one that counts: it outlives the interpreter and, in IndexedDB, the visit.
 */
import { download, element, formatBytes } from "./dom.js";

const MAX_FILE_BYTES = 200 * 1024 * 1024;
const MAX_SHOWN_BYTES = 200_000;
const IMAGE_TYPES = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["gif", "image/gif"],
  ["webp", "image/webp"],
  ["bmp", "image/bmp"],
  ["avif", "image/avif"],
]);

/** @param {string} name @returns {string | undefined} the type, if browsers show such images */
const imageType = (name) => IMAGE_TYPES.get(name.split(".").at(-1)?.toLowerCase() ?? "");

/** @param {string} name @returns {string} the name as a path below the program's folder */
export function cleanName(name) {
  const parts = name.replaceAll("\\", "/").split("/");
  const kept = parts.filter((part) => part && part !== "." && part !== "..");
  return kept.join("/") || "file";
}

/**
 * @param {HTMLElement} list
 * @param {object} options
 * @param {{save: (name: string, bytes: Uint8Array) => unknown, remove: (name: string) => unknown}} options.store
 * @param {(name: string, bytes: Uint8Array<ArrayBuffer>) => void} options.onWrite a file the user gave
 * @param {(name: string) => void} options.onRemove
 * @param {(text: string) => void} options.onInsert puts text into the program
 * @param {(text: string) => void} options.onNote
 */
export function createFiles(list, { store, onWrite, onRemove, onInsert, onNote }) {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const files = new Map();
  /** @type {Map<string, string>} address of each image shown */
  const images = new Map();
  let scheduled = false;

  /** @param {string} name */
  function forgetImage(name) {
    const url = images.get(name);
    if (url) URL.revokeObjectURL(url);
    images.delete(name);
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
  function imageUrl(name, bytes) {
    let url = images.get(name);
    if (!url) {
      url = URL.createObjectURL(new Blob([bytes], { type: imageType(name) }));
      images.set(name, url);
    }
    return url;
  }

  function scheduleShow() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      show();
    });
  }

  function show() {
    // Names that begin with a dot belong to programs, such as the cache of answers in .sema.
    const listed = [...files].filter(([name]) => !name.startsWith("."));
    const items = listed.sort(([a], [b]) => (a < b ? -1 : 1)).map(buildItem);
    list.replaceChildren(...items);
    list.classList.toggle("empty", items.length === 0);
  }

  /** @param {[string, Uint8Array<ArrayBuffer>]} file */
  function buildItem([name, bytes]) {
    const isImage = imageType(name) !== undefined;
    const preview = isImage
      ? element("img", { class: "thumb", alt: "", loading: "lazy", src: imageUrl(name, bytes) })
      : element("span", { class: "thumb kind", "aria-hidden": "true" }, extensionOf(name));
    return element(
      "li",
      { class: "file", "data-name": name },
      element(
        "button",
        { class: "file-view", type: "button", title: `Look at ${name}`, onclick: () => view(name) },
        preview,
        element("span", { class: "file-name" }, name),
        element("span", { class: "file-size" }, formatBytes(bytes.length)),
      ),
      button("Use", `Insert ${name} into the program`, () => onInsert(readCall(name))),
      button("↓", `Download ${name}`, () => download(name.split("/").at(-1) ?? name, new Blob([bytes]))),
      button("✕", `Delete ${name}`, () => remove(name)),
    );
  }

  /** @param {string} label @param {string} title @param {() => void} onclick */
  function button(label, title, onclick) {
    return element("button", { type: "button", class: "small", title, "aria-label": title, onclick }, label);
  }

  /** @param {string} name */
  function readCall(name) {
    const binary = imageType(name) || /\.(pdf|zip|gz|wasm|mp3|mp4)$/i.test(name);
    return `(${binary ? "file/read-bytes" : "file/read"} ${JSON.stringify(name)})`;
  }

  /** Shows a file in a dialog. @param {string} name */
  function view(name) {
    const bytes = files.get(name);
    if (!bytes) return;
    const content = imageType(name)
      ? element("img", { class: "full", alt: name, src: imageUrl(name, bytes) })
      : element("pre", { class: "full" }, previewText(bytes));
    const dialog = /** @type {HTMLDialogElement} */ (
      element(
        "dialog",
        { class: "viewer", "aria-label": name },
        element(
          "div",
          { class: "dialog-head" },
          element("h2", {}, name),
          button("✕", "Close", () => dialog.close()),
        ),
        content,
      )
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
  function put(name, bytes) {
    forgetImage(name);
    files.set(name, bytes);
    void store.save(name, bytes);
    scheduleShow();
  }

  /** @param {string} name */
  function drop(name) {
    forgetImage(name);
    files.delete(name);
    void store.remove(name);
    scheduleShow();
  }

  /** @param {string} name */
  function remove(name) {
    drop(name);
    onRemove(name);
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
  function write(name, bytes) {
    const clean = cleanName(name);
    const copy = bytes.slice();
    put(clean, copy);
    onWrite(clean, copy);
    return clean;
  }

  return {
    /** @param {[string, Uint8Array<ArrayBuffer>][]} kept files of an earlier visit */
    restore(kept) {
      for (const [name, bytes] of kept) {
        if (files.has(name)) continue;
        files.set(name, bytes);
        onWrite(name, bytes);
      }
      show();
    },
    write,
    remove,
    /** A program wrote a file. */
    receive: put,
    /** A program deleted a file. */
    forget: drop,
    entries: () => files.entries(),
    /** @param {string} name */
    read: (name) => files.get(cleanName(name)),

    /** @param {Iterable<File>} chosen */
    async addAll(chosen) {
      for (const file of chosen) {
        if (file.size > MAX_FILE_BYTES) {
          onNote(`${file.name} is too large (${formatBytes(file.size)}): at most ${formatBytes(MAX_FILE_BYTES)}`);
          continue;
        }
        const bytes = new Uint8Array(await file.arrayBuffer());
        const name = write(file.name, bytes);
        onNote(`${name} (${formatBytes(bytes.length)}) is ready: ${readCall(name)}`);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createFiles>} Files */

/** @param {string} name */
function extensionOf(name) {
  const [, extension = "file"] = /\.([^./]{1,5})$/.exec(name) ?? [];
  return extension;
}

/** @param {Uint8Array} bytes @returns {string} its text, or its first bytes in hexadecimal */
function previewText(bytes) {
  const start = bytes.subarray(0, MAX_SHOWN_BYTES);
  try {
    const text = new TextDecoder("utf-8", { fatal: bytes.length <= MAX_SHOWN_BYTES }).decode(start);
    if (!text.includes("\0")) return text;
  } catch {
    // Not text.
  }
  const rows = [];
  for (let at = 0; at < Math.min(start.length, 4096); at += 16) {
    const row = [...start.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    rows.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return rows.join("\n");
}
