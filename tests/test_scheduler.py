"""Tasks: the order of events, waiting, failing, cancelling, and what other tasks do meanwhile.

The orders of events were compared with the peer's.
"""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.hosts.terminal import TerminalHost
from lispcore.hosts.terminal_tasks import GreenletSwitcher
from lispcore.tasks.switching import Nested
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value


class NestedHost(FakeHost):
    """A host whose stacks cannot be switched, as in some browsers."""

    def switcher(self) -> Any:
        return Nested()


def run(program: str, host: Any = None) -> dict[str, Any]:
    return Interpreter(host or FakeHost()).run(program)


def value(program: str, host: Any = None) -> str:
    return print_value(Interpreter(host or FakeHost()).eval(program))


def output(program: str) -> list[str]:
    result = run(program)
    assert result["error"] is None, result["error"]
    lines: list[str] = result["output"]
    return lines


def failure(program: str, host: Any = None) -> LispError:
    with pytest.raises(LispError) as caught:
        value(program, host)
    return caught.value


# --- order -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "lines"),
    [
        # What is not awaited runs when the program has ended.
        ('(async (println "later")) (println "now")', ["now", "later"]),
        # A spawn gives those that were ready before it a turn.
        (
            '(async (println "one")) (println "two") (async (println "three")) (println "four")',
            ["two", "one", "four", "three"],
        ),
        (
            '(define a (async (println "a"))) (define b (async (println "b"))) (await a)'
            '(println "x") (await b)',
            ["a", "b", "x"],
        ),
        (
            '(define a (async (println "a") (async/sleep 10) (println "a2")))'
            '(define b (async (println "b") (async/sleep 5) (println "b2") 3))'
            '(println "top") (await b) (println "x") (async/run) (println "end")',
            ["a", "top", "b", "b2", "x", "a2", "end"],
        ),
        # Who waited longest is woken first.
        (
            "(define c (channel/new 1))"
            "(define (w n) (async (let ((v (channel/recv c))) (println n v))))"
            "(define a (w :a)) (define b (w :b))"
            '(define p (async (channel/send c 1) (println "s1") (channel/send c 2) (println "s2")'
            '  (channel/send c 3) (println "s3") (channel/recv c)))'
            "(await p) (await a) (await b)",
            ["s1", "s2", "s3", ":a 1", ":b 2"],
        ),
        (
            "(define c (channel/new 1))"
            "(async (dotimes (i 5) (channel/send c i) (println i)))"
            "(println (list (channel/recv c) (channel/recv c) (channel/recv c)))",
            ["0", "1", "(0 1 2)", "2", "3"],
        ),
        # Waiting for what has happened already gives others a turn, too.
        (
            '(define x (async (println "x1"))) (define a (async (println "a1") (await x)'
            '(println "a2"))) (define b (async (println "b1") (await a) (println "b2")))'
            "(async/all (list b a)) nil",
            ["x1", "a1", "b1", "a2", "b2"],
        ),
        (
            "(define (f n) (async (dotimes (i 2) (println n i) (async/sleep 1))))"
            "(async/all (list (f :a) (f :b)))",
            [":a 0", ":b 0", ":a 1", ":b 1"],
        ),
        # In a pool of one place, one after the other.
        (
            "(parallel (list (fn () (println 1) (async/sleep 5) (println 2))"
            " (fn () (println 3) (println 4))) 1)",
            ["1", "2", "3", "4"],
        ),
        # Time is the scheduler's: an early deadline comes first, however late it was set.
        (
            "(async (async/sleep 300) (println 300)) (async (async/sleep 100) (println 100))"
            "(async (async/sleep 200) (println 200)) (async/run)",
            ["100", "200", "300"],
        ),
    ],
)
def test_the_order_of_events(program: str, lines: list[str]) -> None:
    assert output(program) == lines


def test_a_program_does_not_wait_for_tasks_that_sleep() -> None:
    host = FakeHost()
    assert run("(async (async/sleep 5000)) :done", host)["value"] == ":done"
    assert host.slept == []


