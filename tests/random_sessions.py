"""Random sessions of small forms, each form a unit: with and without what the compiler assumes.

A session defines variables, functions, closures, macros, records and tasks, calls them, and defines
all of them anew, and functions of the library, too: by ``define``, by ``set!``, by ``eval``, at the
top, in functions and in loops. Whatever is written in place must never be stale, so a session must
answer as one in which the compiler assumes nothing of any global (`pipeline.EVERYTHING`).

``python tests/random_sessions.py 100000`` compares so many sessions, ``… 500 7000`` 500 of them from
number 7000 on; the smallest forms that still differ are printed. A number names a session for ever.
"""

from __future__ import annotations

import gc
import os
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO

from lispcore import Interpreter
from lispcore.compiler.pipeline import EVERYTHING
from lispcore.values.errors import Stopped

# A session that computes longer is left out: what is defined anew may make a loop endless.
SECONDS_FOR_ONE = 0.5
# So many sessions are there at a time: the garbage collector frees them together.
COLLECTED = 10

# A function calls only those before it in its row, so that nothing calls itself for ever; the
# number of arguments of each stays the same.
FUNCTIONS = {"f": 1, "g": 2, "h": 1, "p": 2, "q": 1, "top": 1}
VARIABLES = ("k", "rate", "limit", "table", "items", "word")
CLOSURES = ("c1", "c2", "c3")
LIBRARY = {
    "+": 2, "-": 2, "*": 2, "abs": 1, "max": 2, "min": 2, "<": 2, ">": 2, "=": 2, "<=": 2,
    "zero?": 1, "even?": 1, "odd?": 1, "not": 1, "null?": 1, "pair?": 1, "empty?": 1, "number?": 1,
    "string?": 1, "list?": 1, "eq?": 2, "equal?": 2, "car": 1, "cdr": 1, "cadr": 1, "first": 1,
    "rest": 1, "cons": 2, "list": 2, "append": 2, "reverse": 1, "length": 1, "nth": 2, "range": 1,
    "get": 2, "assoc": 3, "keys": 1, "vals": 1, "contains?": 2, "str": 2,
    "string-append": 2, "string-length": 1, "map": 2, "filter": 2, "foldl": 3, "reduce": 2,
    "sort": 1, "apply": 2, "sqrt": 1, "floor": 1, "mod": 2, "quotient": 2, "force": 1,
    "for-each": 2, "every": 2, "any": 2, "last": 1,
    "dissoc": 2, "take": 2, "drop": 2, "count": 1, "member": 2, "nil?": 1,
}  # fmt: skip
NAMED_Y = r"(?<=[ (])y(?=[ )])"


