"""Maps and lists that are changed in place: no program can tell."""

from __future__ import annotations

import random
from collections.abc import Set

import pytest

from lispcore import Interpreter
from lispcore.compiler import pipeline
from lispcore.compiler.facts.tables import Facts
from lispcore.values import map_versions

WITHOUT = frozenset(("ownership", "list cursors"))


def run(program: str, off: Set[str] = frozenset()) -> tuple[object, object, object]:
    """Returns value, output and error of a program; `off` are passes that are left out."""
    result = Interpreter(off=off).run(program)
    error = result["error"]
    place = error and (error["message"], error["line"], error["column"], error["hint"])
    return result["value"], result["output"], place


def owned(program: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Returns the names of the variables that get an owner."""
    found: set[str] = set()
    original = pipeline.find_owners

    def note(main: object, nodes: object, facts: Facts) -> None:
        original(main, nodes, facts)  # type: ignore[arg-type]
        found.update(variable.name for variable in facts.owners)

    monkeypatch.setattr(pipeline, "find_owners", note)
    Interpreter().run(program)
    return found


def unchanged(program: str) -> tuple[object, object, object]:
    """Returns what a program does, which must be the same without ownership and cursors."""
    result = run(program)
    assert run(program, WITHOUT) == result
    return result


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("(let loop ((i 0) (m {})) (if (= i 9) m (loop (+ i 1) (assoc m i i))))", {"m"}),
        ("(do ((i 0 (+ i 1)) (m {} (assoc m i i))) ((= i 9) m))", {"m"}),
        ("(let ((m {})) (dotimes (i 9) (set! m (assoc m i i))) m)", {"m"}),
        ("(foldl (fn (m x) (if (odd? x) (assoc m x 1) m)) {} (range 9))", {"m"}),
        ("(define (f i m) (if (= i 0) m (f (- i 1) (assoc m i i)))) (f 9 {})", {"m"}),
        ("(let loop ((i 0) (a '())) (if (= i 9) a (loop (+ i 1) (cons i a))))", set()),
        ("(let loop ((i 0) (m {})) (if (= i 9) m (loop (+ i 1) (dissoc m i))))", {"m"}),
        ("(let loop ((i 0) (a '())) (if (= i 9) a (loop (+ i 1) (append a (list i)))))", {"a"}),
        # A closure may look at any time.
        ("(let ((m {})) (dotimes (i 9) (set! m (assoc m i (fn () m)))) m)", set()),
        # A handler would see half a change.
        ("(let ((m {})) (try (set! m (assoc (assoc m 1 2) 3 (car 4))) (catch e m)))", set()),
        # Walking down a list makes nothing new.
        ("(let loop ((a '(1 2))) (if (null? a) 0 (loop (cdr a))))", set()),
        # One variable for both kinds.
        ("(let ((m {})) (set! m (assoc m 1 2)) (set! m (cons 1 m)) m)", set()),
        ("(let ((a '())) (set! a (append a '(2))) (set! a (cons 1 a)) a)", set()),
        ("(let ((m {})) (eval '(+ 1 2)) (set! m (assoc m 1 2)) m)", set()),
        ("(define (assoc m k v) m) (let ((m {})) (set! m (assoc m 1 2)) m)", set()),
    ],
)
def test_which_variables_own(
    program: str, names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert owned(program, monkeypatch) == names


# What each gives shows the old value beside the new one.
PROGRAMS = [
    ("(let ((m {})) (set! m (assoc m 1 1)) (let ((old m)) (set! m (assoc m 2 2)) (list old m)))",
     "({1 1} {1 1 2 2})"),
    ("(let ((m {})) (set! m (assoc m 1 1)) (let ((old [m])) (set! m (dissoc m 1)) (list old m)))",
     "([{1 1}] {})"),
    ("(let ((m {}) (seen '())) (dotimes (i 3) (set! m (assoc m i i)) (set! seen (cons m seen)))"
     " seen)", "({0 0 1 1 2 2} {0 0 1 1} {0 0})"),
    ("(let loop ((i 0) (m {}) (old '())) (if (= i 3) old (loop (+ i 1) (assoc m i i) (cons m old))))",
     "({0 0 1 1} {0 0} {})"),
    ("(let loop ((i 0) (old '()) (m {})) (if (= i 3) old (loop (+ i 1) (cons m old) (assoc m i i))))",
     "({0 0 1 1} {0 0} {})"),
    # Arguments are evaluated before the change, in order.
    ("(let loop ((i 0) (m {})) (if (= i 3) m (loop (+ i 1) (assoc m i (count m)))))",
     "{0 0 1 1 2 2}"),
    ("(let loop ((i 0) (m {}) (n 7)) (if (= i 3) n (loop (+ i 1) (assoc m i i) (count m))))", "2"),
    ("(let loop ((i 0) (n 7) (m {})) (if (= i 3) n (loop (+ i 1) (count m) (assoc m i i))))", "2"),
    ("(let loop ((i 0) (m {0 5}) (n 7)) (if (= i 2) n (loop (+ i 1) (assoc m 0 1) (get m 0))))",
     "1"),
    ("(let loop ((i 0) (m {0 5}) (n 7)) (if (= i 2) n (loop (+ i 1) (assoc m 0 1.5) (:a m 0))))",
     None),
    ("(let loop ((i 0) (a {}) (b {})) (if (= i 3) (list a b)"
     " (loop (+ i 1) (assoc a i (count b)) (assoc b i (count a)))))",
     "({0 0 1 1 2 2} {0 0 1 1 2 2})"),
    ("(let loop ((i 0) (a {}) (b {:b 1})) (if (= i 3) (list a b)"
     " (loop (+ i 1) (assoc b i i) (assoc a i i))))", "({0 0 1 1 2 2 :b 1} {0 0 1 1 2 2})"),
    ("(let loop ((i 0) (m {})) (if (= i 3) m (loop (+ i 1) (assoc (assoc m i 0) (+ i 10) (count m)))))",
     "{0 0 1 0 2 0 10 0 11 2 12 4}"),
    ("(let loop ((i 0) (m {})) (if (= i 2) m (loop (+ i 1) (assoc m i 0 (+ i 10) (count m)))))",
     "{0 0 1 0 10 0 11 2}"),
    ("(let loop ((i 0) (m {})) (if (= i 3) m (loop (+ i 1) (assoc m i m))))",
     "{0 {} 1 {0 {}} 2 {0 {} 1 {0 {}}}}"),
    ("(let loop ((i 0) (m {})) (if (= i 3) m (loop (+ i 1) (assoc m m i))))",
     "{{} 0 {{} 0} 1 {{} 0 {{} 0} 1} 2}"),
    ("(let ((m {})) (dotimes (i 3) (list (set! m (assoc m i i)) (set! m (assoc m (- i) 1)))) m)",
     "{-2 1 -1 1 0 1 1 1 2 2}"),
    ("(let ((m {0 0})) (list (get m 0) (begin (set! m (assoc m 0 1)) 2) (get m 0)))", "(0 2 1)"),
    ("(let ((m {0 0})) (set! m (assoc m 0 1)) (list m (begin (set! m (assoc m 0 2)) 2) m))",
     "({0 1} 2 {0 2})"),
    ("(let ((m {0 0})) (set! m (assoc m 0 1)) (get m (begin (set! m (assoc m 0 2)) 0)))", "1"),
    ("(let ((m {0 0})) (set! m (assoc m 0 1)) (assoc m 1 (begin (set! m (assoc m 0 2)) 0)))",
     "{0 1 1 0}"),
    ("(let ((m {0 0})) (set! m (assoc m 0 1)) (set! m (assoc m 1 (begin (set! m (assoc m 0 2)) 0)))"
     " m)", "{0 1 1 0}"),
    ("(let ((m {})) (set! m (assoc m 1 2)) (set! m (assoc m 1.0 3)) (list (count m) m))",
     "(2 {1 2 1.0 3})"),
    ("(let ((m {})) (for-each (fn (k) (set! m (assoc m k 1))) '(1 1.0 \"a\" :a a #\\a (1) nil #t)) m)",
     None),
    ("(let ((m (hashmap/new))) (set! m (assoc m 1 2)) (let ((h m)) (set! m (assoc m 1 3)) (list h m)))",
     "({1 2} {1 3})"),
    # The keys are asked for in between.
    ("(let ((m {})) (dotimes (i 3) (set! m (assoc m (- i) i)) (println (keys m))) m)", None),
    ("(foldl (fn (m x) (if (odd? x) (assoc m x (count m)) m)) {} (range 6))", "{1 0 3 1 5 2}"),
    ("(foldl (fn (m x) (cond ((= x 2) {}) ((= x 4) (dissoc m 3)) (else (assoc m x x)))) {} (range 6))",
     "{5 5}"),
    ("(define (f i m keep) (if (= i 0) (list m keep) (f (- i 1) (assoc m i i) (if (= i 2) m keep))))"
     "(f 3 {} nil)", "({1 1 2 2 3 3} {3 3})"),
    # Errors in between, seen from outside.
    ("(let ((m {})) (set! m (assoc m 1 1)) (try (set! m (assoc m 2 (car 5))) (catch e nil)) m)",
     "{1 1}"),
    ("(let ((m {})) (set! m (assoc m 1 1)) (try (set! m (assoc m 2 2)) (throw m)"
     " (catch e (set! m (assoc m 3 3)) (list (:value e) m))))", None),
    ("(let ((m {}) (k nil)) (dotimes (i 3) (set! m (assoc m i i)) (try (throw m)"
     " (catch e (set! k (cons (:value e) k))))) (list k m))", None),
    # Lists.
    ("(let ((a '())) (dotimes (i 3) (set! a (cons i a)) (println (length a) (car a) a)) a)",
     "(2 1 0)"),
    ("(let ((a '())) (dotimes (i 4) (set! a (cons i a)) (if (odd? i) (set! a (cdr a)) nil)) a)",
     "(2 0)"),
    ("(let ((a '(9))) (set! a (cons 1 a)) (let ((old a)) (set! a (cons 2 a)) (set! a (cdr a))"
     " (set! a (cdr a)) (set! a (cons 3 a)) (list old a)))", "((1 9) (3 9))"),
    ("(let ((a '(9)) (b nil)) (set! a (cons 1 a)) (set! b (cdr a)) (set! a (cdr a)) (set! a (cdr a))"
     " (set! a (cons 5 a)) (list a b))", "((5) (9))"),
    ("(let ((a '())) (set! a (cons 1 a)) (set! a (cdr a)) (set! a (cdr a)) (list a (null? a)))",
     "(() #t)"),
    ("(let ((a '())) (set! a (cons 1 (cons 2 a))) (set! a (cons (length a) a)) (nth a 2))", "2"),
    ("(let ((a nil)) (set! a (cons 1 a)) (set! a (cons a a)) a)", "((1) 1)"),
    ("(let ((a 7)) (set! a (cons 1 a)) (set! a (cons 2 a)) a)", "(2 1 7)"),
    ("(let ((a [1 2])) (set! a (cons 1 a)) a)", None),
    ("(let ((a [1 2 3])) (set! a (cdr a)) (set! a (cons 5 a)) a)", None),
    ("(let loop ((i 0) (a '()) (kept '())) (if (= i 4) (list a kept)"
     " (loop (+ i 1) (cons i a) (if (= i 2) (cons a kept) kept))))", "((3 2 1 0) ((1 0)))"),
    ("(let loop ((i 0) (a '()) (n 0)) (if (= i 4) (list a n)"
     " (loop (+ i 1) (cons i a) (length a))))", "((3 2 1 0) 3)"),
    ("(let loop ((i 0) (a '()) (n 0)) (if (= i 4) (list a n)"
     " (loop (+ i 1) (cons (length a) a) (if (null? a) 0 (car a)))))", "((3 2 1 0) 2)"),
    ("(let loop ((i 0) (m {}) (n 0)) (if (= i 2) m"
     " (loop (+ i 1) m (begin (set! m (assoc m i i)) n))))", "{}"),
    ("(let ((m {}) (old nil)) (dotimes (i 3) (set! old m) (set! m (merge m {i 1 :last i})))"
     " (list old m))", "({0 1 1 1 :last 1} {0 1 1 1 2 1 :last 2})"),
    ("(foldl (fn (m x) (merge m x)) {} (list {1 2} {1.0 3} {1 4} {}))", "{1 4 1.0 3}"),
    ("(let ((m {})) (set! m (merge m {1 1})) (set! m (merge m m)) (set! m (merge m {2.0 (count m)}))"
     " m)", "{1 1 2.0 1}"),
    ("(let ((m {})) (set! m (merge m {1 1})) (set! m (merge m (hashmap/new 2 2))) m)", None),
    ("(let ((m (hashmap/new))) (set! m (merge m {1 1})) (set! m (merge m {2 2})) (type m))", None),
    # Loops inside that take the value over.
    ("(foldl (fn (m row) (foldl (fn (m x) (assoc m x (+ 1 (get m x 0)))) m row)) {} '((1 2) (2)))",
     "{1 1 2 2}"),
    ("(let ((m {}) (old nil)) (dotimes (i 3) (set! old m)"
     " (set! m (foldl (fn (m x) (assoc m x i)) m '(1 2)))) (list old m))", "({1 1 2 1} {1 2 2 2})"),
    ("(let outer ((i 0) (m {}) (n 0)) (if (= i 3) (list m n) (outer (+ i 1)"
     " (let inner ((j 0) (z m)) (if (= j 2) z (inner (+ j 1) (assoc z (+ i j) j)))) (count m))))",
     "({0 0 1 0 2 0 3 1} 3)"),
    ("(let outer ((i 0) (m {})) (if (= i 3) m (let inner ((j 0) (z m))"
     " (if (= j 2) (outer (+ i 1) z) (inner (+ j 1) (assoc z (+ i j) j))))))", "{0 0 1 0 2 0 3 1}"),
    ("(let ((m {:a 1})) (try (set! m (foldl (fn (m x) (assoc m x (car x))) m '((1) (2) 3)))"
     " (catch e nil)) m)", "{:a 1}"),
    # Lists that grow at their end.
    ("(let ((a '())) (dotimes (i 3) (set! a (append a (list i))) (println (length a) (car a) a)) a)",
     "(0 1 2)"),
    ("(let ((a [])) (dotimes (i 3) (set! a (append a [i (* i i)]))) (list a (nth a 4)))",
     "((0 0 1 1 2 4) 2)"),
    ("(let ((a '(1))) (set! a (append a '(2))) (let ((old a)) (set! a (append a old a)) (list old a)))",
     "((1 2) (1 2 1 2 1 2))"),
    ("(let ((a '())) (set! a (append a '())) (list (null? a) (nil? a) (length a) a))", "(#t #f 0 ())"),
    ("(let ((a '(1 2))) (set! a (append a '(3))) (set! a (cdr a)) (set! a (append a '(4)))"
     " (set! a (cdr a)) (set! a (cdr a)) (set! a (cdr a)) (list a (null? a)))", "(() #t)"),
    ("(let loop ((i 2) (t '(1 1))) (if (= i 9) t (loop (+ i 1)"
     " (append t (list (+ (nth t (- i 1)) (nth t (- i 2))))))))", "(1 1 2 3 5 8 13 21 34)"),
    ("(let loop ((q '(1)) (n 0)) (if (= n 5) q (loop (append (cdr q) (list n (car q))) (+ n 1))))",
     "(2 1 3 1 4 0)"),
    ("(let loop ((i 0) (a '()) (kept '())) (if (= i 4) (list a kept)"
     " (loop (+ i 1) (append a [i]) (append kept (list a)))))", "((0 1 2 3) (() (0) (0 1) (0 1 2)))"),
    ("(append '(1) [2 3] '(4))", "(1 2 3 4)"),
    ("(let* ((a '(1 2)) (b (cons 0 a))) (list (append b a b) (append a b a) (append a a b) b a))",
     "((0 1 2 1 2 0 1 2) (1 2 0 1 2 1 2) (1 2 1 2 0 1 2) (0 1 2) (1 2))"),
    ("(let outer ((i 0) (a '())) (if (= i 3) a (let inner ((j 0) (b a)) (if (= j 2)"
     " (outer (+ i 1) (cons (length b) a)) (inner (+ j 1) (cons j b))))))", "(4 3 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "expected"), PROGRAMS)
def test_old_values_stay(program: str, expected: str | None) -> None:
    value, _, error = unchanged(program)
    if expected is not None:
        assert (value, error) == (expected, None)


@pytest.mark.parametrize(
    "program",
    [
        "(let loop ((i 0) (m nil)) (if (= i 3) m (loop (+ i 1) (assoc m i (car 5)))))",
        "(let loop ((i 0) (m nil)) (if (= i 3) m (loop (+ i 1) (assoc m i i))))",
        "(let loop ((i 0) (m nil) (n 0)) (if (= i 3) m (loop (+ i 1) (assoc m i i) (get m (car 1)))))",
        "(let loop ((i 0) (m nil) (n 0)) (if (= i 3) m (loop (+ i 1) (assoc m i i) (println i))))",
        "(let loop ((m {}) (n 0)) (loop (assoc m 1 1) (begin (println n) (+ n (car 5)))))",
        "(let ((m [1]))\n  (set! m (assoc m 1 2)))",
        "(let ((m [1]))\n  (set! m (dissoc m 1)))",
        "(let ((m {}))\n  (set! m (assoc m 1 2))\n  (set! m (assoc m (mutable-array/new) 2)))",
        "(let ((m {}))\n  (set! m (assoc m (mutable-array/new) 2)))",
        "(let ((a '())) (set! a (cons 1 a)) (set! a (cdr a)) (set! a (cons 1 a)) (nth a 5))",
        "(let ((a 5)) (set! a (cdr a)) (set! a (cons 1 a)))",
        "(let ((a '())) (set! a (append a '(1))) (set! a (append a 5)))",
        "(let ((a '())) (set! a (append a '(1))) (set! a (append a '(1) 5)))",
        "(let ((a 5)) (set! a (append a 6)))",
        "(let ((m {}))\n  (set! m (merge m {1 2}))\n  (set! m (merge m 5)))",
        "(let ((m nil))\n  (set! m (merge m {1 2})))",
        "(let ((m {}))\n (set! m (merge m {1 2}))\n (set! m (merge m {(mutable-array/new) 2})))",
        "(let ((a '())) (set! a (append a '(1))) (nth a 5))",
        "(let ((a '())) (set! a (append a '(1))) (nth a :x))",
        "(let ((a '())) (set! a (append a '(1))) (nth a -1))",
    ],
)
def test_errors_stay(program: str) -> None:
    _, _, error = unchanged(program)
    assert error is not None


def test_redefinition_counts_at_once() -> None:
    made = Interpreter()
    made.eval(
        "(define (f m n) (let loop ((i 0) (m m)) (if (= i n) m (loop (+ i 1) (assoc m i (count m))))))"
    )
    assert made.run("(f {} 3)")["value"] == "{0 0 1 1 2 2}"
    made.eval("(define kept nil) (define (count m) (set! kept m) 7)")
    assert made.run("(list (f {} 2) kept)")["value"] == "({0 7 1 7} {0 7})"
    made.eval("(define (assoc m k v) k)")
    assert made.run("(f {} 3)")["value"] == "2"


# --- random programs ------------------------------------------------------------------------------


class Writer:
    """Writes random loops over two maps and two lists, of which some values are kept."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.at_end = self.choose.random() < 0.5  # where lists grow

    def number(self, depth: int = 0) -> str:
        options = ["i", str(self.choose.randrange(6)), "1.0"]
        if depth < 2:
            options += [
                f"(get {self.map_()} {self.number(depth + 1)} 0)",
                f"(count {self.map_()})",
                f"(length {self.list_()})",
                f"(if (null? {self.list_()}) 3 (car {self.list_()}))",
                f"(let ((l {self.list_()})) (if (null? l) 0 (nth l 0)))",
                f"(if (> (length a) 2) (nth a {self.number(depth + 1)}) 8)".replace("1.0", "1"),
                f"(begin {self.step(depth + 1)} {self.number(depth + 1)})",
                f"(if (contains? {self.map_()} {self.number(depth + 1)}) 1 2)",
                f"(let ((x (note {self.variable()}))) 4)",
            ]
        return self.choose.choice(options)

    def map_(self) -> str:
        return self.choose.choice(("m", "w"))

    def list_(self) -> str:
        return self.choose.choice(("a", "b"))

    def variable(self) -> str:
        return self.choose.choice((self.map_(), self.list_()))

    def new_map(self, name: str, depth: int) -> str:
        if depth > 2:
            return name
        inner = self.new_map(name, depth + 1)
        key, value = self.number(depth), self.number(depth)
        return self.choose.choice(
            [
                name,
                f"(assoc {inner} {key} {value})",
                f"(assoc {inner} {key} {value})",
                f"(assoc {name} {key} {self.variable()})",
                f"(dissoc {inner} {key})",
                f"(if (odd? i) {inner} {self.new_map(name, depth + 1)})",
                f"(let ((y {key})) (assoc {inner} y y))",
                f"(begin {self.step(depth + 1)} {inner})",
                f"(merge {inner} {{{key} {value} 5 i}})",
                f"(merge {name} {self.map_()})",
                self.map_(),
                self.loop(name, depth),
            ]
        )

    def new_list(self, name: str, depth: int) -> str:
        if depth > 2:
            return name
        inner = self.new_list(name, depth + 1)
        return self.choose.choice(
            [
                name,
                self.longer(self.number(depth), inner),
                self.longer(self.number(depth), name),
                self.longer(self.variable(), name),
                f"(cdr {inner})",
                f"(rest {name})",
                self.loop(name, depth),
                f"(if (even? i) {inner} {self.new_list(name, depth + 1)})",
                self.list_(),
            ]
        )

    def longer(self, item: str, rest: str) -> str:
        if not self.at_end:
            fewer = self.choose.choice(("", "", "cdr", "cddr", "rest"))
            return f"(cons {item} ({fewer} {rest}))" if fewer else f"(cons {item} {rest})"
        more = (f"(list {item})", f"[{item} 7]", f"(if (odd? i) '() [{item}])", self.list_())
        return f"(append {rest} {self.choose.choice(more)})"

    def loop(self, name: str, depth: int) -> str:
        start = self.choose.choice((name, name, self.new_value(name, depth + 1)))
        body = self.new_value(name, depth + 1)
        if self.choose.random() < 0.5:
            return f"(foldl (fn ({name} i) {body}) {start} '(1 2 0))"
        return f"(let inner ((i 1) ({name} {start})) (if (= i 4) {name} (inner (+ i 1) {body})))"

    def new_value(self, name: str, depth: int = 0) -> str:
        return self.new_map(name, depth) if name in "mw" else self.new_list(name, depth)

    def step(self, depth: int = 0) -> str:
        name = self.variable()
        return self.choose.choice(
            [
                f"(set! {name} {self.new_value(name, depth)})",
                f"(set! {name} {self.new_value(name, depth)})",
                f"(note {name})",
                f"(note (get {self.map_()} i))",
                f"(note (set! {name} {self.new_value(name, depth + 1)}))",
                f"(if (= i 2) (note {name}) nil)",
            ]
        )

    def steps(self) -> str:
        return " ".join(self.step() for _ in range(self.choose.randrange(1, 6)))

    def program(self) -> str:
        jump = " ".join(self.new_value(name) for name in "mawb")
        body = self.choose.choice(
            [
                f"(let ((m {{}}) (w {{1 2}}) (a '()) (b '(1 2)))"
                f" (dotimes (i 6) {self.steps()}) (list m w a b))",
                "(let loop ((i 0) (m {}) (a '()) (w {1 2}) (b '(1 2))) (if (= i 6) (list m w a b)"
                f" (begin {self.steps()} (loop (+ i 1) {jump}))))",
                "(let loop ((i 0) (m {}) (a '()) (w {1 2}) (b '(1 2))) (if (= i 6) (list m w a b)"
                f" (loop (+ i 1) {jump.replace('(set! ', '(list (quote s) ')})))",
                f"(do ((i 0 (+ i 1)) (m {{}} {self.new_value('m')}) (a '() {self.new_value('a')})"
                f" (w {{1 2}} {self.new_value('w')}) (b '(1 2) {self.new_value('b')}))"
                f" ((= i 6) (list m w a b)) {self.steps()})",
            ]
        )
        return (
            "(define kept '()) (define (note x) (set! kept (cons x kept)) 5) "
            f"(define (f) {body}) (println (f)) (println kept)"
        )


@pytest.mark.parametrize("seed", range(300))
def test_random_programs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Writer(seed).program()
    result = unchanged(program)
    # Every map is large enough for its versions to share a table.
    monkeypatch.setattr(map_versions, "HAND_OVER_SIZE", 0)
    assert unchanged(program) == result
