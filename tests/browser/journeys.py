"""What a visitor does, written once and gone in every browser, on every kind of host.

A journey finds the page open and ready, as the one before left it, and leaves it so: loading it anew
takes WebKitGTK many seconds. Those that begin with a load of their own stand at the end of `ALL`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from model_server import Raw
from visit import Visit, link_to, program_of

from test_cases import CASES, compare, read_cases

Journey = Callable[[Visit], None]

KEY = "sk-secret-test-key-0123456789"
ENDLESS = '(define kept 41) (println "computing") (let loop ((i 0)) (loop (+ i 1)))'


# -------------------------------------------------------------------------- writing and running


def typing_and_running(visit: Visit) -> None:
    visit.type_program('(println "hello")\n(+ 40 2)')
    assert visit.code() == '(println "hello")\n(+ 40 2)'
    visit.click("run")
    visit.wait_for_output("⇒ 42")
    assert "hello" in visit.output()


def an_error_with_its_place(visit: Visit) -> None:
    visit.start('(println "before")\n(+ 1\n   (car 5))')
    visit.wait_for_output("line 3, column 4")
    assert "before" in visit.output()
    error = visit.run("(missing-thing 1)")["error"]
    assert (error["type"], error["line"], error["column"]) == ("unbound", 1, 2)


def a_line_below_the_output(visit: Visit) -> None:
    visit.value("(define x 41)")
    visit.click("repl")
    visit.driver.type("(+ x 1)\n")
    visit.wait_for_output("⇒ 42")


def stopping_a_program_that_computes(visit: Visit) -> None:
    softly = False
    for _ in range(3):
        visit.start(ENDLESS)
        visit.wait_for_output("computing")
        visit.press("stop")
        visit.wait_for_state("ready")
        assert "Stopped" in visit.output()
        assert "computing" in visit.output()
        softly = "definitions are gone" not in visit.output()
        assert visit.value("(+ 1 2)") == "3"
        if softly:
            break
    # It ended by itself, as far as the machine gave it the time: nothing had to be started again.
    assert softly


def stopping_a_program_that_waits(visit: Visit) -> None:
    visit.start('(println "waiting") (sleep 600000)')
    visit.wait_for_output("waiting")
    visit.press("stop")
    visit.wait_for_state("ready")
    assert "Stopped" in visit.output()
    assert visit.value("(begin (sleep 20) (+ 1 2))") == "3"


TASK_PROGRAMS = 12
RUN_ALL = """
  const results = [];
  for (const program of args[0]) results.push(await playground.run(program));
  return results;