class Maker:
    """Writes the forms of one session."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        # The library functions that this session is about, so that uses and changes meet.
        self.favourites = source.sample(list(LIBRARY), 4)
        self.macros: list[str] = []
        self.depth = 0

    def one(self, *choices: Any) -> Any:
        return self.source.choice(choices)

    def chance(self, share: float) -> bool:
        return self.source.random() < share

    # --- expressions ------------------------------------------------------------------------------

    def number(self, level: int, names: tuple[str, ...]) -> str:
        """Returns an expression that is mostly a number; calls only functions below `level`."""
        return self._deeper(_NUMBERS, level, names, self._simple_number)

    def sequence(self, level: int, names: tuple[str, ...]) -> str:
        """Returns an expression that is mostly a list."""
        return self._deeper(_LISTS, level, names, self._simple_list)

    def truth(self, level: int, names: tuple[str, ...]) -> str:
        """Returns an expression that is a condition."""
        return self._deeper(_TRUTHS, level, names, lambda _: self.one("#t", "#f", "(null? items)"))

    def text(self, level: int, names: tuple[str, ...]) -> str:
        """Returns an expression that is mostly a string."""
        return self._deeper(_TEXTS, level, names, lambda _: self.one('"ab"', "word"))

    def table(self, level: int, names: tuple[str, ...]) -> str:
        """Returns an expression that is mostly a map."""
        return self._deeper(_TABLES, level, names, lambda _: self.one("{:a 1 :b 2}", "table"))

    def anything(self, level: int, names: tuple[str, ...]) -> str:
        """Returns an expression of any kind."""
        kind = self.one(self.number, self.number, self.sequence, self.truth, self.text, self.table)
        return str(kind(level, names))

    def _deeper(
        self,
        shapes: list[str],
        level: int,
        names: tuple[str, ...],
        simple: Callable[[tuple[str, ...]], str],
    ) -> str:
        if self.depth > 3 or self.chance(0.25):
            return simple(names)
        self.depth += 1
        try:
            if self.chance(0.25):
                return self.favourite(level, names)
            if level > 0 and self.chance(0.35):
                return self.own_call(level, names)
            return self.fill(self.one(*shapes), level, names)
        finally:
            self.depth -= 1

    def _simple_number(self, names: tuple[str, ...]) -> str:
        if names and self.chance(0.6):
            return str(self.one(*names))
        return str(self.one("1", "2", "3", "-4", "0", "k", "rate", "limit"))

    def _simple_list(self, names: tuple[str, ...]) -> str:
        return str(self.one("items", "(list 1 2 3)", "'(3 1 2)", "(range 4)", "[1 2 3]", "'()"))

    def own_call(self, level: int, names: tuple[str, ...]) -> str:
        """Returns a call of a function of the session."""
        name = self.one(*list(FUNCTIONS)[:level])
        given = " ".join(self.number(level, names) for _ in range(FUNCTIONS[name]))
        return f"({name} {given})"

    def favourite(self, level: int, names: tuple[str, ...]) -> str:
        """Returns a call of a library function that this session is about."""
        name = self.one(*self.favourites)
        return f"({name} {' '.join(self.argument(name, i, level, names) for i in range(LIBRARY[name]))})"

    def argument(self, name: str, index: int, level: int, names: tuple[str, ...]) -> str:
        """Returns an argument that mostly fits."""
        if self.chance(0.08):
            return self.anything(level, names)
        if name in ("map", "filter", "for-each", "every", "any", "apply") and index == 0:
            return self.function(level, names, 2 if name == "apply" else 1)
        if name in ("foldl", "reduce") and index == 0:
            return self.function(level, names, 2)
        if name in ("foldl", "reduce") and index == 1 and LIBRARY[name] == 3:
            return self.number(level, names)
        if name in ("get", "assoc", "keys", "vals", "contains?", "dissoc"):
            if index == 0:
                return self.table(level, names)
            return str(self.one(":a", ":b", ":c")) if index == 1 else self.number(level, names)
        if name in ("string-append", "string-length", "str"):
            return self.text(level, names)
        if name in ("nth", "list-ref") and index == 1:
            return self.number(level, names)
        if name in ("cons", "take", "drop", "member") and index == 0:
            return self.number(level, names)
        if name == "force":
            return f"(delay {self.number(level, names)})"
        lists = (
            "null? pair? empty? list? car cdr cadr first rest cons append reverse length nth map "
            "filter foldl reduce sort apply for-each every any list-ref last second take drop "
            "count member conj"
        ).split()
        return self.sequence(level, names) if name in lists else self.number(level, names)

    def function(self, level: int, names: tuple[str, ...], count: int) -> str:
        """Returns a function of so many arguments."""
        own = [name for name in list(FUNCTIONS)[:level] if FUNCTIONS[name] == count]
        known = [name for name in self.favourites if LIBRARY[name] == count]
        kind = self.source.random()
        if own and kind < 0.25:
            return str(self.one(*own))
        if known and kind < 0.4:
            return str(self.one(*known))
        if kind < 0.5:
            return {1: "abs", 2: "+"}.get(count, "list")
        inner = ("n", "m")[:count]
        body = self.anything(level, (*names, *inner))
        return f"(fn ({' '.join(inner)}) {body})"

    def fill(self, shape: str, level: int, names: tuple[str, ...]) -> str:
        """Returns a shape with its holes filled, one word each."""
        holes: dict[str, Callable[[], str]] = {
            "NUM": lambda: self.number(level, names),
            "LIST": lambda: self.sequence(level, names),
            "BOOL": lambda: self.truth(level, names),
            "TEXT": lambda: self.text(level, names),
            "MAP": lambda: self.table(level, names),
            "ANY": lambda: self.anything(level, names),
            "FN1": lambda: self.function(level, names, 1),
            "FN2": lambda: self.function(level, names, 2),
            "INNER": lambda: self.number(level, (*names, "x", "i")),
            "ACC": lambda: self.number(level, (*names, "acc", "i")),
            "CHANGE": lambda: self.change(level),
        }
        for hole, maker in holes.items():
            while hole in shape:
                shape = shape.replace(hole, maker(), 1)
        return shape

    # --- what changes something ---------------------------------------------------------------

    def variable_value(self, name: str, level: int = 0) -> str:
        """Returns a value for a variable; mostly of the kind that it is used for."""
        if self.chance(0.12):
            return self.anything(level, ())
        if name == "table":
            return str(self.one("{:a 5 :b 6}", "{}", "{:a 1 :c 3}", "(assoc table :a 9)"))
        if name == "items":
            return str(self.one("'(5 6 7)", "(list 9)", "'()", "[4 5]", "(cons 7 items)"))
        if name == "word":
            return str(self.one('"xyz"', '""', '(string-append word "!")'))
        return str(self.one("5", "10", "2.5", "-1", f"(+ {name} 1)", f"(* 2 {name})", '"seven"'))

    def own_function(self, name: str) -> tuple[str, str]:
        """Returns the parameters and a new body for a function of the session."""
        level = list(FUNCTIONS).index(name)
        names = ("a", "b")[: FUNCTIONS[name]]
        if self.chance(0.2):
            return " ".join(names), str(self.one(":new", "42", '"new"', "(list a)", "k", "nil"))
        return " ".join(names), self.anything(level, names)

    def library_function(self, name: str) -> tuple[str, str]:
        """Returns the parameters and a new body for a function of the library."""
        names = ("a", "b", "c")[: LIBRARY[name]]
        body = self.one(":mine", "77", "a", '"mine"', "'(8 9)", "nil", "#t", "#f", "{:a 3}", "k")
        return " ".join(names), body

    def change(self, level: int) -> str:
        """Returns an expression that changes a variable or a function."""
        form = self._change(level)
        if self.chance(0.25):
            return f"(eval '{form})"
        return form

    def _change(self, level: int) -> str:
        kind = self.source.random()
        if kind < 0.5:
            name = self.one(*VARIABLES)
            return f"(set! {name} {self.variable_value(name, level)})"
        if kind < 0.8:
            name = self.one(*FUNCTIONS)
            parameters, body = self.own_function(name)
            return f"(set! {name} (fn ({parameters}) {body}))"
        name = self.one(*self.favourites)
        parameters, body = self.library_function(name)
        return f"(set! {name} (fn ({parameters}) {body}))"

    # --- forms --------------------------------------------------------------------------------

    def define_function(self) -> str:
        name = self.one(*FUNCTIONS)
        parameters, body = self.own_function(name)
        level = list(FUNCTIONS).index(name)
        if self.chance(0.25):
            body = f"{self.change(level)} {body}"
        return f"(define ({name} {parameters}) {body})"

    def define_variable(self) -> str:
        name = self.one(*VARIABLES)
        return f"({self.one('define', 'define', 'set!')} {name} {self.variable_value(name, 6)})"

    def define_closure(self) -> str:
        """Returns the definition of something that holds a function which exists from then on."""
        body = self.anything(len(FUNCTIONS), ("z", "y"))
        plain = f"(fn (z) {re.sub(NAMED_Y, '1', body) if self.chance(0.3) else body})"
        held = f"(let ((y {self.number(2, ())})) {plain})"
        shape = self.one(
            "HELD",
            "HELD",
            "(list HELD)",
            "{:f HELD}",
            "(let ((w (fn (y z) BODY))) (fn (z) (w 3 z)))",
            "(delay (let ((y 1) (z 2)) BODY))",
            "(let ((fs (map (fn (y) (fn (z) BODY)) (list 1 2)))) (first fs))",
            "(let ((count 0)) (fn (y) (set! count (+ count 1)) (let ((z count)) BODY)))",
            "(let loop ((y 0) (fs '())) (if (< y 2) (loop (+ y 1) (cons (fn (z) BODY) fs)) fs))",
        )
        name = self.one(*CLOSURES)
        return f"(define {name} {shape.replace('HELD', held).replace('BODY', body)})"

    def use_closure(self) -> str:
        name = self.one(*CLOSURES)
        return (
            f"(cond ((list? {name}) ((car {name}) 2)) ((map? {name}) ((:f {name}) 2))"
            f" ((async/promise? {name}) (await {name}))"
            f" ((procedure? {name}) ({name} 2)) (else (force {name})))"
        )

    def define_macro(self) -> str:
        name = self.one("m1", "m2")
        self.macros.append(name)
        body = self.one(
            "`(+ ,x k)", "`(f ,x)", "`(let ((v ,x)) (list v (g v 1)))", "x", "`(set! k ,x)",
            "`(begin (set! limit (+ limit 1)) ,x)", "(list 'f x)",
        )  # fmt: skip
        return f"(defmacro {name} (x) {body})"

    def use_macro(self) -> str:
        if not self.macros:
            return self.define_macro()
        use = f"({self.one(*self.macros)} {self.number(2, ())})"
        return str(self.one(use, f"(define (h a) {use})", f"(define (top a) (list a {use}))"))

    def define_record(self) -> str:
        return "(define-record-type point (make-point x y) point? (x point-x) (y point-y set-point-y!))"

    def use_record(self) -> str:
        return str(
            self.one(
                "(define o (make-point 1 2))",
                "(define (q a) (let ((o (make-point a 2))) (list (point-x o) (point? o))))",
                "(define (h a) (if (point? o) (begin (set-point-y! o a) (point-y o)) :none))",
                "(point-x o)",
                "(list (point? o) (point? 1))",
                "(define (point-x p) :other)",
                "(define (point? p) #t)",
                "(set! make-point (fn (a b) (list a b)))",
                "(define (set-point-y! p v) :kept)",
                "(q 5)",
                "(h 6)",
            )
        )

    def define_library(self) -> str:
        name = self.one(*self.favourites)
        parameters, body = self.library_function(name)
        return str(
            self.one(
                f"(define ({name} {parameters}) {body})",
                f"(set! {name} (fn ({parameters}) {body}))",
                f"(define {name} (fn ({parameters}) {body}))",
                f"(define (change!) (set! {name} (fn ({parameters}) {body})))",
                "(change!)",
                f"(eval '(define ({name} {parameters}) {body}))",
            )
        )

    def task(self) -> str:
        body = self.anything(len(FUNCTIONS), ())
        name = self.one(*CLOSURES)
        return str(
            self.one(
                f"(define {name} (async {body}))",
                f"(define {name} (let ((y 2)) (async (list y {body}))))",
                f"(await {name})",
                f"(await (async {body}))",
            )
        )

    def loop(self) -> str:
        """Returns a loop in which something is changed while it runs."""
        return self.fill(self.one(*_LOOPS), len(FUNCTIONS), ())

    def probe(self) -> str:
        return str(
            self.one(self.own_call(len(FUNCTIONS), ()), self.use_closure(), "(list k items)")
        )

    def session(self) -> list[str]:
        """Returns the forms of a session."""
        forms = list(_VARIABLES)
        if self.chance(0.7):
            forms = [" ".join(forms)]
        for name, count in FUNCTIONS.items():
            parameters, body = " ".join("ab"[:count]), "a"
            if self.chance(0.7):
                parameters, body = self.own_function(name)
            forms.append(f"(define ({name} {parameters}) {body})")
            if body == "a" and len(forms) > 1 and self.chance(0.7):
                forms[-2:] = [" ".join(forms[-2:])]
        kinds = (
            [self.probe] * 6 + [self.define_function] * 3 + [self.define_variable] * 3
            + [self.define_closure] * 3 + [self.use_closure] * 2 + [self.define_library] * 2
            + [self.loop] * 2 + [self.use_macro, self.task, self.define_record]
            + [self.use_record] * 2 + [lambda: self.change(len(FUNCTIONS))]
        )  # fmt: skip
        forms += [str(self.one(*kinds)()) for _ in range(self.source.randint(4, 10))]
        forms += [self.probe() for _ in range(3)]
        # Some forms stand together in one unit.
        joined: list[str] = []
        for form in forms:
            if joined and self.chance(0.15):
                joined[-1] += " " + form
            else:
                joined.append(form)
        return joined


_VARIABLES = (
    "(define k 1)",
    "(define rate 2)",
    "(define limit 3)",
    "(define table {:a 1 :b 2})",
    "(define items '(3 1 2))",
    '(define word "ab")',
)
_NUMBERS = [
    "(+ NUM NUM)", "(- NUM NUM)", "(* NUM 2)", "(max NUM NUM)", "(abs NUM)", "(length LIST)",
    "(if BOOL NUM NUM)", "(let ((x NUM)) (+ x INNER))", "(first LIST)", "(get MAP :a)",
    "(foldl + 0 LIST)", "(foldl FN2 0 LIST)", "(reduce + LIST)", "(string-length TEXT)",
    "(let loop ((i 0) (acc 0)) (if (< i 3) (loop (+ i 1) ACC) acc))",
    "(let loop ((i 0) (acc NUM)) (if (>= i 3) acc (loop (+ i 1) (+ acc INNER))))",
    "(let ((x 0)) (dotimes (i 3) (set! x (+ x INNER))) x)",
    "(let ((x 0)) (for-each (fn (i) (set! x (+ x i INNER))) LIST) x)",
    "(match LIST ((i x) (+ i x)) ([i & x] i) (_ NUM))",
    "(try NUM (catch e NUM))", "(try (error \"bad\") (catch e (length (:message e))))",
    "(try (throw {:v NUM}) (catch e (:v (:value e))))",
    "(let (([i x] (list NUM NUM))) (+ i x))", "(cond (BOOL NUM) (BOOL NUM) (else NUM))",
    "(case NUM ((1 2) NUM) (else NUM))", "(nth LIST 1)", "(let* ((i NUM) (x (* i 2))) INNER)",
    "(begin CHANGE NUM)", "(apply + LIST)", "(force (delay NUM))", "(mod NUM 5)",
    "(do ((i 0 (+ i 1)) (acc 0 ACC)) ((= i 3) acc))", "((fn (x i) INNER) NUM 2)",
    "(letrec ((even (fn (i) (if (= i 0) 1 (odd (- i 1))))) (odd (fn (i) (if (= i 0) 0 (even (- i 1))))))"
    " (even 4))",
]  # fmt: skip
_LISTS = [
    "(list NUM NUM)", "(cons NUM LIST)", "(append LIST LIST)", "(reverse LIST)", "(rest LIST)",
    "(map FN1 LIST)", "(map FN2 LIST LIST)", "(filter FN1 LIST)", "(range 3)", "(sort LIST)",
    "(map (fn (x) INNER) LIST)", "(filter (fn (x) (> x NUM)) LIST)", "(keys MAP)",
    "(let loop ((i 0) (acc '())) (if (< i 3) (loop (+ i 1) (cons INNER acc)) (reverse acc)))",
    "(for/list ((x LIST)) INNER)", "(if BOOL LIST LIST)", "(let ((x NUM)) (list x INNER))",
    "(map (fn (f) (f 1)) (list FN1 FN1))", "(map (fn (x) (g x k)) LIST)", "`(1 ,NUM ,@LIST)",
    "(let ((out (list))) (for-each (fn (x) (set! out (cons INNER out))) LIST) out)",
    "(begin CHANGE LIST)", "(vals MAP)", "(list BOOL TEXT)",
]  # fmt: skip
_TRUTHS = [
    "(< NUM NUM)", "(= NUM NUM)", "(not BOOL)", "(and BOOL BOOL)", "(or BOOL BOOL)", "(null? LIST)",
    "(pair? LIST)", "(even? NUM)", "(zero? NUM)", "(equal? ANY ANY)", "(string? ANY)",
    "(number? ANY)", "(empty? LIST)", "(contains? MAP :a)", "(every FN1 LIST)", "(any FN1 LIST)",
    "(eq? word TEXT)", "(list? ANY)",
]  # fmt: skip
_TEXTS = [
    "(str NUM TEXT)", "(string-append TEXT TEXT)", "(if BOOL TEXT TEXT)", "(str ANY)",
    'f"n=${k} ${rate}"', "(let loop ((i 0) (s \"\")) (if (< i 2) (loop (+ i 1) (string-append s TEXT)) s))",
    "(string/join (map str LIST) \",\")",
]  # fmt: skip
_TABLES = [
    "(assoc MAP :a NUM)", "(assoc MAP :c NUM :d LIST)", "{:a NUM :b LIST}", "(dissoc MAP :a)",
    "(let loop ((i 0) (m MAP)) (if (< i 2) (loop (+ i 1) (assoc m i (get m :a))) m))",
    "(map/update MAP :a FN1)", "(merge MAP MAP)",
    "(foldl (fn (m x) (assoc m x NUM)) {} LIST)",
]  # fmt: skip
_LOOPS = [
    "(let loop ((i 0) (acc '())) (if (< i 3) (begin CHANGE (loop (+ i 1) (cons ANY acc))) acc))",
    "(map (fn (x) CHANGE ANY) (list 1 2))",
    "(let ((out '())) (dotimes (i 3) CHANGE (set! out (cons ANY out))) out)",
    "(let ((i 0) (out '())) (while (< i 2) (set! i (+ i 1)) (set! out (cons ANY out)) CHANGE) out)",
    "(foldl (fn (acc x) CHANGE (cons ANY acc)) '() (list 1 2))",
    "(begin (define (inner) CHANGE ANY) (list (inner) (inner)))",
    "(define (top a) (let loop ((i 0) (acc '())) (if (< i 3) (begin CHANGE (loop (+ i 1) (cons ANY acc))) acc)))",
    "(define c1 (fn (z) CHANGE ANY))",
    "(try (begin CHANGE ANY) (catch e CHANGE ANY))",
]  # fmt: skip


def random_session(number: int) -> list[str]:
    """Returns the texts of the session of this number: mostly single forms, or several in one."""
    chance = random.Random(number)
    forms = Maker(chance).session()
    return forms if number % 3 else _joined(forms, chance)


def _joined(forms: list[str], chance: random.Random) -> list[str]:
    """Returns forms as longer texts, compiled as wholes, in which what a form gives is shown."""
    texts: list[str] = []
    rest = [form if form.startswith(_SILENT) else f"(println {form})" for form in forms]
    while rest:
        size = chance.randint(1, 6)
        texts.append("\n".join(rest[:size]))
        rest = rest[size:]
    return texts


_SILENT = ("(def", "(set!", "(begin", "(module", "(import", "(load")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stops what is inside after some time of the processor, as a person would."""

    def stop(*_: object) -> None:
        # Where Python calls by itself, as when a value is freed, an error goes nowhere: once more.
        signal.setitimer(signal.ITIMER_PROF, 0.05)
        raise Stopped

    hook = sys.unraisablehook

    def unraisable(found: sys.UnraisableHookArgs) -> None:
        if found.exc_type is not Stopped:
            hook(found)

    sys.unraisablehook = unraisable
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        sys.unraisablehook = hook


