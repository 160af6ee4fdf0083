"""Cassettes: model calls are recorded on a tape once, and played back ever after.

The tape is a file of JSON lines (docs/tapes.md). What a call does with it is in calling/taping.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lispcore.library.arguments import check_options, map_argument
from lispcore.library.files.files import checked_path
from lispcore.library.registry import accepts_options, function
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import FALSE, TRUE, Keyword, Map, Value, is_function, type_name

if TYPE_CHECKING:
    from lispcore.library.models.calling.call_memory import Scope

_MODES: Final = ("auto", "record", "replay")


def _open(name: str, path: Value, options: Value) -> Scope:
    from lispcore.library.models.calling.call_memory import open_scope

    mode: Value = "auto"
    if options is not None:
        given = check_options(name, map_argument(name, options, 2), ("mode",))
        mode = given.get("mode", "auto")
    text = mode.name if type(mode) is Keyword else mode
    if text not in _MODES:
        shown = type_name(mode) if type(text) is not str else f":{text}"
        raise LispError(f"{name}: option :mode expected :auto, :record or :replay, got {shown}")
    return open_scope(name, checked_path(name, path), str(text))


_ECHO: Final = (
    "(begin (define asked 0) (llm/define-provider :p {:complete (fn (r) (set! asked (+ asked 1)) "
    '(str "answer " asked))}) '
)


@function(
    "llm/with-cassette",
    "path:string [options:map] thunk:function",
    "any",
    "Calls a function; its model calls are played from the tape in a file, or recorded there. "
    "`:mode` is `:auto` (play what is on the tape, record the rest; the default), `:replay` (what "
    "is not on the tape is an error) or `:record` (ask again and record anew). A line is "
    "written as soon as its call has ended, so that nothing that was paid for is lost with the "
    "program. The cache is off inside.",
    [
        (
            _ECHO + '(define (run mode) (llm/with-cassette "t.jsonl" {:mode mode} (fn () '
            '(llm/complete "q")))) (list (run :auto) (run :replay) (run :record) asked))',
            '("answer 1" "answer 1" "answer 2" 2)',
        ),
        (
            '(llm/with-cassette "missing.jsonl" {:mode :replay} (fn () 1))',
            "error: there is no tape",
        ),
    ],
)
def with_cassette(path: Value, second: Value, third: Value = None) -> Value:
    from lispcore.library.models.calling.call_memory import enter_scope, leave_scope

    options, thunk = (None, second) if third is None else (second, third)
    if third is None and isinstance(second, Map):
        raise LispError(
            "llm/with-cassette: the function is missing",
            kind="arity",
            hint='(llm/with-cassette "tape.jsonl" {:mode :auto} (fn () …))',
        )
    if third is not None and is_function(second) and isinstance(third, Map):
        options, thunk = third, second
    check_function("llm/with-cassette", thunk, 2 if third is None else 3)
    scope = _open("llm/with-cassette", path, options)
    tokens = enter_scope(scope)
    try:
        return call(thunk)
    finally:
        leave_scope(tokens)
        scope.writes_through = True
        scope.save()


@function(
    "llm/cassette-load",
    "path:string [options:map]",
    "nil",
    "Puts a tape in force for all model calls from here on, as `llm/with-cassette` does for a "
    "function. `llm/cassette-eject` takes it out. Each call is written as soon as it has ended. "
    "Tasks that are made from now on take it along.",
    [
        (
            _ECHO + '(llm/cassette-load "u.jsonl") (llm/complete "q") (llm/complete "q") '
            '(llm/cassette-eject) (list asked (file/exists? "u.jsonl")))',
            "(1 #t)",
        )
    ],
)
def cassette_load(path: Value, options: Value = None) -> None:
    from lispcore.library.models.calling.call_memory import load_scope

    if options is not None and not isinstance(options, Map):
        raise wrong_type("llm/cassette-load", "map", options, 2)
    load_scope(_open("llm/cassette-load", path, options))


@function(
    "llm/cassette-save",
    "",
    "bool",
    "Puts the lines of the tape that is in force in the order in which the calls were made; the "
    "lines themselves are written as calls end. #f if there is none.",
    [("(llm/cassette-save)", "#f")],
)
def cassette_save() -> Value:
    from lispcore.library.models.calling.call_memory import current_scope

    scope = current_scope()
    if scope is None:
        return FALSE
    scope.save()
    return TRUE


@function(
    "llm/cassette-eject",
    "",
    "bool",
    "Takes the tape out that is in force: calls go to the provider again. #f if there is none.",
    [("(llm/cassette-eject)", "#f")],
)
def cassette_eject() -> Value:
    from lispcore.library.models.calling.call_memory import current_scope, load_scope

    scope = current_scope()
    if scope is None:
        return FALSE
    load_scope(None)
    scope.writes_through = True
    scope.save()
    return TRUE


accepts_options("llm/with-cassette llm/cassette-load", ("mode",))
