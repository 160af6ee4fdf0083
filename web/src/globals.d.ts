/** Put in by web/build.mjs: addresses of the built files, relative to the page. */
declare const __ASSETS__: {
  runtime: string;
  stdlib: string;
  language: string;
  worker: string;
  serviceWorker: string;
  /** All that is needed without a network, besides what index.html names. */
  files: string[];
};
