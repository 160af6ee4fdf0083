/** Starts what the page is besides its editor: makes its parts, and ties them together. */
import { assets, first } from "./early.js"; // before all others: it decides what they find
import { createDebugging } from "./app/debugging.js";
import { createEmbedding } from "./app/embedding.js";
import { createFiles } from "./app/files.js";
import { createInterpreter } from "./app/interpreter.js";
import { createJudge, openKeys } from "./app/judging.js";
import { createKeeping } from "./app/keeping.js";
import { absolute, loadLater } from "./app/offline.js";
import { publish, whenReady } from "./app/playground.js";
import { createPrograms } from "./app/programs.js";
import { createQuestions } from "./app/questions.js";
import { createRuns } from "./app/runs.js";
import { createServices } from "./app/services.js";
import { createTabs } from "./app/tabs.js";
import { createTrials } from "./app/trials.js";
import { createUndo } from "./app/undo.js";
import { createLog } from "./log.js";
import { createCalls } from "./models/calls.js";
import { createChromeModel } from "./models/chrome-model.js";
import { fitImage } from "./models/image-fitting.js";
import { createLocalModels } from "./models/local-model.js";
import { finishSignIn } from "./models/openrouter.js";
import { chatWith, createPageModels } from "./models/page-models.js";
import { loadSettings } from "./models/settings.js";
import * as panels from "./panels/table.js";
import { createRecorder } from "./sharing/recorder.js";
import { device } from "./stored.js";
import { prepareTexts } from "./texts/texts.js";
import { editor, edits, state, takeOver } from "./typing.js";

const { get, dispatch } = state;
const settings = loadSettings(device);
if (settings) dispatch({ type: "settings-restored", settings });
const keys = openKeys(state, device);
const log = createLog();

// --- Models, and the interpreter, which is under way already: it takes longest ------------------------
/** @param {import("./state/interpreter.js").Transfer | null} transfer */
const onProgress = (transfer) => dispatch({ type: "transfer-changed", transfer });
const chrome = createChromeModel(onProgress);
const local = createLocalModels({ script: absolute(assets.localEngine), wasm: absolute(assets.localWasm), storage: device, onProgress });
const pageModels = createPageModels({ chrome: chatWith(chrome), local: chatWith(local), image: fitImage });
const calls = createCalls(state, keys.redact);
const judge = createJudge({ state, device, keys, calls, pageModels, assets, getInterpreter: () => interpreter });
const recorder = createRecorder(state, keys.redact);
const questions = createQuestions(state, log);
const debugging = createDebugging(state, () => first.tier);
const sources = { keys, judge, calls, recorder, questions, debugging, usesLocalModel: local.isUsed };
const interpreter = createInterpreter({ state, log, assets, first, ...sources });

// --- What is seen --------------------------------------------------------------------------------------
const keeping = createKeeping(state);
const undo = createUndo(state);
const files = createFiles(state, interpreter, undo);
edits.writeTo(files.edit);
const tabs = createTabs({ state, editor, files, interpreter });
const programs = createPrograms(state, keeping.history, { keys, texts: judge.texts, log, files, tabs });
const runs = createRuns({ state, log, interpreter, recorder, judge, tabs, settled: keeping.settled });
const trials = createTrials({ state, calls, recorder, tryOut: runs.tryOut, files });
const run = createEmbedding(state, runs.run);
const runEditor = () => void run(get().draft.text);
const { stop, restart, memory } = interpreter;
const doing = { run: runEditor, runCode: run, stop, restart, debug: () => void runs.run(get().draft.text, debugging.begin), evaluate: runs.runLine, answer: questions.answer };
const kept = { history: keeping.history, keepNow: keeping.keepNow, pastRuns: keeping.pastRuns, services: createServices(interpreter, get) };
const having = { files, tabs, programs, ...kept, undo: undo.takeBack, trials, debugging };
const page = { ...state, ...loadLater(assets), log, editor, keys, chrome, local, judge, ...doing, ...having };
await prepareTexts();
for (const panel of Object.values(panels)) panel.mount(page);

const restored = keeping.start({ log, files, redact: keys.redact });
void finishSignIn({ keys, dispatch });
tabs.start(restored);
programs.listen();

const ready = Promise.all([whenReady(state), restored, keys.ready]).then(() => undefined);
ready.catch(() => {}); // who waits for it hears of it, and the output says it
publish({ ready, state, run, allowImports: judge.consent.allowImports, stop, answer: questions.answer, memory, files, keys, log, programs, tabs });
takeOver(runEditor);
