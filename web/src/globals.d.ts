/** Put in by web/build.mjs: the file of each wheel in the folder `wheels`, by package. */
declare const __WHEELS__: Record<string, string>;

/** Put in by web/build.mjs: the text of tools/modules_in_one.py. */
declare const __MODULES_IN_ONE__: string;

/** Put in by web/build.mjs: addresses of the built files, relative to the page. */
declare const __ASSETS__: {
  runtime: string;
  stdlib: string;
  language: string;
  worker: string;
  /** The price list, loaded on first use. */
  prices: string;
  serviceWorker: string;
  /** The model in this tab, loaded on first use: its script and the compiled llama.cpp. */
  localEngine: string;
  localWasm: string;
};

/** Put in by web/build.mjs: the files of this build, as addresses relative to the page, with their SHA-256. */
declare const __BUILD__: {
  name: string;
  files: Record<"core" | "model", Record<string, string>>;
};
