/**
 * What a panel gets when it is mounted: the state, and what it may have the page do. A panel asks for
 * the parts that it needs: `mount({ subscribe, run })`.
 */

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} Files
 * @property {(name: string, bytes: Bytes) => string} write returns its name
 * @property {(name: string, bytes: Bytes) => string} add writes one that the visitor gives: over no other one
 * @property {(name: string) => void} remove for some seconds it can be taken back
 * @property {(name: string) => void} bringBack what a program has changed or deleted
 * @property {(name: string, wanted: string) => string} rename returns its name
 * @property {(names: string[]) => void} keepAgain files that the browser had no room for
 *
 * @typedef {object} Programs
 * @property {(example: {slug: string, title: string, code: string, files: string[]}) => Promise<void>} chooseExample keeps the visitor's own
 * @property {(code: string) => Promise<void>} addSamples what a program of the manual reads
 * @property {(found: import("../storage/history.js").Found) => Promise<boolean>} bringBack
 * @property {(text: string) => void} takeFromModel puts a program that a model wrote into the editor
 * @property {() => void} share makes the address one that carries the program, and offers it
 * @property {(code: string, from: string) => void} take puts a program that was fetched into the editor
 * @property {{follows: () => boolean, follow: (isOn: boolean) => void}} address of the page
 *
 * @typedef {object} Tabs the program and the files that are open beside it, see app/tabs.js; "" is the program
 * @property {(name: string) => boolean} show
 * @property {(name: string) => boolean} open a file in a tab, if it is a text
 * @property {(name: string) => void} close leaves its file where it is
 * @property {() => string} create a file, and its tab
 * @property {(name: string, wanted: string) => string} rename returns its name
 * @property {(name: string, step: number) => void} move
 * @property {(name: string, other: string) => void} put into the place of another one
 * @property {(step: number) => void} turn shows the next one
 * @property {(file: string, line: number, column: number) => void} jumpTo
 * @property {() => {files: Map<string, Bytes>, left: string[]}} beside what a link takes along, and what it leaves
 *
 * @typedef {object} Page
 * @property {Tabs} tabs
 * @property {import("../state.js").Store["get"]} get
 * @property {import("../state.js").Store["dispatch"]} dispatch
 * @property {import("../state.js").Store["subscribe"]} subscribe
 * @property {import("../log.js").Log} log what programs print, on its way into the output pane
 * @property {import("../editor/editor.js").Editor} editor
 * @property {import("../models/keys.js").Keys} keys
 * @property {import("../models/chrome-model.js").ChromeModel} chrome
 * @property {Judge} judge decides what programs of links may do
 * @property {import("../models/local-model.js").LocalModels} local
 * @property {import("../editor/service-types.js").Services} services what the language says of a text
 * @property {() => void} run runs what is in the editor
 * @property {(code: string) => Promise<import("../engine/protocol.js").Result>} runCode runs something else, and leaves the editor alone
 * @property {() => void} debug runs what is in the editor, and lets it be stopped
 * @property {Debugging} debugging
 * @property {() => void} stop
 * @property {() => void} restart starts a new interpreter in the place of one that hangs
 * @property {(code: string) => Promise<import("../engine/protocol.js").Result>} evaluate runs a line in the session of the last run
 * @property {(answer: import("../engine/protocol.js").Answer) => void} answer what the program asked
 * @property {Files} files
 * @property {Programs} programs
 * @property {import("../storage/history.js").History} history of programs
 * @property {import("../storage/past-runs.js").PastRuns} pastRuns
 * @property {() => Promise<unknown>} keepNow puts what stands in the editor into the history
 * @property {() => Promise<any>} loadViews what shows more than text (output/views/views.js)
 * @property {() => Promise<any>} loadCharts what draws charts (output/views/charts.js)
 * @property {() => Promise<any>} loadLearning what the Learn panel shows (web/tools/manual.mjs), once it can be shown
 * @property {() => Promise<any>} loadPdf what shows PDF files (files/pdf.js)
 * @property {() => Worker} startPdfWorker what reads them
 * @property {() => void} undo takes back what is offered
 * @property {Trials} trials model calls looked at, and made once more
 *
 * @typedef {{mount: (page: Page) => void}} Panel
 */

/**
 * @typedef {object} Debugging
 * @property {(action: string, more?: Record<string, any>) => void} reply says how a program that stands goes on
 * @property {() => void} pause stops the program at its next form
 *
 * @typedef {import("../state/calls.js").Call} Call
 *
 * @typedef {object} Changes of a call that is made once more; what is left out stays
 * @property {string} [prompt]
 * @property {string} [provider]
 * @property {string} [model]
 * @property {number} [temperature]
 * @property {number} [maxTokens]
 *
 * @typedef {object} Trials
 * @property {(call: Call, changes: Changes) => Promise<{call: Call | null, problem: string}>} again makes it once more
 * @property {(form: string) => Promise<{preview: import("../state/calls.js").Preview | null, problem: string}>} preview
 *   what a form would send, without sending it
 * @property {(call: Call) => boolean} isRecorded its reply can be taken into the recording of the run
 * @property {(old: Call, made: Call) => void} useReply has the recording play a reply in the place of another
 * @property {(call: Call) => string} keep adds it to a cassette among the files, whose name it returns
 */

/**
 * @typedef {object} Judge
 * @property {Pick<import("../models/sign-in.js").SignIn, "decline">} signIn asks the visitor to sign in for a program
 * @property {Pick<import("../models/relay.js").Relay, "keepWaiting" | "giveUp">} relay
 * @property {Pick<import("../models/consent.js").Consent, "answer">} consent
 * @property {Pick<import("../models/grants.js").Grants, "revoke">} grants
 * @property {(names: string[]) => void} handOver gives files of the visitor's to the program
 * @property {() => [string, Uint8Array][]} listSeen the files that the program in the editor sees
 * @property {{own: () => void}} texts the program in the editor is the visitor's from now on
 */

export {};
