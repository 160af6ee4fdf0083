/** Put in by web/build.mjs: addresses of the built files. */
declare const __ASSETS__: Record<string, string>;
