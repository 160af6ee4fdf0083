"""(deftest …), (is …) and (defeval …): tests of programs and of prompts."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Lambda, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import defined_name, library_call, nil, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, List, Vector, intern_symbol, list_from, list_items

CHAPTER = "tests"

_FN = intern_symbol("fn")


@special_form(
    "deftest",
    "(deftest name body …)",
    least=2,
    gives="nil",
    text="Defines a test: its body runs when `test/run` or `lispcore test` asks for it, and it "
    "passes if every `is` in it holds and nothing fails. A second one of the same name takes the "
    "place of the first.",
    examples=[
        (
            "(begin (deftest sums (is (= (+ 1 2) 3)) (is (= (+ 1 2) 4))) "
            "(:failed (test/run {:quiet #t})))",
            "1",
        ),
    ],
)
def deftest(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    arguments: list[Node] = [
        Constant(name, form.span_at(1)),
        Constant(form.span[0], form.span),
        thunk(ex, form, 2, scope, name),
    ]
    return library_call("test/%define", arguments, form)


@special_form(
    "defeval",
    "(defeval name {:cases rows …} function)",
    least=2,
    gives="nil",
    text="Defines an evaluation: `eval/run` or `lispcore eval` calls the function with each case, "
    "for each model, and holds the answer against what is expected. In the place of the function "
    "may stand a prompt, as a text or as `prompt` makes it, with slots that the case fills, "
    '`"Is this spam? {{text}}"`, an agent, or parameters and a body, `[row] (f row)`; a prompt may '
    "also be the option `:prompt`. `:cases` are maps, or a file "
    "(.jsonl, .csv); `:expect` in a case is a value, or a map of matchers. `:models` are texts "
    '"provider/model", `:repeat` says how often each is tried, `:matchers` is a map for all cases: '
    "`:equals`, `:contains` and `:lacks` (texts), `:matches` (a regular expression), "
    "`:json-schema`, `:similar` (a text, or `{:to text :least 0.8}`, by embeddings), `:judge` (a "
    'rubric, or `{:rubric text :model "provider/model"}`), `:max-cost` (dollars), `:max-latency` '
    "(milliseconds), `:check` (a function of the answer and the case). A function in the place of "
    "what they want is called with the case. `:least` is the share of trials that must pass (1.0), "
    "`:concurrency` how many are under way (8), `:budget` how many dollars they may cost.",
    examples=[
        (
            "(begin (defeval doubles {:cases [{:n 1 :expect 2} {:n 3 :expect 6}]} "
            "(fn (row) (* 2 (:n row)))) (:failures (eval/run {:quiet #t})))",
            "()",
        ),
    ],
)
def defeval(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    if type(form.items[2]) is Keyword:
        raise form.error("expects its options in a map", 2)
    inner = Scope(scope, is_body=True)
    parts = [ex.expand(form.items[2], inner, form.span_at(2)), _subject(ex, form, inner)]
    arguments: list[Node] = [
        Constant(name, form.span_at(1)),
        Constant(form.span[0], form.span),
        Lambda(name, [], None, library_call("test/%eval-parts", parts, form), form.span),
    ]
    return library_call("test/%define-eval", arguments, form)


def _subject(ex: Expander, form: Form, scope: Scope) -> Node:
    """Returns what gives the function or the prompt that is tried; nil if an option says it."""
    if len(form.items) < 4:
        return nil(form)
    tried = form.items[3]
    if len(form.items) > 4:
        if type(tried) is not Vector:
            raise form.error("expects one function or prompt after the options", 4)
        tried = list_from([_FN, tried, *form.items[4:]])
    return ex.expand(tried, scope, form.span_at(3))


@special_form(
    "is",
    "(is expression [message])",
    least=1,
    most=2,
    gives="bool",
    text="Says that an expression must be true. In a test what is not is noted, with the values of "
    "both sides, and the test goes on; elsewhere it is an error.",
    examples=[
        ("(is (= (+ 1 2) 3))", "#t"),
        ("(is (= (+ 1 2) 4))", "error: (+ 1 2) is 3"),
        ('(is (> 1 2) "one is small")', "error: one is small"),
    ],
)
def is_true(ex: Expander, form: Form, scope: Scope | None) -> Node:
    checked = form.items[1]
    node = ex.expand(checked, scope, form.span_at(1))
    message = ex.expand(form.items[2], scope, form.span_at(2)) if len(form.items) > 2 else nil(form)
    about: list[Node] = [
        Constant(print_value(checked), form.span_at(1)),
        Constant(form.span[0], form.span),
        message,
    ]
    if type(checked) is List and type(node) is Call and node.function is not None:
        items = list_items(checked)[1:]
        if items and len(items) == len(node.arguments):
            # The values of its arguments are shown where it is not true.
            texts = Constant(list_from([print_value(item) for item in items]), form.span)
            arguments = [*about, texts, node.function, *node.arguments]
            return library_call("test/%is", arguments, form)
    return library_call("test/%holds", [*about, node], form)