def test_sleeping_tasks_sleep_together() -> None:
    host = FakeHost()
    value("(async/all (map (fn (i) (async (async/sleep 100))) (range 10)))", host)
    assert sum(host.slept) == pytest.approx(0.1)


def test_the_next_run_of_a_session_goes_on_with_tasks_left() -> None:
    interpreter = Interpreter(FakeHost())  # type: ignore[arg-type]
    interpreter.eval("(define p (async (async/sleep 10) 7))")
    assert interpreter.eval("(await p)") == 7


# --- values and failures -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("(async/all (list (async 1) (async (await (async 2)))))", "(1 2)"),
        ("(await 5)", "5"),
        ("(let ((p (async (+ 1 2)))) (list (await p) (await p)))", "(3 3)"),
        ("(async/pool-map (fn (i) (* i i)) (range 20) 3)",
         "(0 1 4 9 16 25 36 49 64 81 100 121 144 169 196 225 256 289 324 361)"),
        ("(async/pool-map abs '() 3)", "()"),
        ("(parallel [(fn () 1) (fn () (error \"x\")) (fn () 3)])", "(1 nil 3)"),
        ("(pipeline [0 1 2] (fn (i) (if (= i 1) (throw 5) i)) (fn (x) (* x 10)))", "(0 nil 20)"),
        ("(pipeline-settled '(1 2) (fn (i) (* i i)))", "({:ok 1} {:ok 4})"),
        ("(let ((r (parallel-settled (list (fn () (throw 5)))))) (:value (:err (car r))))", "5"),
        ("(settled-partition (list {:ok 1} {:err 2} {:ok 3}))", "{:err (2) :ok (1 3)}"),
        ("(try (await (async (throw 5))) (catch e (list (:type e) (:value e))))", "(:user 5)"),
        ("(let ((p (async (throw 5)))) (async/run) (list (async/rejected? p) (async/resolved? p)"
         " (async/pending? p) (async/cancelled? p)))", "(#t #f #f #f)"),
        # A function that ends in a call of an unknown function.
        ("(define (go f n) (f n)) (await (async (go (fn (n) (go abs n)) -5)))", "5"),
        ("(await (async (let loop ((i 0)) (if (= i 100000) i (loop (+ i 1))))))", "100000"),
        # Deep recursion inside a task.
        ("(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1))))) (await (async (deep 20000)))",
         "20000"),
        # Parameters belong to the task that binds them.
        ("(define x (make-parameter 1))"
         "(define (f n) (async (parameterize ((x n)) (async/sleep 1) (x))))"
         "(list (async/all (list (f 2) (f 3))) (x))", "((2 3) 1)"),
    ],
)  # fmt: skip
def test_values(program: str, printed: str) -> None:
    assert value(program) == printed


def test_the_first_failure_is_reported_at_once() -> None:
    host = FakeHost()
    program = '(async/all (list (async (async/sleep 9000)) (async (error "bad"))))'
    assert failure(program, host).message == "bad"
    assert host.slept == []


def test_siblings_of_a_failed_task_are_cancelled() -> None:
    program = (
        "(define log (channel/new 9))"
        "(define (work i) (try (async/sleep (* i 10)) (catch e (channel/send log (:reason e))"
        ' (throw e))) (if (= i 1) (error "one") i))'
        "(define message (try (async/map work '(1 2 3)) (catch e (:message e))))"
        "(async/run) (list message (channel/try-recv log) (channel/try-recv log))"
    )
    assert value(program) == '("one" :sibling-failed :sibling-failed)'


def test_an_error_in_a_task_shows_where_it_happened() -> None:
    error = failure('(define (f x)\n  (+ x "a"))\n(await (async (f 1)))')
    assert (error.line, error.column) == (2, 3)
    assert error.stack[0].name == "f"


