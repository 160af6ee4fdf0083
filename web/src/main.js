/** Starts the page: makes its parts, the slowest one first, and ties them together. */
import { assets, first } from "./early.js"; // before all others: it decides what they find
import { createEdits } from "./app/edits.js";
import { createEmbedding } from "./app/embedding.js";
import { createFiles } from "./app/files.js";
import { createInterpreter } from "./app/interpreter.js";
import { createJudge, openKeys } from "./app/judging.js";
import { createKeeping } from "./app/keeping.js";
import { listenForKeys } from "./app/keyboard.js";
import { absolute } from "./app/offline.js";
import { createPlayground, whenReady } from "./app/playground.js";
import { createPrograms, firstProgram } from "./app/programs.js";
import { createQuestions } from "./app/questions.js";
import { createRuns } from "./app/runs.js";
import { createUndo } from "./app/undo.js";
import { createEditor } from "./editor/editor.js";
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
import { createState, firstState } from "./state.js";
import { device } from "./stored.js";

const settings = loadSettings(device);
const known = { ...firstProgram(), ...(settings && { settings }) };
const state = createState(firstState(known));
const { get, dispatch } = state;
const keys = openKeys(state, device);
const log = createLog();

// --- Models, and the interpreter, which is started before all that is seen: it takes longest ---------

/** @param {import("./state/interpreter.js").Transfer | null} transfer */
const onProgress = (transfer) => dispatch({ type: "transfer-changed", transfer });
const chrome = createChromeModel(onProgress);
const engine = { script: absolute(assets.localEngine), wasm: absolute(assets.localWasm) };
const local = createLocalModels({ ...engine, storage: device, onProgress });
const pageModels = createPageModels({ chrome: chatWith(chrome), local: chatWith(local), image: fitImage });
const calls = createCalls(state, keys.redact);
const judge = createJudge({ state, device, keys, calls, pageModels, assets, getInterpreter: () => interpreter });
const recorder = createRecorder(state, keys.redact);
const questions = createQuestions(state, log);
const sources = { keys, judge, calls, recorder, questions, usesLocalModel: local.isUsed };
const interpreter = createInterpreter({ state, log, assets, first, ...sources });

// --- What is seen --------------------------------------------------------------------------------------

const keeping = createKeeping(state);
const undo = createUndo(state);
const files = createFiles(state, interpreter, undo);
const programs = createPrograms(state, keeping.history, { keys, texts: judge.texts, log, files });
const runs = createRuns({ state, log, interpreter, recorder, judge, settled: keeping.settled });
const run = createEmbedding(state, runs.run);
const runEditor = () => void run(get().draft.text);
const editor = createEditor({ text: known.draft.text, onRun: runEditor, onChange: createEdits(state).onChange });

const { stop, restart } = interpreter;
const doing = { run: runEditor, stop, restart, evaluate: runs.runLine, answer: questions.answer };
const having = { files, programs, history: keeping.history, keepNow: keeping.keepNow, undo: undo.takeBack };
const page = { ...state, log, editor, keys, chrome, local, judge, ...doing, ...having };
for (const panel of Object.values(panels)) panel.mount(page);

listenForKeys(get, runEditor);
const restored = keeping.start({ log, files, redact: keys.redact });
void finishSignIn({ keys, dispatch });
programs.listen();

const ready = Promise.all([whenReady(state), restored, keys.ready]).then(() => undefined);
ready.catch(() => {}); // who waits for it hears of it, and the output says it
const playground = createPlayground({ ready, state, run, stop, memory: interpreter.memory, files, keys });
Object.defineProperty(window, "playground", { value: playground });
