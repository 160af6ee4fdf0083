"""(deftest …) and (is …): tests of a program, and what they hold to be true."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import defined_name, library_call, nil, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.printing import print_value
from lispcore.values.types import List, list_from, list_items

CHAPTER = "tests"


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