Answer = tuple[str | None, list[str], str]


def answers(forms: list[str], optimises: bool) -> list[Answer]:
    """Returns what each form of a session gives: value, output, kind of error."""
    interpreter = Interpreter(off=frozenset() if optimises else EVERYTHING)
    found: list[Answer] = []
    for form in forms:
        result = interpreter.run(form)
        error = result["error"]
        found.append(
            (result["value"], result["output"], "" if error is None else str(error["type"]))
        )
    interpreter.close()
    return found


def answers_or_none(forms: list[str]) -> tuple[list[Answer], list[Answer]] | None:
    """Returns the answers of a session, and the right ones; None if it takes too long."""
    try:
        with time_limit(SECONDS_FOR_ONE):
            return answers(forms, True), answers(forms, False)
    except Stopped:
        return None


def difference(forms: list[str]) -> tuple[int, Answer, Answer] | None:
    """Returns the first form that answers otherwise, its answer, and the right one."""
    return first_difference(*(answers_or_none(forms) or ([], [])))


def first_difference(found: list[Answer], right: list[Answer]) -> tuple[int, Answer, Answer] | None:
    """Returns where answers are not the right ones."""
    for index, (one, other) in enumerate(zip(found, right, strict=True)):
        if one != other:
            return index, one, other
    return None


