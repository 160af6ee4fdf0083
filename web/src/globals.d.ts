/** Put in by web/build.mjs: for which Python and machine Pyodide was built. */
declare const __LOCK_INFO__: { arch: string; platform: string; python: string; abi_version: string };

/** Put in by web/build.mjs: the text of tools/modules_in_one.py. */
declare const __MODULES_IN_ONE__: string;

/** Put in by web/build.mjs: addresses of the built files, relative to the page. */
declare const __ASSETS__: {
  /** Pyodide's WebAssembly. */
  machine: string;
  stdlib: string;
  language: string;
  /** The memory of an interpreter that has started, compressed; null where the build could not make it. */
  image: string | null;
  worker: string;
  /** Where workers are made, by what they may connect to: nothing, this site, or the web. */
  frames: { closed: string; own: string; open: string };
  /** Wheels of optional Python packages, by name, with their SHA-256 in base64. */
  wheels: Record<string, { address: string; integrity: string }>;
  /** The price list, loaded on first use. */
  prices: string;
  /** What shows views, loaded on first use. */
  views: string;
  /** What draws charts, loaded on first use. */
  charts: string;
  /** What shows PDF files, loaded on first use: the script, and the worker that reads them. */
  pdf: string;
  pdfWorker: string;
  /** The style sheet of dialogs. */
  dialogStyle: string;
  /** What the Learn panel shows, as JSON, and its style sheet, loaded on first use. */
  learning: string;
  learningStyle: string;
  serviceWorker: string;
  /** The model in this tab, loaded on first use: its script and the compiled llama.cpp. */
  localEngine: string;
  localWasm: string;
};

/** Put in by web/build.mjs: what the page says of itself; "" for an address that the build does not know. */
declare const __ABOUT__: { version: string; source: string; issues: string };

/** Put in by web/build.mjs: the files of this build, as addresses relative to the page, with the SHA-256 of what stands there: several
    where a host may send another form of it. */
declare const __BUILD__: {
  name: string;
  files: Record<"core" | "model" | "pages" | "ofPages", Record<string, string[]>>;
};

/** What of pdf.js is used. */
declare module "pdfjs-dist/build/pdf.mjs" {
  export const PDFWorker: any;
  export const getDocument: any;
}

/** What of d3-dsv is used. */
declare module "d3-dsv" {
  export const dsvFormat: (delimiter: string) => { parseRows: (text: string) => string[][] };
}

/** Pyodide's machine room, changed by web/build.mjs. */
declare module "pyodide/pyodide.asm.mjs" {
  const createPyodideModule: (settings: object) => Promise<any>;
  export default createPyodideModule;
}
