"""What is said of a program without running it: words of run time, places, no false alarm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from language_texts import programs
from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost
from lispcore.library.registry import ENTRIES, OPTIONS_OF
from lispcore.services.diagnosing import Diagnostic, diagnose

# Two cases fail in a task, and catch that where they wait for it: the mistake is a real one.
WRONG_ON_PURPOSE = {
    "Unbound variable: with-budget",
    "Unbound variable: call/cc",
}


def said(text: str) -> list[str]:
    return [f"{each.line}:{each.column} {each.message}" for each in diagnose(text)]


def test_nothing_is_said_of_programs_that_run() -> None:
    wrong = [
        f"{program.where}: {each.line}:{each.column} {each.message}"
        for program in programs()
        if not program.fails
        for each in diagnose(program.text)
        if each.severity == "error" and each.message not in WRONG_ON_PURPOSE
    ]
    assert wrong == []


# Each is found without running it, and says just what running it says.
MISTAKES = [
    "(prntln 1)",
    "(define (f x) (+ x y)) (f 1)",
    "(define (f x) x) (f 1 2)",
    "(define (f x & more) x) (f)",
    "(define f (fn () 1)) (f 1)",
    "(defn f ([a] a) ([a b] b)) (f)",
    "(let ((g (lambda (a b) a))) (g 1))",
    "(let loop ((i 0)) (loop i 1))",
    "(define (outer) (define (inner a) a) (inner)) (outer)",
    "(car)",
    '(string/upper "a" "b" "c")',
    "(if)",
    "(let ((x)) x)",
    "(define)",
    "(map if '(1))",
    "(doseq [x [1 2]] (println x))",
    "(set! nothing 1)",
    "x = 5",
    "(foo bar",
    "(foo]",
    '(car "ab',
    '(println f"${}")',
    "(quote)",
    '(llm/complete "x" {:modle "a"})',
    '(string/concat "a" "b")',
    "(define-syntax twice (syntax-rules () ((_ a) (list a a)))) (twice nothing)",
]


@pytest.mark.parametrize("text", MISTAKES)
def test_the_words_are_those_of_run_time(text: str) -> None:
    error = Interpreter(SilentHost(TerminalHost())).run(text)["error"]
    first = diagnose(text)[0]
    assert error is not None
    assert (first.message, first.hint) == (error["message"], error["hint"])
    assert first.line == error["line"]
    assert first.severity == "error"


# For each function with options a call whose other arguments are right.
CALLS = {
    "llm/complete": '"x" %s', "llm/chat": "(list (message :user \"x\")) %s",
    "llm/send": '(prompt (user "x")) %s', "llm/stream": '"x" (fn (t) nil) %s',
    "llm/cache-key": '"x" %s', "llm/with-cache": "%s (fn () 1)", "llm/batch": '["x"] %s',
    "llm/pmap": '(fn (x) "q") [1] %s', "agent/run": '(defagent a {:system "s"}) "x" %s',
    "csv/parse": '"a" %s', "csv/parse-maps": '"a" %s', "csv/encode": "[] %s",
    "markdown/to-html": '"a" %s', "eval/run": "%s", "pio/assemble": "(list) %s",
    "defagent": "a %s", "llm/configure": ":openai %s", "llm/define-provider": ":p %s",
    "llm/with-budget": "%s (fn () 1)", "llm/with-cassette": '"a.jsonl" %s (fn () 1)',
    "llm/cassette-load": '"a.jsonl" %s', "tool": "(begin (defn f [a] a) f) %s",
    "memory/open": "%s", "llm/classify": '[:a :b] "x" %s', "llm/compare": '"x" "y" %s',
    "llm/summarize": '"x" %s', "llm/extract": '{:a :string} "x" %s',
    "llm/extract-from-image": '{:a :string} "a.png" %s', "llm/configure-embeddings": ":openai %s",
    "llm/embed": '"x" %s', "llm/rerank": '"x" ["y"] %s', "llm/each-row": "[1] (fn (x) x) %s",
    "vector-store/search": '"s" (embedding/list->embedding [1.0]) 1 %s',
    "with-retry": "%s (fn () 1)", "retry": "(fn () 1) %s", "http/get": '"https://a.example" %s',
    "http/delete": '"https://a.example" %s', "http/post": '"https://a.example" "b" %s',
    "http/put": '"https://a.example" "b" %s', "http/query": '"https://a.example" "b" %s',
    "http/request": '"GET" "https://a.example" %s', "proc/spawn": '["true"] %s',
    "mcp/connect": "%s", "llm/image": '"x" %s', "llm/speak": '"x" %s',
    "llm/transcribe": '(string->utf8 "ID3") %s', "conversation/say": '(conversation/new) "x" %s',
    "conversation/say-as": '(conversation/new) "s" "x" %s',
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(OPTIONS_OF) - {"llm/%agent"}))
def test_options_that_there_are_not_are_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    text = f"({name} {CALLS[name] % '{:zzz 1}'})"
    if name == "vector-store/search":
        text = f'(vector-store/create "s") {text}'
    error = Interpreter(SilentHost(TerminalHost())).run(text)["error"]
    (found,) = diagnose(text)
    assert found.message == error["message"] == f"{name}: unknown option :zzz"
    place = text.index(":zzz") + 1
    assert (found.column, found.end_column) == (place, place + 4)


@pytest.mark.parametrize("name", sorted(set(OPTIONS_OF) - {"llm/%agent", "defagent"}))
def test_options_belong_to_functions_that_take_them(name: str) -> None:
    assert "options:map" in ENTRIES[name].parameters.replace("[", "").replace("]", "")
    assert len(set(OPTIONS_OF[name])) == len(OPTIONS_OF[name])


def test_all_mistakes_are_told_at_once() -> None:
    text = "(define (f x) (prntln x))\n(f 1 2)\n(if)\n(foo]\n(println (g))\n"
    assert said(text) == [
        "1:16 Unbound variable: prntln",
        "2:1 f expects 1 argument, got 2",
        "3:1 if expects 2 or 3 arguments, got 0",
        "4:5 expected ) to close the ( opened at 4:1, found ]",
        "5:11 Unbound variable: g",
    ]


def test_reading_goes_on_at_the_next_form() -> None:
    text = "(define (f)\n  (+ 1 2)\n(define (g) 3)\n(g 1)\n(define h “x”)\n(car)\n(f)"
    assert said(text) == [
        "1:1 this ( is never closed (line 1, column 1)",
        "4:1 g expects 0 arguments, got 1",
        "5:11 unexpected character '“'",
        "6:1 car expects 1 argument, got 0",
    ]


def test_what_only_running_would_tell_is_taken_to_be_right() -> None:
    for text in (
        "(defmacro def2 (a b) `(begin (define ,a 1) (define ,b 2))) (def2 x y) (+ x y)",
        "(defmacro with (name value & body) `(let ((,name ,value)) ,@body)) (with z 1 (+ z 1))",
        "(eval '(define x 1)) (println x)",
        '(load "no-such.lisp") (something)',
        '(import "no-such.lisp") (something)',
        "(define (f) 1) (set! f (fn (x) x)) (f 1)",
        "(define car (fn (a b) a)) (car 1 2)",
        "(define (f x) 1) (define (f x y) 2) (f 1 2)",
        "(let ((car (fn () 1))) (car))",
        "`(a ,(+ 1 2) nothing)",
        "'(nothing at all)",
        "(match [1 2] ([a b] (+ a b)) (_ 0))",
        "((fn ({:keys [a] :or {a 1}}) a) {})",
    ):
        assert said(text) == [], text


def test_files_that_are_imported_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "one.lisp").write_text('(import "two.lisp") (define (helper a) a)')
    (tmp_path / "two.lisp").write_text("(module m (export b) (define b 1) (define c 2))")
    text = '(import "one.lisp") (helper b) (hlper b)'
    found = diagnose(text, "p.lisp", str(tmp_path))
    assert [each.message for each in found] == ["Unbound variable: hlper"]
    assert found[0].hint == "did you mean helper?"


def test_what_the_program_catches_is_a_warning() -> None:
    found = diagnose("(try (nothing) (catch e (car)))")
    assert [(each.message, each.severity) for each in found] == [
        ("Unbound variable: nothing", "warning"),
        ("car expects 1 argument, got 0", "error"),
    ]


def test_no_part_of_a_program_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    diagnose(
        '(defmacro m () (file/write "ran" "x")) (m) (file/write "ran" "x")'
        '(eval (file/write "ran" "x"))'
    )
    assert list(tmp_path.iterdir()) == []


def test_places_are_whole_and_in_order() -> None:
    text = '(define s "ä\n😀")\n(f 😀 1)\n(define (g) (h))'
    found = diagnose(text)
    lines = text.split("\n")
    assert found == sorted(found, key=lambda each: (each.line, each.column))
    for each in found:
        assert isinstance(each, Diagnostic)
        assert (each.line, each.column) < (each.end_line, each.end_column)
        assert each.end_column <= len(lines[each.end_line - 1]) + 1


def test_time_grows_with_the_text() -> None:
    one = '(define (f{0} x)\n  (let ((a (+ x 1))) (if (> a 2) (f{0} a) (nothing{0} "b" a))))\n'

    def seconds(count: int) -> float:
        text = "".join(one.format(at) for at in range(count))
        start = time.process_time()
        assert len(diagnose(text)) == min(count, 200)
        return time.process_time() - start

    seconds(10)
    # Ten times the text; a square would take a hundred times as long.
    assert seconds(3000) < 40 * max(seconds(300), 0.02)