def smallest(forms: list[str]) -> list[str]:
    """Returns the fewest forms of a session that still differ."""
    split = [part for form in forms for part in _parts(form)]
    if difference(split) is not None:
        forms = split
    changed = True
    while changed:
        changed = False
        for index in reversed(range(len(forms))):
            fewer = forms[:index] + forms[index + 1 :]
            if difference(fewer) is not None:
                forms, changed = fewer, True
        for index in range(len(forms)):
            for shorter in _shorter(forms[index]):
                tried = [*forms[:index], shorter, *forms[index + 1 :]]
                if difference(tried) is not None:
                    forms, changed = tried, True
                    break
    return forms


def _parts(form: str) -> list[str]:
    """Returns the top-level forms of a text."""
    parts: list[str] = []
    depth = start = 0
    quoted = False
    for at, letter in enumerate(form):
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in "([{":
            depth += 1
        elif not quoted and letter in ")]}":
            depth -= 1
            if depth == 0:
                parts.append(form[start : at + 1].strip())
                start = at + 1
    return parts


def _shorter(form: str) -> Iterator[str]:
    """Yields the form with one of its inner forms replaced by less."""
    opened: list[int] = []
    quoted = False
    for at, letter in enumerate(form):
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter == "(":
            opened.append(at)
        elif not quoted and letter == ")" and opened:
            start = opened.pop()
            if opened:
                for instead in ("1", "", "a", "'()"):
                    if len(instead) < at - start:
                        yield form[:start] + instead + form[at + 1 :]


