"""Modules: what is private, what an import brings, and how errors name files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.expanding.defined_names import defined_names
from lispcore.reading.reader import read_many
from lispcore.values.printing import print_value


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.lisp").write_text(text, encoding="utf-8")


def evaluate(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(program))  # type: ignore[arg-type]


def failure(program: str) -> LispError:
    with pytest.raises(LispError) as caught:
        evaluate(program)
    return caught.value


AREA = """(module area
  (export square-area describe)
  (define (square-area side) (times side side))
  (define (times a b) (* a b))
  (define (describe side) (str "area " (square-area side))))
"""


def test_an_import_brings_what_is_exported(folder: Path) -> None:
    write(folder, area=AREA)
    assert evaluate('(import "area.lisp") (list (square-area 3) (describe 2))') == '(9 "area 4")'


def test_what_is_not_exported_stays_private(folder: Path) -> None:
    write(folder, area=AREA)
    error = failure('(import "area.lisp") (times 2 3)')
    assert error.kind == "unbound"
    assert "(export …)" in (error.hint or "")


def test_a_private_name_does_not_disturb_one_of_the_program(folder: Path) -> None:
    write(folder, area=AREA)
    program = '(define (times a b) :mine) (import "area.lisp") (list (square-area 3) (times 2 3))'
    assert evaluate(program) == "(9 :mine)"


def test_two_modules_may_use_the_same_private_name(folder: Path) -> None:
    write(
        folder,
        one="(module one (export a) (define (help) 1) (define (a) (help)))",
        two="(module two (export b) (define (help) 2) (define (b) (help)))",
    )
    assert evaluate('(import "one.lisp") (import "two.lisp") (list (a) (b))') == "(1 2)"


def test_selective_import(folder: Path) -> None:
    write(folder, area=AREA)
    assert evaluate('(import "area.lisp" square-area) (square-area 3)') == "9"
    assert failure('(import "area.lisp" square-area) (describe 3)').kind == "unbound"


@pytest.mark.parametrize(
    ("name", "hint"), [("times", "for itself"), ("squar-area", "square-area"), ("zzz", "exports")]
)
def test_importing_what_is_not_exported(folder: Path, name: str, hint: str) -> None:
    write(folder, area=AREA)
    error = failure(f'(import "area.lisp" {name})')
    assert f"does not export {name}" in error.message
    assert hint in (error.hint or "")


def test_a_file_without_a_module_exports_everything(folder: Path) -> None:
    write(folder, plain="(define one 1) (define (two) (+ one (helper))) (define (helper) 1)")
    assert evaluate('(import "plain.lisp") (list one (two) (helper))') == "(1 2 1)"


def test_a_file_may_hold_several_modules(folder: Path) -> None:
    write(
        folder,
        both="(define base 10)"
        "(module a (export f) (define (f) (+ base (g))) (define (g) 1))"
        "(module b (export h) (define (h) (f)))",
    )
    assert evaluate('(import "both.lisp") (h)') == "11"
    assert failure('(import "both.lisp") base').kind == "unbound"
    assert failure('(import "both.lisp") (g)').kind == "unbound"


def test_macros_are_exported_with_the_names_they_need(folder: Path) -> None:
    write(
        folder,
        m="(module m (export twice) (define (double x) (* 2 x)) (defmacro twice (x) `(double ,x)))",
    )
    assert evaluate('(import "m.lisp") (twice 21)') == "42"
    assert evaluate('(import "m.lisp") (define (f) (twice 4)) (f)') == "8"
    assert evaluate('(import "m.lisp") (begin (twice (twice 1)))') == "4"


def test_private_macros_stay_private(folder: Path) -> None:
    write(
        folder,
        m="(module m (export f) (defmacro inc (x) `(+ 1 ,x)) (define (f x) (inc x)))",
    )
    assert evaluate('(import "m.lisp") (f 1)') == "2"
    assert failure('(import "m.lisp") (inc 1)').kind == "unbound"


def test_a_file_runs_once(folder: Path) -> None:
    write(folder, loud='(log/info "loaded") (define x 1)')
    host = FakeHost()
    program = '(import "loud.lisp") (import "loud.lisp" x) (import "./loud.lisp") x'
    assert Interpreter(host).eval(program) == 1  # type: ignore[arg-type]
    assert host.written == [("err", "[INFO] loaded\n")]


def test_state_of_a_module_is_its_own(folder: Path) -> None:
    write(
        folder,
        count="(module count (export next!) (define n 0) (define (next!) (set! n (+ n 1)) n))",
    )
    assert evaluate('(define n 7) (import "count.lisp") (next!) (list (next!) n)') == "(2 7)"


def test_paths_are_relative_to_the_importing_file(folder: Path) -> None:
    (folder / "lib").mkdir()
    write(folder / "lib", outer='(import "inner.lisp") (define (outer) (inner))')
    write(folder / "lib", inner='(define (inner) "deep") (define (lazily) (load "more.lisp"))')
    write(folder / "lib", more="(+ 20 3)")
    assert evaluate('(import "lib/outer.lisp") (outer)') == '"deep"'
    assert evaluate('(load "lib/more.lisp")') == "23"
    program = '(define (late) (import "lib/inner.lisp") (inner)) (late)'
    assert evaluate(program) == '"deep"'


def test_load_runs_a_file_as_if_it_stood_there(folder: Path) -> None:
    write(folder, util='(define (twice x) (* 2 x)) (load "sub/deep.lisp") "last"')
    (folder / "sub").mkdir()
    (folder / "sub" / "deep.lisp").write_text("(define deep 5)")
    assert evaluate('(list (load "util.lisp") (twice 4) deep)') == '("last" 8 5)'


def test_files_in_a_circle_are_an_error(folder: Path) -> None:
    write(folder, a='(import "b.lisp")', b='(import "c.lisp")', c='(import "b.lisp")')
    assert "b.lisp -> c.lisp -> b.lisp" in failure('(import "a.lisp")').message
    write(folder, s='(load "s.lisp")')
    assert "circle" in failure('(load "s.lisp")').message


def test_a_failed_import_can_be_tried_again(folder: Path) -> None:
    write(folder, x="(define x (car")
    interpreter = Interpreter(FakeHost())  # type: ignore[arg-type]
    with pytest.raises(LispError):
        interpreter.eval('(import "x.lisp")')
    write(folder, x="(define x 1)")
    assert interpreter.eval('(import "x.lisp") x') == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('(define (f x)\n  (+ x "a"))\n(f 1)', "bad.lisp:2:3: "),
        ("(define x\n  (let 5))", "bad.lisp:2:3: "),
        ("(define x\n  (car ", "bad.lisp:2:3: "),
        ("\n(nothing-of-this-name)", "bad.lisp:2:2: "),
    ],
)
def test_errors_name_the_file_and_the_way_there(folder: Path, text: str, place: str) -> None:
    write(folder, bad=text)
    record: dict[str, Any] = Interpreter(FakeHost()).run('1\n (import "bad.lisp")')["error"]  # type: ignore[arg-type]
    assert record["message"].startswith(place)
    assert record["file"] == "bad.lisp"
    assert (record["line"], record["column"]) == (2, 2)


def test_a_caught_error_does_not_speak_of_files(folder: Path) -> None:
    write(folder, bad='(define (f) (error "no luck"))')
    assert evaluate('(import "bad.lisp") (try (f) (catch e (:message e)))') == '"no luck"'


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(module m)", "module"),
        ("(module m (define x 1))", "(export name …)"),
        ('(module m (export "f"))', "expected a name, got string"),
        ("(let ((x 1)) (module m (export f) 1))", "top level"),
        ("(export f)", "inside a module"),
        ("(import 5)", "expected string, got int"),
        ('(import "missing.lisp")', "no such file"),
        ('(import "a.lisp" "b")', "expected a name, got string"),
    ],
)
def test_wrong_uses(folder: Path, program: str, message: str) -> None:
    assert message in failure(program).message


def test_a_package_address_is_explained(folder: Path) -> None:
    assert "packages" in (failure('(import "github.com/user/repo")').hint or "")


def test_exporting_what_is_not_defined(folder: Path) -> None:
    write(folder, m="(module m (export f) 1)")
    assert "does not define it" in failure('(import "m.lisp")').message


def test_redefining_a_library_function_inside_a_module(folder: Path) -> None:
    write(
        folder,
        m="(module m (export f) (define old map) (define (map f xs) (old f (cdr xs)))"
        " (define (f xs) (map abs xs)))",
    )
    assert evaluate("(import \"m.lisp\") (list (f '(-1 -2)) (map abs '(-1 -2)))") == "((2) (1 2))"


def test_a_module_in_the_program_itself() -> None:
    program = "(module m (export f n) (define n 1) (define (f) (g)) (define (g) (set! n 5) n))"
    assert evaluate(f"{program} (list (f) n)") == "(5 5)"
    assert failure(f"{program} (g)").kind == "unbound"
    assert evaluate("(module m (export) (define x 1) (+ x 1))") == "2"


def test_reading_what_forms_define() -> None:
    forms = read_many(
        "(define a 1) (define (b x) 1) (begin (define ((c x) y) 1)) (defun d () 1)"
        "(define-record-type point (make-point x y) point? (x point-x) (y point-y set-point-y!))"
        "(define-values (e . f) 1) (define [g {:keys [h]}] 1) (define) 5 (println (define z 1))"
    )
    assert defined_names(forms) == [
        "a", "b", "c", "d", "point", "make-point", "point?", "point-x", "point-y", "set-point-y!",
        "e", "f", "g", "h",
    ]  # fmt: skip