"""


def programs_with_tasks(visit: Visit) -> None:
    """Tasks take the same turns whatever the browser can do, as they do on the terminal."""
    (path,) = (path for path in CASES if path.stem == "task_order")
    cases = read_cases(path)[-2 * TASK_PROGRAMS :: 2]
    results = visit.do(RUN_ALL, [program for _, program, _ in cases])
    for (_, program, expected), result in zip(cases, results, strict=True):
        assert compare(result, expected) == "", program


# -------------------------------------------------------------------------- models


def an_answer_that_streams(visit: Visit) -> None:
    models = visit.models
    visit.configure(KEY)
    models.halt_after = 2
    visit.start('(llm/stream "Tell me a story" {:max-tokens 200})')
    visit.wait_for_output("Hello from")
    assert "the server" not in visit.output()
    models.gate.set()
    visit.wait_for_output("Hello from the server.")
    visit.wait_for_state("ready")
    assert [post.headers["authorization"] for post in models.posts()] == [f"Bearer {KEY}"]


def a_key_that_stays_in_the_page(visit: Visit) -> None:
    visit.configure(KEY)
    echo = json.dumps({"error": {"message": f"wrong key: {KEY}"}}).encode()
    visit.models.raw.append(Raw([echo], 401, "application/json", {"x-echo": KEY}))
    result = visit.run('(try (llm/complete "hi") (catch e (str e)))')
    everything = (
        json.dumps(result) + visit.output() + visit.do("return JSON.stringify(playground.calls())")
    )
    assert "wrong key" in everything
    assert KEY not in everything
    assert len(visit.models.posts()) == 1


def stopping_a_stalled_answer(visit: Visit) -> None:
    visit.configure(KEY)
    visit.models.halt_after = 1
    assert visit.value("nil") is None  # nothing of an earlier answer stands there
    visit.start('(llm/stream "hi" {:max-tokens 9})')
    visit.wait_for_output("Hello")
    visit.press("stop")
    visit.wait_for_state("ready")
    assert "Hello" in visit.output()
    assert visit.value("(+ 1 2)") == "3"


def a_tool_that_the_model_calls(visit: Visit) -> None:
    visit.configure(KEY)
    call = {"index": 0, "id": "c", "function": {"name": "measure", "arguments": '{"what": "rope"}'}}
    asks = {"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    visit.models.raw.append(Raw([f"data: {json.dumps(asks)}\n\ndata: [DONE]\n\n".encode()]))
    value = visit.value(
        '(deftool measure "Measures." {:what {:type :string}} (fn (what) (str what " is 7 long")))'
        '(llm/chat [(message :user "How long is the rope?")] {:tools [measure]})'
    )
    assert value == '"Hello from the server."'
    first, second = visit.models.posts()
    assert first.json["tools"][0]["function"]["name"] == "measure"
    assert second.json["messages"][-1]["content"] == "rope is 7 long"


def the_demo_without_a_network(visit: Visit) -> None:
    value = visit.value('(llm/configure :demo {}) (llm/complete "Say hello")')
    assert value is not None
    assert "demo" in value


# -------------------------------------------------------------------------- files, and the wall


def files_in_and_out(visit: Visit) -> None:
    put = """
      const input = part("file-input");
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array(args[0])], "in.txt"));
      input.files = files.files;
      input.dispatchEvent(new Event("change", {bubbles: true}));
      await until(() => part("files").textContent.includes("in.txt"));
    """
    visit.do(put, list("Grüße".encode()))
    assert visit.value('(file/write "out.txt" (string/upper (file/read "in.txt")))') is None
    visit.wait("part('files').textContent.includes('out.txt')")
    assert bytes(visit.do("return [...playground.readFile('out.txt')]")).decode() == "GRÜSSE"


# What a program that took the worker over would try; `kept` is from before the worker's own wall.
ATTEMPTS = """{
  fetch: () => kept.fetch(url, {mode: "no-cors"}),
  "a file of the page": () => kept.fetch(page),
  request: () => new Promise((done, fail) => {
    const http = new kept.XMLHttpRequest();
    http.onload = done;
    http.onerror = fail;
    http.open("GET", url);
    http.send();
  }),
  "request that waits": async () => {
    const http = new kept.XMLHttpRequest();
    http.open("GET", page, false);
    http.send();
  },
  socket: () => new Promise((done, fail) => {
    const socket = new kept.WebSocket(url.replace("http", "ws"));
    socket.onopen = done;
    socket.onerror = fail;
  }),
  "script of this site": () => import(page + "service-worker.js"),
  "script in a blob": () => import(kept.createURL(new kept.Blob(["1"], {type: "text/javascript"}))),
  "text as a script": async () => kept.Function("return 1")(),
  "nested worker": () => new Promise((done, fail) => {
    const text = `fetch(${JSON.stringify(url)}, {mode: "no-cors"}).then(() => postMessage(1), () => postMessage(0))`;
    const nested = new kept.Worker(kept.createURL(new kept.Blob([text])));
    nested.onerror = fail;
    nested.onmessage = ({data}) => (data ? done() : fail());
  }),
}"""
NAMES = """
fetch XMLHttpRequest WebSocket EventSource WebTransport indexedDB caches BroadcastChannel Worker
SharedWorker importScripts postMessage cookieStore FileReaderSync RTCPeerConnection Blob
""".split()
# The worker's own script, in a frame like that of the interpreter, with a witness in front of it.
WITNESS = """
  const kept = { fetch: self.fetch, XMLHttpRequest, WebSocket, Worker: self.Worker, Function, Blob,
                 createURL: URL.createObjectURL.bind(URL), post: postMessage.bind(self) };
  const [url, page] = __ADDRESSES__;
  const before = Object.fromEntries(__NAMES__.map((name) => [name, globalThis[name]]));
  addEventListener("message", async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const late = () => new Promise((resolve, reject) => setTimeout(reject, 4000));
    const done = [];
    await Promise.all(Object.entries(__ATTEMPTS__).map(async ([name, attempt]) => {
      await Promise.race([attempt(), late()]).then(() => done.push(name), () => {});
    }));
    const left = __NAMES__.filter((name) => before[name] && globalThis[name] === before[name]);
    kept.post({done, left});
  }, {once: true});
"""
LOOK_INSIDE = """
  const [witness, script] = args;
  const room = document.querySelector("iframe").contentWindow;
  const text = await (await fetch(script)).text();
  const address = room.URL.createObjectURL(new room.Blob([witness, text], {type: "text/javascript"}));
  const worker = new room.Worker(room.trustedTypes?.defaultPolicy?.createScriptURL(address) ?? address, {type: "module"});
  const told = new Promise((resolve) => { worker.onmessage = ({data}) => resolve(data); });
  const {port1, port2} = new MessageChannel();
  worker.postMessage({type: "boot", tier: args[2], name: "witness", shared: null, wheels: {}}, [port2]);
  const found = await told;
  worker.terminate();
  return found;