def test_retrying() -> None:
    host = FakeHost()
    program = (
        "(define n 0) (define seen '())"
        "(define result (with-retry {:max 4 :base-ms 100 :factor 3"
        " :on (fn (e k) (set! seen (cons (list (:value e) k) seen)))}"
        " (fn () (set! n (+ n 1)) (if (< n 4) (throw n) :done)))) (list result (reverse seen))"
    )
    assert value(program, host) == "(:done ((1 1) (2 2) (3 3)))"
    assert host.slept == pytest.approx([0.1, 0.3, 0.9])
    assert failure("(with-retry {:max 2 :base-ms 0} (fn () (throw :no)))").value is not None


# --- cancelling and time limits ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("(let ((p (async (async/sleep 100)))) (list (async/cancel p) (async/cancel p)"
         " (async/cancelled? p) (async/rejected? p)))", "(#t #f #t #f)"),
        ("(let ((p (async 1))) (await p) (async/cancel p))", "#f"),
        # Before its first turn a task does nothing at all.
        ("(let ((p (async (error \"ran\")))) (async/cancel p) (async/run) (try (await p) (catch e"
         " (list (:type e) (:reason e)))))", "(:cancelled :explicit)"),
        # Where it waits it receives an error that it can answer.
        ("(define c (channel/new 9)) (define p (async (try (channel/recv (channel/new)) (catch e"
         " (channel/send c (:type e))) (finally (channel/send c :cleanup)))))"
         " (async (async/cancel p)) (async/run) (list (channel/recv c) (channel/recv c))",
         "(:cancelled :cleanup)"),
        # A cancelled receiver takes nothing.
        ("(define c (channel/new 1)) (define a (async (channel/recv c)))"
         " (define b (async (channel/recv c))) (async/run) (async/cancel a) (channel/send c 5)"
         " (await b)", "5"),
        # A cancelled sender sends nothing.
        ("(define c (channel/new 1)) (define a (async (channel/send c 1) (channel/send c 2)))"
         " (define b (async (channel/send c 3))) (async/run) (async/cancel a)"
         " (list (channel/recv c) (channel/recv c))", "(1 3)"),
        ("(async/race-owned (list (fn () (async/sleep 9) 1) (fn () (async/sleep 3) 2)))", "2"),
        ("(async/timeout 0 (async 5))", "5"),
        ("(let ((p (async (async/sleep 50) :late))) (list (try (async/timeout 10 p) (catch e"
         " (list (:type e) (:duration-ms e)))) (await p)))", "((:timeout 10) :late)"),
        ("(try (async/with-timeout 20 (fn () (async/sleep 1000))) (catch e (:type e)))",
         ":timeout"),
        ("(async/with-timeout 1000 (fn () (async/sleep 1) 42))", "42"),
    ],
)  # fmt: skip
def test_cancelling(program: str, printed: str) -> None:
    assert value(program) == printed


def test_a_timed_out_task_leaves_no_trace() -> None:
    program = (
        "(define n 0)"
        "(try (async/with-timeout 10 (fn () (async/sleep 50) (set! n 1))) (catch e nil))"
        "(async/sleep 200) n"
    )
    assert value(program) == "0"


# --- deadlock ----------------------------------------------------------------------------------


def test_a_deadlock_says_who_waits_for_what() -> None:
    error = failure(
        "(define c (channel/new 1))\n"
        "(define a\n"
        "  (async (channel/recv c)))\n"
        "(define b (async (channel/send c 1) (await a) (channel/recv c)))\n"
        "(await (async (await b)))"
    )
    assert error.kind == "deadlock"
    assert error.message == (
        "deadlock: nothing can go on: the program waits for task 3 (line 5); "
        "task 2 (line 4) waits to receive from channel 1, which is empty; "
        "task 3 (line 5) waits for task 2 (line 4)"
    )
    assert error.line == 5


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(channel/recv (channel/new))", "the program waits to receive from channel 1"),
        (
            "(let ((c (channel/new))) (channel/send c 1) (channel/send c 2))",
            "the program waits to send to channel 1, which is full",
        ),
        (
            "(define p nil) (set! p (async (await p))) (await p)",
            "a task waits for itself",
        ),
        ("(async/all (list (async (channel/recv (channel/new)))))", "waits for 1 of 1 tasks"),
    ],
)
def test_other_deadlocks(program: str, message: str) -> None:
    error = failure(program)
    assert error.kind == "deadlock"
    assert message in error.message


