"""What ``(doc name)`` and the page say about the special forms: a table, entered as data.

The shape of each form is the usage line that its error messages show (`SPECIAL_FORMS`), so only the
result, the description and the examples stand here. Tests run every example.
"""

from __future__ import annotations

from lispcore.expanding.expander import SPECIAL_FORMS
from lispcore.library.registry import document

Examples = list[tuple[str, str]]

# chapter -> (names that are written alike, what the form gives, description, examples)
TABLE: dict[str, list[tuple[str, str, str, Examples]]] = {
    "definitions": [
        (
            "define def",
            "nil",
            "Gives a name a value, or defines a function. At the top level the name is known "
            "everywhere, inside a body only there. In place of the name, a [vector] or {map} pattern "
            "names the parts of the value. `(define ((f a) b) …)` defines a function that returns a "
            "function.",
            [
                ("(begin (define x 10) (+ x 1))", "11"),
                ("(begin (define (square n) (* n n)) (square 7))", "49"),
                ("(begin (define [a b] [1 2]) (list b a))", "(2 1)"),
                ("(begin (define ((add a) b) (+ a b)) ((add 1) 2))", "3"),
            ],
        ),
        (
            "defun defn",
            "nil",
            "Defines a function: name, parameters, body. Parameters after & or a dot collect the "
            "rest of the arguments.",
            [
                ('(begin (defun greet (name) (str "Hello, " name)) (greet "Ada"))', '"Hello, Ada"'),
                ("(begin (defn tail (x & more) more) (tail 1 2 3))", "(2 3)"),
            ],
        ),
        (
            "lambda fn",
            "function",
            "Makes a function without a name. Parameters may be patterns; a single name in place of "
            "the list takes all arguments as a list.",
            [
                ("((lambda (x y) (* x y)) 6 7)", "42"),
                ("(map (fn (x) (* x x)) '(1 2 3))", "(1 4 9)"),
                ("((fn all all) 1 2)", "(1 2)"),
                ("((fn ([a b]) (- a b)) [5 3])", "2"),
            ],
        ),
        (
            "set!",
            "any",
            "Changes the value of a variable that is already defined and gives the new value.",
            [
                ("(let ((n 1)) (set! n (+ n 1)) n)", "2"),
            ],
        ),
        (
            "define-values",
            "nil",
            "Defines one name for each of the values that an expression gives with `values`.",
            [("(begin (define-values (q r) (values 3 1)) (list q r))", "(3 1)")],
        ),
        (
            "define-record-type",
            "nil",
            "Defines a type of records: a constructor with the fields it takes, a predicate, and for "
            "each field a function that reads it and, if wanted, one that changes it.",
            [
                (
                    "(begin (define-record-type point (make-point x y) point? (x point-x) "
                    "(y point-y)) (let ((p (make-point 3 4))) (list (point? p) (point-y p))))",
                    "(#t 4)",
                ),
            ],
        ),
        (
            "defmulti",
            "nil",
            "Defines a function with many methods. The dispatch function is called with the "
            "arguments; its result decides which `defmethod` runs.",
            [
                (
                    "(begin (defmulti area :shape) (defmethod area :square (fn (s) (* (:side s) "
                    "(:side s)))) (area {:shape :square :side 3}))",
                    "9",
                ),
            ],
        ),
        (
            "defmethod",
            "nil",
            "Adds a method to a function made by `defmulti`, for one dispatch value. The value "
            ":default takes everything that has no method of its own.",
            [
                (
                    "(begin (defmulti size type) (defmethod size :string string-length) "
                    '(defmethod size :default (fn (x) 0)) (list (size "abc") (size 5)))',
                    "(3 0)",
                ),
            ],
        ),
    ],
    "binding": [
        (
            "let",
            "any",
            "Binds names for the body only; the values do not see the new names. With a name before "
            "the bindings it is a loop: calling that name starts the body again with new values.",
            [
                ("(let ((x 2) (y 3)) (* x y))", "6"),
                ("(let (([a b] '(1 2)) ({:keys [c]} {:c 3})) (list a b c))", "(1 2 3)"),
                (
                    "(let loop ((n 5) (product 1)) (if (= n 0) product (loop (- n 1) (* product n))))",
                    "120",
                ),
            ],
        ),
        (
            "let*",
            "any",
            "Binds names one after the other, so that each value may use the names before it.",
            [("(let* ((x 2) (y (* x 10))) (+ x y))", "22")],
        ),
        (
            "letrec letrec*",
            "any",
            "Binds names that may use one another, as functions do that call each other.",
            [
                (
                    "(letrec ((even (fn (n) (if (= n 0) #t (odd (- n 1))))) (odd (fn (n) (if (= n 0) "
                    "#f (even (- n 1)))))) (even 10))",
                    "#t",
                ),
            ],
        ),
        (
            "let-values",
            "any",
            "Binds the values that expressions give with `values`, each group to a list of names.",
            [("(let-values (((q r) (values 7 2)) ((x) 1)) (list q r x))", "(7 2 1)")],
        ),
        (
            "let*-values",
            "any",
            "The same as `let-values`, but later expressions see the earlier names.",
            [("(let*-values (((a b) (values 1 2)) ((c) (+ a b))) c)", "3")],
        ),
        (
            "parameterize",
            "any",
            "Gives parameters made by `make-parameter` other values while the body runs.",
            [
                (
                    "(begin (define depth (make-parameter 0)) (list (parameterize ((depth 1)) "
                    "(depth)) (depth)))",
                    "(1 0)",
                ),
            ],
        ),
        (
            "with-stream with-open",
            "any",
            "Binds a stream for the body and closes it afterwards, however the body ends.",
            [('(with-stream (s (stream/from-string "abc")) (stream/read-line s))', '"abc"')],
        ),
    ],
    "choice": [
        (
            "if",
            "any",
            'Evaluates one of two expressions. Only nil and #f count as false; 0, "" and () are '
            "true. Without a third part the result is nil when the test is false.",
            [('(if (> 3 2) "yes" "no")', '"yes"'), ("(if #f 1)", "nil"), ("(if 0 :true)", ":true")],
        ),
        (
            "cond",
            "any",
            "Runs the body of the first clause whose test is true. `else` is a test that always "
            "holds; `=>` hands the test's value to a function.",
            [
                ("(cond ((< 5 3) :less) ((> 5 3) :more) (else :same))", ":more"),
                ("(cond ((get {:a 1} :a) => (fn (x) (+ x 1))) (else 0))", "2"),
            ],
        ),
        (
            "case",
            "any",
            "Compares a value with the constants of each clause and runs the first that has it.",
            [("(case 3 ((1 2) :low) ((3 4) :high) (else :other))", ":high")],
        ),
        (
            "when",
            "any",
            "Runs the body if the test is true; gives nil otherwise.",
            [("(when (> 2 1) :a :b)", ":b"), ("(when nil 1)", "nil")],
        ),
        (
            "unless",
            "any",
            "Runs the body if the test is false; gives nil otherwise.",
            [("(unless (> 2 1) :a)", "nil"), ("(unless #f 1 2)", "2")],
        ),
        (
            "and",
            "any",
            "Gives the first false value, or the last value; what follows is not evaluated.",
            [("(and 1 2 3)", "3"), ("(and 1 #f (car 5))", "#f"), ("(and)", "#t")],
        ),
        (
            "or",
            "any",
            "Gives the first true value, or the last value; what follows is not evaluated.",
            [("(or nil 2 (car 5))", "2"), ("(or #f nil)", "nil"), ("(or)", "#f")],
        ),
        (
            "when-let",
            "any",
            "Binds a name to a value and runs the body, unless the value is nil.",
            [("(when-let (x (get {:a 1} :a)) (+ x 1))", "2"), ("(when-let (x nil) 1)", "nil")],
        ),
        (
            "if-let",
            "any",
            "Binds a name to a value for the second part, or evaluates the third if it is nil.",
            [("(if-let (x (get {} :a)) x :none)", ":none"), ("(if-let (x 5) (* x 2) 0)", "10")],
        ),
        (
            "match",
            "any",
            "Compares a value with patterns and runs the body of the first that fits. A name in a "
            "pattern takes the value of its place, _ fits anything, constants must be equal, "
            "[vectors] fit sequences and {maps} maps that have these keys; `when` adds a condition. "
            "If no pattern fits, that is an error.",
            [
                ("(match [1 2] ([x y] (+ x y)))", "3"),
                ("(match {:type :circle :r 2} ({:type :circle :r r} (* r r)) (_ 0))", "4"),
                ("(match 7 (n when (< n 5) :small) (n :large))", ":large"),
                ("(match 5 (1 :one))", "error: no clause matched"),
            ],
        ),
        (
            "match*",
            "any",
            "The same as `match`, but gives nil if no pattern fits.",
            [("(match* 5 (1 :one))", "nil"), ("(match* 1 (1 :one))", ":one")],
        ),
    ],
    "sequence": [
        (
            "begin progn",
            "any",
            "Evaluates expressions in order and gives the value of the last one.",
            [("(begin 1 2 3)", "3"), ("(begin)", "nil")],
        ),
        (
            "->",
            "any",
            "Puts a value into the first place of a call, the result into the next call, and so on.",
            [("(-> 5 (- 1) (* 2))", "8"), ('(-> "abc" string-length)', "3")],
        ),
        (
            "->>",
            "any",
            "The same as `->`, but puts the value into the last place of each call.",
            [("(->> '(1 2 3) (map (fn (x) (* x x))) (filter odd?))", "(1 9)")],
        ),
        (
            "as->",
            "any",
            "Gives the value a name that every step may use in any place.",
            [("(as-> 5 x (+ x 1) (list 0 x))", "(0 6)")],
        ),
        (
            "some->",
            "any",
            "The same as `->`, but ends with nil as soon as a step gives nil.",
            [("(some-> {:a {:b 1}} :a :b (+ 1))", "2"), ("(some-> {} :a :b (+ 1))", "nil")],
        ),
        (
            "some->>",
            "any",
            "The same as `->>`, but ends with nil as soon as a step gives nil.",
            [("(some->> '(1 2) (map abs) (cons 0))", "(0 1 2)")],
        ),
    ],
    "loops": [
        (
            "while",
            "nil",
            "Runs the body again and again while the test is true.",
            [("(let ((n 0)) (while (< n 3) (set! n (+ n 1))) n)", "3")],
        ),
        (
            "do",
            "any",
            "A loop with variables: each has a first value and an expression for its next one. When "
            "the test holds, the expressions after it give the result.",
            [("(do ((i 0 (+ i 1)) (sum 0 (+ sum i))) ((= i 4) sum))", "6")],
        ),
        (
            "dotimes",
            "nil",
            "Runs the body with the name bound to 0, 1, … up to but not including the count.",
            [("(let ((s 0)) (dotimes (i 4) (set! s (+ s i))) s)", "6")],
        ),
        (
            "for-range",
            "nil",
            "Runs the body with the name counting from start up to but not including end.",
            [("(let ((s 0)) (for-range (i 1 10 3) (set! s (+ s i))) s)", "12")],
        ),
        (
            "for/list",
            "list",
            "Runs the body for each item and gives the list of results. Several sequences run one "
            "inside the other; :when skips what fails a test.",
            [
                ("(for/list ((x '(1 2 3))) (* x x))", "(1 4 9)"),
                ("(for/list ((x '(1 2 3 4)) (:when (even? x))) x)", "(2 4)"),
            ],
        ),
        (
            "for/filter",
            "list",
            "Gives the items for which the body is true.",
            [("(for/filter ((x '(1 2 3 4))) (> x 2))", "(3 4)")],
        ),
        (
            "for/map",
            "map",
            "Gives a map; the body gives each key and value with `values`.",
            [("(for/map ((x '(1 2))) (values x (* x x)))", "{1 1 2 4}")],
        ),
        (
            "for/fold",
            "any",
            "Runs through sequences with an accumulator, which the body gives anew for each item.",
            [("(for/fold ((sum 0)) ((x '(1 2 3))) (+ sum x))", "6")],
        ),
    ],
    "errors": [
        (
            "try",
            "any",
            "Runs the body; if an error ends it, the handler runs with the name bound to a map with "
            ":type, :message and :stack-trace. `finally` runs at the end in any case.",
            [
                ("(try (/ 1 0) (catch e (:type e)))", ":eval"),
                ('(try (error "no") (catch e (:message e)))', '"no"'),
                ("(let ((n 0)) (try 1 (catch e 2) (finally (set! n 5))) n)", "5"),
            ],
        ),
        (
            "guard",
            "any",
            "Runs the body; if an error ends it, the clauses are tried like those of `cond`, with the "
            "name bound to what was raised. If none holds, the error goes on.",
            [
                ('(guard (e ((string? e) (str e "!"))) (raise "oh"))', '"oh!"'),
                ("(guard (e ((number? e) e)) (raise :other))", "error: :other"),
            ],
        ),
    ],
    "macros": [
        (
            "quote",
            "any",
            "Gives its argument as data, without evaluating it. Written 'x for short.",
            [("(quote (+ 1 2))", "(+ 1 2)"), ("'name", "name")],
        ),
        (
            "quasiquote",
            "any",
            "A template, written with a backquote: everything is data but what stands behind , "
            "(evaluated) or ,@ (evaluated, and its items put in). A symbol that ends in # becomes a "
            "fresh one.",
            [("(let ((x 2)) `(1 ,x ,@(list 3 4)))", "(1 2 3 4)")],
        ),
        (
            "unquote unquote-splicing",
            "any",
            "Marks what is evaluated inside a quasiquote template: ,x puts the value in, ,@x its "
            "items.",
            [("`(a ,(+ 1 2) ,@'(b c))", "(a 3 b c)"), ("(unquote 1)", "error: template")],
        ),
        (
            "defmacro define-macro",
            "nil",
            "Defines a macro: a function from forms to a form, called while the program is read, "
            "whose result stands in place of the call.",
            [
                (
                    "(begin (defmacro unless2 (test & body) `(if ,test nil (begin ,@body))) (unless2 #f "
                    "1 2))",
                    "2",
                ),
            ],
        ),
        (
            "define-syntax",
            "nil",
            "Defines a macro by patterns: the first pattern that fits the call is replaced by its "
            "template. Names that a template binds never clash with those of its user.",
            [
                (
                    "(begin (define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) "
                    "(set! b tmp))))) (let ((tmp 1) (y 2)) (swap! tmp y) (list tmp y)))",
                    "(2 1)",
                ),
            ],
        ),
        (
            "delay",
            "promise",
            "Gives a promise for the value of an expression that is evaluated when `force` first "
            "asks for it.",
            [("(force (delay (+ 1 2)))", "3"), ("(type (delay 1))", ":promise")],
        ),
        (
            "time",
            "any",
            "Evaluates an expression, prints how long that took, and gives its value.",
            [("(time (+ 1 2))", "3")],
        ),
        (
            "doc",
            "nil",
            "Shows how a name is used, what it does and examples of it.",
            [("(doc car)", "nil"), ("(doc no-such-name)", "error: nothing is known")],
        ),
    ],
    "modules": [
        (
            "module",
            "any",
            "Makes the names that its body defines private, but for those that it exports. It stands "
            "at the top level of a file.",
            [
                (
                    "(begin (module geometry (export area) (define (area s) (square s)) (define "
                    "(square x) (* x x))) (area 3))",
                    "9",
                ),
                ("(begin (module m (export f) (define (f) (g)) (define (g) 1)) (g))", "error: g"),
            ],
        ),
        (
            "export",
            "nil",
            "Stands inside `module`, after its name, and lists what others may use.",
            [
                ("(begin (module m (export x) (define x 5)) x)", "5"),
                ("(export x)", "error: inside a module"),
            ],
        ),
        (
            "import",
            "nil",
            "Runs a file once and makes known what it exports, or only the names that are given. A "
            "file without a `module` form exports all that it defines. A relative path starts at the "
            "directory of the importing file.",
            [
                (
                    '(begin (file/write "geometry.lisp" "(module geometry (export area) (define '
                    '(area s) (* s s)))") (import "geometry.lisp" area) (area 3))',
                    "9",
                ),
                ('(import "no-such-file.lisp")', "error: no such file"),
            ],
        ),
    ],
    "concurrency": [
        (
            "async",
            "async-promise",
            "Starts a task that evaluates the body, and gives the promise of its value. The task runs "
            "while the program waits for something, and when the program has ended.",
            [
                ("(await (async (+ 1 2)))", "3"),
                ("(let ((a (async (* 3 3))) (b (async (* 4 4)))) (+ (await a) (await b)))", "25"),
            ],
        ),
        (
            "await",
            "any",
            "Waits until the task of a promise has ended and gives its value, or raises its error. "
            "Other tasks run meanwhile.",
            [
                ("(await (async (async/sleep 1) :done))", ":done"),
                ('(try (await (async (throw "oops"))) (catch e (:value e)))', '"oops"'),
            ],
        ),
    ],
    "models": [
        (
            "message",
            "message",
            "Makes one message of a conversation from a role and its parts, which are joined.",
            [('(message/content (message :user "Hello " 5))', '"Hello 5"')],
        ),
        (
            "prompt",
            "prompt",
            "Makes a conversation. Each part gives a role and what is said; expressions in it are "
            "evaluated, and other prompts are put in.",
            [
                ('(prompt? (prompt (system "Be brief.") (user "Hi")))', "#t"),
                ('(length (prompt/messages (prompt (user "a") (assistant "b"))))', "2"),
            ],
        ),
        (
            "deftool",
            "tool",
            "Defines a tool that a model may call: a description for the model, the parameters with "
            "their types, and the function that does the work.",
            [
                (
                    '(tool? (deftool add "adds" {:a {:type :number} :b {:type :number}} '
                    "(fn (a b) (+ a b))))",
                    "#t",
                ),
            ],
        ),
        (
            "defagent",
            "agent",
            "Defines an agent: a system text, tools, a model, and how many rounds it may take.",
            [('(type (defagent helper {:system "You help." :max-turns 3}))', ":agent")],
        ),
    ],
    "otel": [
        (
            "with-span",
            "any",
            "Runs its body within a span of that name, with attributes ({} for none), and gives the "
            "value of the last form. It costs nothing while tracing is off (`otel/configure`).",
            [
                (
                    '(with-span "work" {:batch.size 100} (otel/set-attribute :rows 42) "done")',
                    '"done"',
                )
            ],
        ),
        (
            "with-session",
            "any",
            "Runs its body; model calls in it belong to a session and, with `{:user …}`, to a user. "
            "The map is {} for no user.",
            [('(with-session "chat-42" {:user "alice"} (+ 1 2))', "3")],
        ),
    ],
    "workflows": [
        (
            "defworkflow",
            "map",
            "Runs its body as a workflow: phases, steps and checkpoints are journaled in "
            "`.sema/runs`, and a run that failed or was cut off goes on where it stopped. Gives a "
            "`{:status …}` map. The map after the description may have `:phases`, `:args`, `:budget "
            "{:tokens n :usd x}`, `:permissions`, `:resume` (a run's id; #f starts anew).",
            [
                (
                    '(defworkflow demo "Adds." {:phases ["Sum"]} (phase "Sum") (def n (+ 1 2)) '
                    "{:status :success :sum n})",
                    "{:status :success :sum 3}",
                ),
            ],
        ),
        (
            "checkpoint",
            "any",
            "Keeps a value under a key of the running workflow and gives it. In a run that goes on "
            "after a failure the kept value is given, and the expression is not evaluated. Without "
            "an expression it gives what was kept, or nil.",
            [
                (
                    '(defworkflow demo "" {} (checkpoint :files (list "a" "b")) '
                    "(count (checkpoint :files)))",
                    "{:status :success :value 2}",
                ),
            ],
        ),
    ],
}


def enter_table() -> None:
    """Enters the documentation of every form of the table under each of its names."""
    for chapter, rows in TABLE.items():
        for names, gives, text, examples in rows:
            for name in names.split():
                document(name, shape(name), gives, text, examples, chapter=chapter)


def shape(name: str) -> str:
    """Returns what follows the name in the usage line of a form."""
    usage = SPECIAL_FORMS[name].usage
    if not usage.startswith("("):
        return "expression"
    _head, _, rest = usage[1:].partition(" ")
    return rest.removesuffix(")")
