"""What a compiled function calls, as its Python syntax tree shows it."""

from __future__ import annotations

import ast

import pytest

from lispcore.compiler.facts.called_names import called_names, is_global

# Locals of compiled code are those with a space; in these texts a "_" stands for it.
RESUMED = {"wait"}
STARTING = {"spawn"}


def read(body: str) -> tuple[list[str], list[str], bool]:
    """Returns the names that are called, those called within, and whether these are all."""
    module = ast.parse("def f(x_1):\n" + "\n".join("    " + line for line in body.split("\n")))
    for node in ast.walk(module):
        for name in ("id", "name", "arg"):
            if isinstance(getattr(node, name, None), str):
                setattr(node, name, getattr(node, name).replace("_", " "))
    definition = module.body[0]
    assert isinstance(definition, ast.FunctionDef)
    found = called_names(definition, RESUMED, STARTING)
    return sorted(found.names), sorted(found.within), found.are_all


@pytest.mark.parametrize(
    ("body", "names", "within"),
    [
        ("return add(x_1, mul(2))", ["add", "mul"], []),
        ("x_1.append(1)", [], []),
        ("return x_1(5)", ["x 1"], []),
        ("held_2 = square\nfor y_3 in x_1: held_2(y_3)", ["square"], []),
        ("held_2 = square\nheld_2 = cube\nheld_2(1)", ["held 2"], []),
        ("def g_2(): return inner()\nreturn 1", [], []),
        ("def g_2(): return inner()\nreturn g_2()", [], ["inner"]),
        ("def g_2(): return inner()\nreturn apply(g_2)", ["apply"], ["inner"]),
        ("def g_2(): return inner()\nreturn spawn(g_2)", ["spawn"], []),
        ("def g_2(): return wait()\ng_2 = x_1\nreturn g_2()", ["g 2"], []),
        (
            "def make_4(y_3):\n    def g_2(): return inner()\n    return g_2\n"
            "g_2 = make_4(1)\nreturn g_2()",
            [],
            ["inner"],
        ),
        ("return (_record_0 or make)(1)", [" record 0", "make"], []),
    ],
)
def test_names(body: str, names: list[str], within: list[str]) -> None:
    assert read(body) == (names, within, True)


@pytest.mark.parametrize("body", ["return x_1[0](5)", "return f(1)(2)"])
def test_other_calls_are_not_understood(body: str) -> None:
    assert not read(body)[2]


def test_what_is_given() -> None:
    definition = ast.parse("def f(x):\n    g(square, x, 5, h())\n    k(':a')").body[0]
    assert isinstance(definition, ast.FunctionDef)
    given = called_names(definition, set(), set()).given
    assert given == {("g", 0, "square"), ("g", 1, "x"), ("g", 3, "")}


def test_globals() -> None:
    assert is_global("square")
    assert is_global(" list")
    assert is_global(" record 7")
    assert not is_global("x 7")