def test_a_deadlock_can_be_caught_and_the_session_goes_on() -> None:
    interpreter = Interpreter(FakeHost())  # type: ignore[arg-type]
    program = "(define c (channel/new)) (try (channel/recv c) (catch e (:type e)))"
    assert print_value(interpreter.eval(program)) == ":deadlock"
    assert interpreter.eval("(async (channel/send c 5)) (channel/recv c)") == 5


def test_running_all_leaves_those_that_nobody_will_wake() -> None:
    assert value("(async (channel/recv (channel/new))) (async/run) 5") == "5"


# --- many --------------------------------------------------------------------------------------


def test_ten_thousand_tasks() -> None:
    program = (
        "(let ((c (channel/new 1)))"
        " (define waiting (map (fn (i) (async (channel/recv c))) (range 10000)))"
        " (async (for-each (fn (i) (channel/send c i)) (range 10000)))"
        " (apply + (async/all waiting)))"
    )
    assert value(program) == str(sum(range(10000)))


def test_a_chain_of_tasks_is_no_chain_of_objects() -> None:
    program = (
        "(define (chain n) (if (= n 0) (async 0) (let ((p (chain (- n 1)))) (async (+ 1 (await p))))))"
        "(await (chain 5000))"
    )
    assert value(program) == "5000"


# --- the world outside -------------------------------------------------------------------------


class _Slow(http.server.BaseHTTPRequestHandler):
    """Answers a request once `together` of them have arrived."""

    barrier: threading.Barrier

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/never"):
            time.sleep(5.0)
        else:
            self.barrier.wait(10)
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[str]:
    """A server that answers three requests only when all three are there."""
    handler = type("Handler", (_Slow,), {"barrier": threading.Barrier(3)})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_requests_of_tasks_are_under_way_at_once(server: str) -> None:
    program = f'(async/map (fn (i) (:body (http/get (str "{server}/" i)))) (list 1 2 3))'
    assert value(program, TerminalHost({})) == '("/1" "/2" "/3")'


def test_others_go_on_while_a_task_waits_for_a_server(server: str) -> None:
    program = (
        f'(define answers (map (fn (i) (async (:body (http/get (str "{server}/" i))))) (list 1 2)))'
        "(define n 0)"
        "(define clock (async (dotimes (i 5) (async/sleep 2) (set! n (+ n 1)))"
        f'  (list n (:body (http/get "{server}/3")))))'
        "(list (await clock) (async/all answers))"
    )
    assert value(program, TerminalHost({})) == '((5 "/3") ("/1" "/2"))'


def test_a_request_that_takes_too_long_is_given_up(server: str) -> None:
    host = TerminalHost({})
    start = time.monotonic()
    program = (
        f'(try (async/with-timeout 30 (fn () (http/get "{server}/never"))) (catch e (:type e)))'
    )
    assert value(program, host) == ":timeout"
    assert time.monotonic() - start < 4


def test_a_failing_request_fails_its_task_only() -> None:
    program = '(parallel (list (fn () (:body (http/get "http://127.0.0.1:9/"))) (fn () (async/sleep 1) 2)))'
    assert value(program, TerminalHost({})) == "(nil 2)"


# --- Stop --------------------------------------------------------------------------------------


def test_stop_ends_everything() -> None:
    host = TerminalHost({})
    interpreter = Interpreter(host)
    threading.Timer(0.1, host.stop).start()
    program = (
        "(define cleaned #f)"
        "(define p (async (try (async/sleep 60000) (catch e 1) (finally (set! cleaned #t))))) (await p)"
    )
    with pytest.raises(Stopped):
        interpreter.eval(program)
    assert print_value(interpreter.eval("cleaned")) == "#t"
    assert interpreter.eval("(await (async (+ 1 2)))") == 3


def test_stop_reaches_tasks_that_take_turns() -> None:
    host = TerminalHost({})
    interpreter = Interpreter(host)
    threading.Timer(0.1, host.stop).start()
    with pytest.raises(Stopped):
        interpreter.eval(
            "(define c (channel/new)) (async (while #t (channel/send c 1)))"
            "(await (async (while #t (channel/recv c))))"
        )