def be_quick() -> None:
    """Takes what exists by now out of what Python looks through.

    The garbage collector does so again and again, and so does a session that gives functions new
    code. No code of the sessions to come is among it.
    """
    for optimises in (True, False):
        answers(["(define (f a) (+ a 1))", "(g 2)", "(f 2)"], optimises)
    gc.collect()
    gc.freeze()


def main(count: int, first: int = 0) -> int:
    """Compares so many sessions; prints what differs."""
    different = left_out = 0
    out = sys.stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        be_quick()
        for number in range(first, first + count):
            answered = answers_or_none(random_session(number))
            if number % COLLECTED == 0:
                gc.collect()
            if answered is None:
                left_out += 1
            elif first_difference(*answered) is not None:
                different += 1
                tell(number, out)
            if (number + 1 - first) % 1000 == 0:
                print(f"    {number + 1 - first} of {count}", file=out, flush=True)
    print(f"{count} sessions, {different} differ, {left_out} took too long")
    return different


def tell(number: int, out: TextIO) -> None:
    """Prints the smallest forms of a session that answer otherwise."""
    few = smallest(random_session(number))
    print(f"--- session {number}", *few, sep="\n    ", file=out)
    index, one, other = difference(few) or (0, None, None)
    print(f"    form {index}: {one}\n    right:  {other}", file=out, flush=True)


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    sys.exit(main(*map(int, sys.argv[1:])) > 0)