"""


def the_wall_around_programs(visit: Visit) -> None:
    assert "cannot shut programs in" not in visit.output()
    addresses = json.dumps([f"{visit.models.url}/stolen", visit.url])
    witness = WITNESS.replace("__ADDRESSES__", addresses).replace("__NAMES__", json.dumps(NAMES))
    witness = witness.replace("__ATTEMPTS__", ATTEMPTS)
    (script,) = visit.host.folder.glob("assets/worker-*.js")
    found = visit.do(LOOK_INSIDE, witness, f"{visit.url}assets/{script.name}", visit.tier)
    assert found == {"done": [], "left": []}
    assert visit.models.received == []


# -------------------------------------------------------------------------- links


def a_program_from_a_link(visit: Visit) -> None:
    visit.configure(KEY)
    visit.do("playground.writeFile('mine.txt', 'mine')")
    code = f'(list (file/exists? "mine.txt") (:body (http/get "{visit.models.url}/gift")))'
    visit.do("location.hash = args[0]", link_to(code))
    visit.wait("playground.getCode() === args[0]", code)
    assert visit.models.received == []
    for answer in ("no", "once"):
        visit.press("run")
        visit.press(f"consent-{answer}")
        visit.wait_for_state("ready")
        if answer == "no":
            visit.wait_for_output("you did not allow")
            assert visit.models.received == []
    visit.wait_for_output('(#f "plain text")')
    assert [request.path for request in visit.models.received if request.method == "GET"] == [
        "/gift"
    ]
    visit.press("link-own")


def a_link_that_is_shared(visit: Visit) -> None:
    program = '(println "ünï 🦊")\n(+ 40 2)'
    visit.do("playground.setCode(args[0])", program)
    visit.press("share")
    visit.wait("part('share-url').value.includes('#v1=')")
    link = visit.do("return playground.share()")
    # What the address asks for goes along: the second interpreter, or that there is none.
    assert re.match(re.escape(visit.url) + r"(\?[\w=&]+)?#v1=", link)
    assert program_of(link) == program
    visit.do("document.querySelectorAll('dialog[open]').forEach((each) => each.close())")


# -------------------------------------------------------------------------- coming back


def wait_until_kept(visit: Visit) -> None:
    """Waits until the service worker keeps all that the page is made of."""
    script = (visit.host.folder / "service-worker.js").read_text(encoding="utf-8")
    (core,) = re.findall(r"core:\{(.*?)\}", script)
    count = """async () => {
      const names = await caches.keys();
      const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return kept.flat().length;
    }"""
    visit.do(f"return until(async () => (await ({count})()) >= args[0])", core.count(":"))


def coming_back_without_a_network(visit: Visit) -> None:
    """Program, output, files and settings are there after a reload, and the history holds the rest."""
    visit.configure("")
    visit.do("playground.setCode('; an older program\\n(older)'); playground.setCode('')")
    program = '(println "printed before") (file/read "note.txt")'
    visit.do("playground.writeFile('note.txt', 'still here')")
    visit.start(program)
    visit.wait_for_output('⇒ "still here"')
    wait_until_kept(visit)
    # What a run has printed is kept a second or two later (app/keeping-runs.js), and no sign says so.
    visit.do("return new Promise((resolve) => setTimeout(resolve, 4000))")
    visit.host.is_down = True
    try:
        visit.open()
        come_back(visit, program)
    finally:
        visit.host.is_down = False


def come_back(visit: Visit, program: str) -> None:
    assert visit.code() == program
    visit.wait_for_output("printed before")
    assert visit.value("(+ 40 2)") == "42"
    visit.press("run")
    visit.wait_for_output('⇒ "still here"')
    visit.press("settings")
    visit.wait("part('base-url').value.includes(args[0])", visit.models.url)
    visit.do("document.querySelectorAll('dialog[open]').forEach((each) => each.close())")
    visit.press("history")
    visit.wait("part('history-list').textContent.includes('an older program')")
    visit.do("document.querySelectorAll('dialog[open]').forEach((each) => each.close())")


# Those that any browser goes, whatever it lacks; `direct` is the tier in which nothing waits.
BASIC: tuple[Journey, ...] = (
    typing_and_running,
    an_error_with_its_place,
    stopping_a_program_that_computes,
    stopping_a_program_that_waits,
    files_in_and_out,
)
WAITING: tuple[Journey, ...] = (
    an_answer_that_streams,
    stopping_a_stalled_answer,
    a_tool_that_the_model_calls,
    a_key_that_stays_in_the_page,
)
ALL: tuple[Journey, ...] = (
    *BASIC,
    a_line_below_the_output,
    programs_with_tasks,
    *WAITING,
    the_demo_without_a_network,
    the_wall_around_programs,
    a_link_that_is_shared,
    a_program_from_a_link,
    coming_back_without_a_network,
)