def test_closing_a_session_lets_its_tasks_clean_up() -> None:
    host = FakeHost()
    interpreter = Interpreter(host)  # type: ignore[arg-type]
    interpreter.eval(
        "(define c (channel/new))"
        "(define (work n) (async (try (channel/recv c)"
        "  (catch e (println :not-caught))"
        "  (finally (println n) (async/sleep 9) (println :not-reached)))))"
        "(work 1) (work 2) (async (async/sleep 5000) (println :late)) (async (println 0))"
    )
    interpreter.close()
    assert "".join(text for _, text in host.written) == "0\n1\n2\n"
    assert host.slept == []


# --- where stacks cannot be switched -----------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("(async/map (fn (i) (async/sleep 1) (* i i)) '(1 2 3))", "(1 4 9)"),
        ("(await (async (await (async (+ 1 2)))))", "3"),
        ("(let ((c (channel/new 9))) (async (channel/send c 1)) (channel/recv c))", "1"),
        ("(let ((c (channel/new 1))) (define p (async (channel/recv c))) (async (channel/send c 4))"
         " (await p))", "4"),
        ("(parallel (list (fn () 1) (fn () (throw 5))))", "(1 nil)"),
        ("(with-retry {:base-ms 1} (fn () 5))", "5"),
    ],
)  # fmt: skip
def test_tasks_run_through_where_stacks_cannot_be_switched(program: str, printed: str) -> None:
    assert value(program, NestedHost()) == printed


# Calls a function where the compiler does not see whether it waits.
HIDDEN = "(define (hidden f) (f))"


def test_tasks_take_turns_there_where_the_compiler_sees_them_wait() -> None:
    program = (
        "(let ((c (channel/new 1))) (async (dotimes (i 3) (channel/send c i)))"
        " (list (channel/recv c) (channel/recv c) (channel/recv c)))"
    )
    assert value(program) == value(program, NestedHost()) == "(0 1 2)"


@pytest.mark.parametrize("first", ["nil", "(channel/send d 0)"])
def test_and_where_it_does_not(first: str) -> None:
    program = (
        f"{HIDDEN} (let ((c (channel/new 1)) (d (channel/new 1)))"
        f" (async {first} (dotimes (i 3) (hidden (fn () (channel/send c i)))))"
        " (list (channel/recv c) (channel/recv c) (channel/recv c)))"
    )
    assert value(program) == value(program, NestedHost()) == "(0 1 2)"


def test_any_number_of_tasks_may_wait_for_one_another_there() -> None:
    program = "(define (f n) (await (async (if (= n 0) 0 (+ 1 (f (- n 1))))))) (f 500)"
    assert value(program, NestedHost()) == "500"
    unseen = HIDDEN + program.replace("(f (- n 1))", "(hidden (fn () (f (- n 1))))")
    assert value(unseen, NestedHost()) == value(unseen) == "500"


# --- the greenlets themselves ------------------------------------------------------------------


def test_switching_stacks() -> None:
    switcher = GreenletSwitcher()
    log: list[int] = []

    def body() -> None:
        log.append(1)
        switcher.suspend()
        log.append(3)

    stack = switcher.start(body)
    log.append(2)
    switcher.resume(stack)
    log.append(4)
    assert log == [1, 2, 3, 4]


def test_work_outside() -> None:
    switcher = GreenletSwitcher()
    results: list[Any] = []
    done: list[str] = []

    def body() -> None:
        try:
            results.append(switcher.outside(lambda: 1 // 0, lambda: done.append("first")))
        except ZeroDivisionError:
            results.append("failed")
        results.append(switcher.outside(lambda: 7, lambda: done.append("second")))

    stack = switcher.start(body)
    assert switcher.wait(5)
    switcher.resume(stack)
    assert switcher.wait(5)
    switcher.resume(stack)
    assert not switcher.wait(0)
    assert (results, done) == (["failed", 7], ["first", "second"])
