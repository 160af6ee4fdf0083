import { enterHome, inflate, startPython } from "../src/engine/python.js";
globalThis.bootIt = async ({ machine, image }, now, say) => {
  const t = [now()];
  const lap = (name) => { const n = now(); say(name, n - t[0]); t[0] = n; };
  const module = await WebAssembly.compile(machine); lap("compile");
  const pieces = [image]; 
  globalThis.__lap = lap;
  const python = await startPython({ module, image: Promise.resolve(pieces) }); lap("startPython rest");
  const bs = python.pyimport("lispcore.hosts.browser_snapshot"); lap("pyimport");
  bs.renew(); lap("renew");
  enterHome(python); lap("enterHome");
  const host = python.pyimport("lispcore.hosts.browser"); lap("pyimport browser");
  const bridge = { write(){return false}, ask(){}, begin(){}, sleep(){}, start(){}, compiling(){}, tell(){}, record(){}, wheel(){}, stopped(){return false} };
  host.boot(bridge, "shared"); lap("boot");
  const run = host.run;
  python.setInterruptBuffer({get 0(){return 0}, set 0(_){}}); lap("interrupt");
  const r = run("(+ 1 2)", "s", true, JSON.stringify({}), ""); lap("first run");
  say(String(r).slice(0,120), 0);
  if (globalThis.__py) { python.runPython(globalThis.__py); }
};
