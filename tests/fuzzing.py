"""Makes random programs: broken texts, badly written forms, calls with wild arguments, bent programs.

Everything comes from one `random.Random`, so that a seed names a program for ever.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from fuzzing_values import EVERYTHING, fitting
from lispcore import Interpreter
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.library.registry import ENTRIES

Interpreter()  # fills the tables of names

PIECES = [
    *'( ) [ ] { } ( ) \' ` , ,@ #( #u8( #\\ #\\a #| |# #; ; \n " \\ \\n \\x41; \\u{ f" {x} #" . & _ '
    "1 -1 1.5 1e9 1e400 1/2 1/0 0x1F 0b2 1+ - + :a : :: a/b nil #t #f #true % %1 %2 é 日 😀 | "
    "\x00 \x7f � \u200b x y f inf nan +inf.0 ... @ ^ # #{ ${ $ ~ #_ \ufeff \ud800 1e 1e99999999 "
    "-- 1__0 1_0 #\\x110000 #\\newline #x1F #b101 #e1.5 #! \\u0041 \t 9999999999999999999999".split(
        " "
    ),
    " ",
]

# What ends the process, reaches outside, or asks the person at the terminal.
OUTSIDE = (
    "exit shell kill proc/ pty/ git/ serial/ http/ ws/ mcp/ fs/ web/ sys/set-env sys/on-signal "
    "term/ io/ read-line read-stdin read-many notebook workflow otel pio/ llm/ agent/ db/open "
    "kv/open load import module/ gc/ sys/cwd sys/home sys/temp sys/config sys/sema sys/env path/ab "
    "path/canon"
).split()
# Reach the file system: called with the plain names of fuzzing_values.py only.
FILES = "file/ path/ kv/ zip/ tar/ patch/ log/ stream/open document/ pdf/ sema/check-file".split()


def allowed(name: str) -> bool:
    """Tells whether a fuzzed program may use a name anywhere."""
    return name == "db/open-memory" or not name.startswith((*OUTSIDE, *FILES))


HEADS = [name for name in SPECIAL_FORMS if name not in ("load", "import", "time")]
CALLABLE = sorted(
    name
    for name, entry in ENTRIES.items()
    if entry.function is not None and not name.startswith(tuple(OUTSIDE))
)
FUNCTIONS = [name for name in CALLABLE if allowed(name)]


def random_text(source: random.Random) -> str:
    """Returns a text of tokens and halves of tokens, or a program with some of its text damaged."""
    if source.random() < 0.3:
        return "".join(
            source.choice(PIECES) + source.choice(("", " ")) for _ in range(source.randint(1, 25))
        )
    text = source.choice(known_programs())
    for _ in range(source.choice((1, 1, 1, 2, 4))):
        start = source.randint(0, len(text))
        end = start + source.choice((0, 0, 0, 1, 1, 2, 10))
        text = text[:start] + source.choice((*PIECES, "", "", "")) + text[end:]
    return text


def random_form(source: random.Random, depth: int = 0) -> str:
    """Returns a form whose head is a special form more often than not, with any arguments."""
    if depth > 4 or source.random() < 0.35:
        odd = source.random()
        if odd < 0.05:
            return source.choice("else _ & . ... => % {:a}".split())
        if odd < 0.25:
            return source.choice(("()", "[]", "{}", "(x)", "(x 1)", "((x 1))", "[x 1]", "(x . y)"))
        return source.choice("xyf") if odd < 0.35 else source.choice(EVERYTHING)
    opening, closing = source.choice(("()",) * 20 + ("[]",) * 3 + ("{}",))
    items = [random_form(source, depth + 1) for _ in range(source.randint(0, 4))]
    kind = source.random()
    if kind < 0.6:
        items.insert(0, source.choice(HEADS))
    elif kind < 0.75:
        items.insert(0, source.choice(FUNCTIONS))
    elif kind < 0.85:
        items = [f"({source.choice('xyz')} {item})" for item in items]
    mark = source.choice(("",) * 40 + ("'", "`", ",", ",@", "#"))
    return (mark if mark != "#" or opening == "(" else "") + opening + " ".join(items) + closing


@cache
def parameter_types(name: str) -> tuple[str, ...]:
    """Returns the documented types of a function's parameters, in order."""
    words = ENTRIES[name].parameters.replace("[", " ").replace("]", " ").split()
    return tuple(word.partition(":")[2] or "any" for word in words if word not in ("&", "."))


