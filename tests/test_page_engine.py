"""The supervisor of the workers, with workers that lie (web/src/engine/engine.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

import pytest

from aimock import node
from page_scripts import run_script

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")

# A worker is an object here: `say` sends what it likes, `heard` is what the page sent to it. `obey`
# makes it run programs as ours does: the value of a program is its text.
START = """
const workers = [];
const heard = [];
const events = [];
let owner = VISITOR;
let isGood = true;
let gigabytes = 8;
globalThis.location = { search: "" };
Object.defineProperty(globalThis, "navigator", { value: { get deviceMemory() { return gigabytes; } } });
const files = { visitor: [["mine.txt", new Uint8Array(1)]] };

function createWorker(name) {
  const worker = { name, heard: [], isOver: false, onerror: null, terminate() { this.isOver = true; } };
  worker.postMessage = (boot, [port]) => {
    worker.boot = boot;
    worker.say = (message) => port.postMessage(message);
    port.onmessage = ({ data }) => {
      if (data.type !== "machine") worker.heard.push(data);
      if (data.type === "run" && worker.obeys) worker.end(data.id, data.code);
      if (data.type === "ping" && worker.obeys) worker.say({ type: "pong", id: data.id, memory: 7 });
    };
    worker.end = (id, value) => worker.say({
      type: "result", id, result: { value, output: [], error: null }, stopped: false,
    });
    worker.ready = () => worker.say({ type: "ready", tier: "suspend", isStrict: true, isLocked: false, isStoppable: false });
    worker.obeys = isGood;
    if (isGood) worker.ready();
  };
  workers.push(worker);
  return worker;
}

