"""Code as data: eval, macroexpand, load."""

from __future__ import annotations

from lispcore.library.registry import function
from lispcore.tasks.context import interpreter
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Value


@function(
    "eval",
    "form:any",
    "any",
    "Evaluates a piece of data as a program, in the global scope.",
    [("(eval '(+ 1 2))", "3"), ('(eval (read "(* 3 4)"))', "12")],
)
def eval_form(form: Value) -> Value:
    return interpreter().evaluate_form(form)


@function(
    "macroexpand",
    "form:any",
    "any",
    "Returns what a macro call stands for, expanded by one step; calls of macros inside it stay. A "
    "form that is no macro call is returned as it is.",
    [
        (
            "(begin (defmacro twice (x) `(begin ,x ,x)) (macroexpand '(twice (f))))",
            "(begin (f) (f))",
        ),
        ("(macroexpand '(-> 5 (+ 3) (* 2)))", "(-> (+ 5 3) (* 2))"),
        ("(macroexpand '(+ 1 2))", "(+ 1 2)"),
    ],
)
def macroexpand(form: Value) -> Value:
    return interpreter().macroexpand(form)


@function(
    "load",
    "path:string",
    "any",
    "Runs a program from a file as if it stood here and returns the value of its last form: all it "
    "defines is known afterwards. A relative path starts at the directory of the running file. For "
    "names that stay private, see `import`.",
    [
        (
            '(begin (file/write "twice.lisp" "(define (twice x) (* 2 x)) (twice 21)") '
            '(load "twice.lisp"))',
            "42",
        ),
        ('(load "no-such-file.lisp")', "error: no such file"),
    ],
)
def load(path: Value) -> Value:
    if type(path) is not str:
        raise wrong_type("load", "string", path, 1)
    return interpreter().modules.load(path)


@function("module/%import", "path names pin into directory", "nil", "What the form `import` does.")
def import_names(path: Value, names: Value, pin: Value, into: Value, directory: Value) -> None:
    if type(names) is not tuple:  # only what the form itself writes is taken
        raise LispError('write (import "file" name …)')
    interpreter().modules.import_file(path, names, pin, into, directory)
