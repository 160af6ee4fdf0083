/**
 * What a panel gets when it is mounted: the state, and what it may have the page do. A panel asks for
 * the parts that it needs: `mount({ subscribe, run })`.
 */

/**
 * @typedef {object} Page
 * @property {import("../state.js").Store["get"]} get
 * @property {import("../state.js").Store["dispatch"]} dispatch
 * @property {import("../state.js").Store["subscribe"]} subscribe
 * @property {import("../log.js").Log} log what programs print, on its way into the output pane
 * @property {import("../editor/editor.js").Editor} editor
 * @property {import("../models/keys.js").Keys} keys
 * @property {import("../models/chrome-model.js").ChromeModel} chrome
 * @property {import("../models/local-model.js").LocalModels} local
 * @property {() => void} run runs what is in the editor
 * @property {() => void} stop
 * @property {(line: string) => void} evaluate runs a line in the session of the last run
 * @property {(line: string | null) => void} answer what the program asked; null at the end of input
 * @property {(code: string, told: string) => void} replaceProgram keeps the visitor's own for a while
 * @property {() => void} share makes the address one that carries the program, and offers it
 * @property {(name: string, bytes: Uint8Array<ArrayBuffer>) => string} writeFile returns its name
 * @property {(name: string) => void} removeFile
 *
 * @typedef {{mount: (page: Page) => void}} Panel
 */

export {};