const engine = createEngine({
  supplies: {
    distrustImage: () => false,
    module: async () => null,
    source: async () => ({ stdlib: new ArrayBuffer(1), language: new ArrayBuffer(1) }),
    packages: () => ["pypdf"],
    wheel: async (name) => (name === "pypdf" ? new ArrayBuffer(300_000) : null),
  },
  openEnclosure: async (isPlain) => { events.push(isPlain ? "plain" : "frame"); return { createWorker }; },
  wait: "", tier: "suspend", letterbox: null,
  describeSettings: () => ({ default: null, providers: {} }),
  nextOwner: () => owner,
  listFiles: (whose) => files[whose] ?? [],
  onAsk: async (request) => { events.push(`asked ${request.operation}`); return { header: {} }; },
  onTell: () => events.push("told"),
  onMessage: ({ type, name }, whose) => events.push([type, name, whose].filter(Boolean).join(" ")),
  onTrouble: (trouble, details, isOver) => events.push(`trouble ${trouble}${isOver ? " over" : ""}`),
  onStop: () => {},
  onState: () => {},
});
// Messages come between timers: several turns are enough, however busy the machine is.
const settle = async () => { for (let turn = 0; turn < 6; turn++) await pause(5); };
const seen = () => events.filter((each) => !/^(frame|ready)/.test(each));
const run = (code, whose = VISITOR) => engine.run(code, { fresh: true, owner: whose });
await settle();
"""
IMPORTS = {"engine/engine.js": "createEngine, VISITOR"}


def lived(body: str) -> list[Any]:
    """Runs statements that call `tell`, with an engine whose first worker has started."""
    return run_script(IMPORTS, START + body)


def test_programs_run_one_after_another() -> None:
    told = lived("""
        const both = await Promise.all([run("1"), run("2")]);
        tell(both.map(({ result }) => result.value));
        tell(workers.length);
    """)
    assert told == [["1", "2"], 1]


def test_a_result_that_nobody_asked_for_is_none() -> None:
    told = lived("""
        workers[0].obeys = false;
        workers[0].end(1, "early");
        await settle();
        let outcome = null;
        run("x").then((found) => { outcome = found; });
        await settle();
        workers[0].end(99, "other");
        await settle();
        tell(outcome);
        workers[0].end(1, "right");
        workers[0].end(1, "twice");
        await settle();
        tell(outcome.result.value);
        const next = run("y");
        await settle();
        workers[0].end(2, "second");
        tell((await next).result.value);
    """)
    assert told == [None, "right", "second"]


def test_a_worker_without_a_program_is_not_listened_to() -> None:
    told = lived("""
        const [worker] = workers;
        worker.say({ type: "write", parts: [["out", "a"]] });
        worker.say({ type: "file", name: "a", bytes: new Uint8Array(1) });
        worker.say({ type: "forget", name: "mine.txt" });
        worker.say({ type: "ask", id: 1, request: { operation: "drain" } });
        worker.say({ type: "tell", request: { operation: "abort", handle: 1 } });
        worker.say({ type: "record", events: [{ type: "call-start", id: 1 }] });
        worker.say({ type: "phase", phase: "python" });
        worker.say({ type: "documentation", entries: [] });
        await settle();
        tell(seen());
        tell(worker.isOver);
    """)
    assert told == [[], False]


@pytest.mark.parametrize(
    ("message", "trouble"),
    [
        (
            "{ type: 'ready', tier: 'suspend', isStrict: true, isLocked: false, isStoppable: false }",
            "nonsense",
        ),
        ("{ type: 'boot' }", "nonsense"),
        ("5", "nonsense"),
        ("{ type: 'write', parts: 5 }", "nonsense"),
    ],
)
def test_nonsense_ends_the_worker_and_the_next_program_gets_another(
    message: str, trouble: str
) -> None:
    told = lived(f"""
        workers[0].obeys = false;
        const ended = run("x");
        await settle();
        workers[0].say({message});
        workers[0].end(1, "forged");
        const {{ result, lost }} = await ended;
        tell([result, lost, workers[0].isOver, seen()]);
        tell((await run("y")).result.value);
        workers[0].end(2, "from the dead");
        await settle();
        tell(workers.length);
    """)
    assert told == [[None, True, True, [f"trouble {trouble}"]], "y", 2]


def test_a_question_is_answered_once_and_old_numbers_are_nonsense() -> None:
    told = lived("""
        workers[0].obeys = false;
        run("x");
        await settle();
        const ask = (id) => workers[0].say({ type: "ask", id, request: { operation: "drain" } });
        ask(1);
        ask(2);
        await settle();
        tell(workers[0].heard.filter(({ type }) => type === "reply").map(({ id }) => id));
        ask(2);
        await settle();
        tell(workers[0].isOver);
    """)
    assert told == [[1, 2], True]


def test_documentation_counts_if_it_was_asked_of_a_worker_of_the_visitor() -> None:
    told = lived("""
        const say = (worker) => worker.say({ type: "documentation", entries: [] });
        say(workers[0]);
        await settle();
        tell(seen());
        owner = "link 1";
        await run("theirs", "link 1");
        engine.askDocumentation();
        say(workers.at(-1));
        await settle();
        tell(seen());
        tell(workers.at(-1).heard.some(({ type }) => type === "documentation"));
        await run("mine");
        await settle();
        say(workers.at(-1));
        say(workers.at(-1));
        await settle();
        tell(seen());
    """)
    assert told == [[], [], False, ["documentation visitor"]]


def test_every_owner_has_a_worker_of_its_own_and_sees_its_own_files() -> None:
    told = lived("""
        files["link 1"] = [["theirs.txt", new Uint8Array(1)]];
        const names = () => workers.map(({ heard }) =>
          heard.filter(({ type }) => type === "file").map(({ name }) => name).join());
        await run("a");
        await run("b");
        tell(names());
        owner = "link 1";
        await run("c", "link 1");
        await run("d", "link 1");
        await engine.run("line", { fresh: false });
        tell(names());
        await run("e", "link 2");
        owner = VISITOR;
        await run("f");
        tell(names());
        tell(workers.map(({ heard }) =>
          heard.filter(({ type }) => type === "run").map(({ code }) => code).join(" ")));
        tell(workers.map(({ isOver }) => isOver));
    """)
    assert told == [
        ["mine.txt"],
        ["mine.txt", "theirs.txt"],
        ["mine.txt", "theirs.txt", "", "mine.txt"],
        ["a b", "c d line", "e", "f"],
        [True, True, True, False],
    ]


def test_a_page_that_opens_with_a_link_hands_no_file_over() -> None:
    program = START.replace("let owner = VISITOR", 'let owner = "link 1"')
    told = run_script(
        IMPORTS,
        program
        + """
        await run("theirs", "link 1");
        engine.writeFile("late.txt", new Uint8Array(1));
        await settle();
        tell(workers.map(({ heard }) => heard.map(({ type }) => type)));
        engine.writeFile("given.txt", new Uint8Array(1), "link 1");
        await settle();
        tell(workers[0].heard.at(-1).name);
        """,
    )
    assert told == [[["run"]], "given.txt"]


def test_files_and_texts_carry_the_name_of_the_owner() -> None:
    told = lived("""
        owner = "link 1";
        const ended = run("theirs", "link 1");
        await settle();
        tell(seen());
        workers.at(-1).obeys = false;
        run("again", "link 1");
        await settle();
        workers.at(-1).say({ type: "file", name: "a", bytes: new Uint8Array(1) });
        workers.at(-1).say({ type: "forget", name: "b" });
        await settle();
        tell(seen());
    """)
    assert told == [[], ["file a link 1", "forget b link 1"]]


def test_stop_ends_a_worker_that_does_not_listen_within_a_second() -> None:
    told = lived("""
        workers[0].obeys = false;
        const ended = run("x");
        await settle();
        const before = performance.now();
        engine.stop();
        tell(await ended);
        tell(performance.now() - before < 1000);
        tell(workers[0].isOver);
        tell((await run("y")).result.value);
    """)
    assert told == [{"result": None, "stopped": True, "lost": True}, True, True, "y"]


# A program that never ends is sent to the worker at work, and stopped.
STOPPED = """
async function stopped(code) {
  workers.filter(({ isOver }) => !isOver)[0].obeys = false;
  const ended = run(code);
  await settle();
  engine.stop();
  const { lost } = await ended;
  await settle();
  return [lost, workers.filter(({ isOver }) => isOver).length, workers.length];
}
"""


def test_a_standby_begins_with_stop_and_is_there_for_the_next_one_at_once() -> None:
    told = lived(
        STOPPED
        + """
        tell(await stopped("a"));
        tell(await stopped("b"));
        tell(await stopped("c"));
        tell((await run("d")).result.value);
        const { code } = workers[3].heard.find(({ type }) => type === "run");
        tell([workers.length, code]);
        """
    )
    # Each time the next worker was there before, and another one has been started behind it.
    assert told == [[True, 1, 3], [True, 2, 4], [True, 3, 5], "d", [5, "d"]]


def test_a_program_that_ends_by_itself_when_stopped_keeps_its_worker() -> None:
    told = lived("""
        workers[0].obeys = false;
        const ended = run("x");
        await settle();
        engine.stop(); // it has 80 ms, which a busy machine may let pass before the next turn
        workers[0].say({ type: "result", id: 1, result: null, stopped: true });
        tell(await ended);
        workers[0].obeys = true;
        tell((await run("y")).result.value);
        tell(workers.map(({ isOver }) => isOver));
    """)
    assert [told[0]["stopped"], told[0]["lost"], *told[1:]] == [True, False, "y", [False, False]]


def test_a_device_with_little_memory_has_one_interpreter() -> None:
    told = lived(
        STOPPED
        + """
        gigabytes = 2;
        tell(await stopped("a"));
        tell(await stopped("b"));
        tell((await run("c")).result.value);
        """
    )
    assert told == [[True, 1, 2], [True, 2, 3], "c"]


def test_an_address_may_ask_for_one_interpreter() -> None:
    told = lived(
        STOPPED
        + """
        location.search = "?theme=dark&interpreters=1";
        tell(await stopped("a"));
        location.search = "?interpreters=2";
        tell(await stopped("b"));
        """
    )
    # The second time one more was begun than was ended.
    assert told == [[True, 1, 2], [True, 2, 4]]


def test_a_flood_ends_the_worker() -> None:
    told = lived("""
        workers[0].obeys = false;
        const ended = run("x");
        await settle();
        for (let n = 0; n < 100_000; n++) workers[0].say({ type: "alive", seconds: 0 });
        tell((await ended).lost);
        tell(seen());
        tell((await run("y")).result.value);
    """)
    assert told == [True, ["trouble flood"], "y"]


def test_text_that_is_never_waited_for_is_a_flood() -> None:
    told = lived("""
        workers[0].obeys = false;
        const ended = run("x");
        await settle();
        const parts = [["out", "x".repeat(7_000_000)]];
        for (let n = 0; n < 12; n++) workers[0].say({ type: "write", parts });
        tell((await ended).lost);
        tell(seen().at(-1));
    """)
    assert told == [True, "trouble flood"]


def test_a_start_that_fails_is_over_until_the_visitor_starts_anew() -> None:
    told = lived("""
        isGood = false;
        engine.restart();
        await settle();
        workers.at(-1).say({ type: "fault", message: "no Python" });
        await settle();
        const waits = run("x");
        tell(seen());
        isGood = true;
        engine.restart();
        tell((await waits).result.value);
    """)
    assert told == [["trouble start over"], "x"]


def test_where_no_worker_starts_from_a_frame_one_starts_without() -> None:
    told = lived("""
        isGood = false;
        engine.restart();
        await settle();
        isGood = true;
        workers.at(-1).onerror({ message: "", preventDefault() {} });
        await settle();
        tell(events.filter((each) => /frame|plain|trouble/.test(each)));
        tell((await run("x")).result.value);
    """)
    assert told == [["frame", "plain"], "x"]


def test_workers_that_die_one_after_another_are_not_started_for_ever() -> None:
    told = lived("""
        for (let n = 0; n < 10; n++) {
          workers.at(-1).onerror({ message: "out of memory", preventDefault() {} });
          await settle();
        }
        tell(workers.length);
        tell(seen());
    """)
    assert told == [4, [*["trouble died"] * 3, "trouble died over"]]


def test_wheels_go_over_in_pieces_and_only_those_that_are_there() -> None:
    told = lived("""
        workers[0].obeys = false;
        run("x");
        await settle();
        let id = 0;
        const ask = (name, at) =>
          workers[0].say({ type: "ask", id: ++id, request: { operation: "wheel", package: name, at } });
        ask("pypdf", 0);
        ask("pypdf", 262_144);
        ask("../secret", 0);
        ask("constructor", 0);
        await settle();
        const replies = workers[0].heard.filter(({ type }) => type === "reply");
        tell(replies.map(({ header, body }) => [header, body?.length ?? null]));
    """)
    assert told == [
        [
            [{"size": 300_000}, 262_144],
            [{"size": 300_000}, 37_856],
            [{"missing": True}, None],
            [{"missing": True}, None],
        ]
    ]