@cache
def accepted_counts(name: str) -> range:
    """Returns how many arguments a function takes."""
    function = ENTRIES[name].function
    code = getattr(function, "__code__", None)
    if function is None or code is None:
        return range(4)
    least = code.co_argcount - len(function.__defaults__ or ())
    return range(least, code.co_argcount + (4 if code.co_flags & 0x04 else 1))


def random_call(source: random.Random, names: list[str] = CALLABLE) -> str:
    """Returns a call of a library function; most arguments have the documented type."""
    name = source.choice(names)
    types = parameter_types(name) or ("any",)
    count = source.choice(accepted_counts(name))
    if source.random() < 0.1:
        count = max(0, count + source.choice((-1, 1, 2)))
    fits = source.choice((0.6, 0.95))
    arguments = []
    for index in range(count):
        kind = types[min(index, len(types) - 1)]
        choices = fitting(kind) if source.random() < fits else EVERYTHING
        arguments.append(source.choice(choices))
    if allowed(name) and arguments and source.random() < 0.2:
        index = source.randrange(count)
        arguments[index] = random_call(source, FUNCTIONS)
    return f"({' '.join([name, *arguments])})"


# Programs that use a value of any kind in a way of their own.
FRAMES = """
(define x {a}) (define y {b}) (list (equal? x y) (= x y) (str x) (hash-map x y) (type x))
(define x {a}) (json/encode-pretty {{:k x :l (list {b})}})
(define x {a}) (sort (list x {b} x))
(define x {a}) (length (str (list x {b}))) (pprint (list x x)) (format "~a ~s" x x)
(frequencies (list {a} {b} {a}))
(eval {a})
(eval (list 'quote {a}))
(eval (list {a} {b}))
(eval (list 'let (list (list 'x {a})) {b}))
(macroexpand {a})
(read (str {a}))
(format/form (str {a}))
(match {a} (1 2) ([a & r] r) ({{:a q}} q) ("s" 1) ((h . t) t) (_ {b}))
(case {a} ((1 2) 3) (else {b}))
(defmacro m (x . r) (list 'list x {a} (cons 'quote r))) (m {b} 1 2)
(defmacro m (x) {a}) (m 1)
(define-syntax m (syntax-rules () ((_ a ...) (list a ... {a})))) (m 1 {b})
(define (f x) {a}) (f {b})
(define (f x . r) (if (null? r) (f {a} x) {b})) (f 1)
(define f {a}) (f {b})
(let ((x {a})) (set! x {b}) x)
(let loop ((i 0) (x {a})) (if (< i 3) (loop (+ i 1) {b}) x))
(try (throw {a}) (catch e (list e (:value e) {b})))
(try {a} (catch e (throw e)) (finally {b}))
(guard (e (#t (list e {a}))) (raise {b}))
(apply {a} {b})
(apply {a} (list {b} {a}))
(map {a} {b})
(map (fn (x) {a}) {b})
(filter {a} {b})
(foldl {a} {b} (range 4))
(for-each {a} {b})
(sort-by {a} {b})
(await (async {a}))
(async/all (list (async {a}) (async {b})))
(define c (channel/new 1)) (async (channel/send c {a})) (list (channel/recv c) {b})
(async/map {a} {b})
(async/with-timeout 5 (fn () {a}))
(channel/recv {a})
(parallel (list (fn () {a}) (fn () {b})))
(module m (export q) (define q {a}) (define r {b})) q
(define p (make-parameter {a})) (parameterize ((p {b})) (p))
(for/list ((x {a}) :when {b}) x)
(for/fold ((s {a})) ((x {b})) (list s x))
(dotimes (i {a}) {b})
(for-range (i 0 {a}) {b})
(do ((i 0 (+ i 1))) ((= i 3) {a}) {b})
(-> {a} (list {b}) first)
(some-> {a} (get {b}))
(let (([a b & r] {a}) ({{:keys [k]}} {b})) (list a b r k))
(let-values (((a b) {a}) (c {b})) (list a b c))
(define-values (a b) {a}) (list a b)
(call-with-values (fn () {a}) {b})
(deftool t "d" {{:x {{:type :string}}}} (fn (x) {a})) (tool/parameters t)
(defmulti area {a}) (defmethod area :a (x) {b}) (area {b})
(with-stream (s {a}) {b})
f"a${{{a}}}b${{{b}}}"
(list `(1 ,{a} ,@{b}))
(delay {a})
(force {a})
(assoc {a} {b} {a})
(get {a} {b} {a})
(({a}) {b})
(assert {a} {b})
(when-let (x {a}) {b})
(string->number (str {a}) 36)
(let* ((x {a}) (f (fn () x))) (define x {b}) (f))
(with-retry (fn () {a}) {{:max-attempts 2}})
(context/with {a} (fn () {b}))
(log/info {a} {b})
(macroexpand (quote {c}))
(sema/check-string (str (quote {c})))
(format/form (format "~s" (quote {c})))
(eval (quote {c}))
(defmacro m (x) x) (m {c})
(defmacro m (x . r) `(list ,x ,@r (quote ,{a}))) (m {c} {b})
(define-syntax m (syntax-rules () ((_ x) {c}))) (m {a})
(define (f x y) {c}) (f {a} {b})
(try {c} (catch e (list e {a})))
(await (async {c}))
""".strip().split("\n")


def random_use(source: random.Random) -> str:
    """Returns a program that does something particular with two random values."""

    def value() -> str:
        return source.choice(EVERYTHING) if source.random() < 0.8 else random_form(source, 3)

    return source.choice(FRAMES).format(a=value(), b=value(), c=random_form(source))


@cache
def known_programs() -> tuple[str, ...]:
    """Returns the programs of the documentation and of the language cases that stay inside."""
    found = [example for entry in ENTRIES.values() for example, _ in entry.examples]
    usages = [
        special.usage.replace("…", "").replace("[", "").replace("]", "")
        for special in SPECIAL_FORMS.values()
    ]
    found += usages * 3
    for path in sorted(Path(__file__).parent.glob("cases/*.txt")):
        for case in path.read_text(encoding="utf-8").split("\n\n"):
            program = [line for line in case.split("\n") if not re.match(r"=>|out:|error:", line)]
            found.append("\n".join(program))
    outside = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}" for name in (*OUTSIDE, *FILES)))
    return tuple(each for each in found if each.strip() and not outside.search(each))


_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[()\[\]{}\'`,@#]|[^\s()\[\]{}\'`,"]+|\s+', re.DOTALL)


@cache
def ends_of_forms(program: str) -> tuple[list[str], list[int]]:
    """Returns a program's tokens, and for each the index behind the form that it begins."""
    tokens = _TOKEN.findall(program)
    ends = list(range(1, len(tokens) + 1))
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token in ("(", "[", "{"):
            opened.append(index)
        elif token in (")", "]", "}") and opened:
            ends[opened.pop()] = index + 1
    return tokens, ends


def random_part(source: random.Random) -> str:
    """Returns a form out of some known program."""
    tokens, ends = ends_of_forms(source.choice(known_programs()))
    starts = [index for index, token in enumerate(tokens) if token[0] not in ")]}'`,@# \n"]
    if not starts:
        return "nil"
    start = source.choice(starts)
    return "".join(tokens[start : ends[start]])


def bent_program(source: random.Random) -> str:
    """Returns a program of the tests with some of its forms changed, moved or lost."""
    program = source.choice(known_programs())
    for _ in range(source.choice((1, 1, 1, 2, 2, 3, 5))):
        tokens, ends = ends_of_forms(program)
        starts = [index for index, token in enumerate(tokens) if token[0] not in ")]} \n"]
        if not starts:
            break
        start = source.choice(starts)
        before, old = tokens[:start], "".join(tokens[start : ends[start]])
        new = source.choice(
            (
                source.choice(EVERYTHING),
                source.choice(EVERYTHING),
                random_part(source),
                random_part(source),
                f"{old} {source.choice(EVERYTHING)}",
                f"({source.choice(FUNCTIONS)} {old})",
                f"({source.choice(HEADS)} {old})",
                f"{old} {old}",
                source.choice(PIECES),
                "",
            )
        )
        program = "".join([*before, new, *tokens[ends[start] :]])
    return program


MAKERS = (
    random_text,
    random_form,
    random_call,
    random_call,
    random_call,
    random_use,
    random_use,
    bent_program,
    bent_program,
)


def random_program(source: random.Random) -> str:
    """Returns one random program."""
    return source.choice(MAKERS)(source)
