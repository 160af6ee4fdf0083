"""Modules: (module …), (export …), (import …). What they do is in `expanding/modules.py`.

The interpreter takes a ``module`` form at the top level apart, so that its body is run form by
form; the handlers here check its shape and speak for the places where it may not stand.
"""

from __future__ import annotations

import re
from typing import Final

from lispcore.core.nodes import Constant, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import library_call, subform
from lispcore.expanding.modules import Module, current_directory
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import SPECIAL_FORMS, Form, Reach, special_form
from lispcore.values.types import Keyword, Map, Symbol, Value, type_name

CHAPTER = "modules"

_HASH: Final = re.compile(r"(?:sha256[:-])?([0-9a-f]{64})", re.IGNORECASE)


def module_parts(ex: Expander, form: Form) -> tuple[str, list[str], list[tuple[Value, object]]]:
    """Returns the name, the exported names and the body (forms with spans) of a module form."""
    form.usage = SPECIAL_FORMS["module"].usage
    if len(form.items) < 3:
        raise form.error("expected a name and what it exports")
    name = form.items[1]
    if type(name) is not Symbol and type(name) is not str:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    exports = subform(ex, form, 2, 1)
    head = exports.items[0]
    if type(head) is not Symbol or head.name != "export":
        raise form.error("expected (export name …) after the name", 2)
    names = _names(exports, 1)
    body = [(item, form.span_at(at)) for at, item in enumerate(form.items)][3:]
    return name.name if isinstance(name, Symbol) else name, names, list(body)


def _pin(form: Form) -> str | None:
    """Returns the hash that ``{:sha256 "…"}`` behind an address names, None without such a map."""
    options = form.items[2] if len(form.items) > 2 else None
    if type(options) is not Map:
        return None
    given = {key.name if type(key) is Keyword else "": value for key, value in options.entries()}
    if set(given) != {"sha256"}:
        raise form.error('the only option is :sha256, as in {:sha256 "…"}', 2)
    found = _HASH.fullmatch(given["sha256"].strip()) if type(given["sha256"]) is str else None
    if found is None:
        raise form.error(
            "a SHA-256 is a text of 64 hexadecimal digits; without it the first import tells it", 2
        )
    return found[1].lower()


def _names(form: Form, start: int) -> list[str]:
    """Returns the names from `start`, which must be symbols."""
    names: list[str] = []
    for index, item in enumerate(form.items[start:], start):
        if type(item) is not Symbol:
            raise form.error(f"expected a name, got {type_name(item)}", index)
        names.append(item.name)
    return names


@special_form(
    "module",
    "(module name (export name …) body …)",
    least=2,
    gives="any",
    text="Makes the names that its body defines private, but for those that it exports. It "
    "stands at the top level of a file.",
    examples=[
        (
            "(begin (module geometry (export area) (define (area s) (square s)) (define (square "
            "x) (* x x))) (area 3))",
            "9",
        ),
        ("(begin (module m (export f) (define (f) (g)) (define (g) 1)) (g))", "error: g"),
    ],
    reach=Reach.BUT_MACROS,
)
def module(ex: Expander, form: Form, scope: Scope | None) -> Node:
    module_parts(ex, form)
    raise form.error("a module can only stand at the top level of a file")


@special_form(
    "export",
    "(module name (export name …) body …)",
    least=0,
    gives="nil",
    text="Stands inside `module`, after its name, and lists what others may use.",
    examples=[
        ("(begin (module m (export x) (define x 5)) x)", "5"),
        ("(export x)", "error: inside a module"),
    ],
)
def export(ex: Expander, form: Form, scope: Scope | None) -> Node:
    raise form.error("only stands inside a module, after its name")


@special_form(
    "import",
    '(import "file" name …)',
    least=1,
    gives="nil",
    text="Runs a file once and makes known what it exports, or only the names that are given. "
    "A file without a `module` form exports all that it defines. A relative path starts "
    "at the directory of the importing file; a name without an ending may also mean a file or "
    "folder in `packages`. An `https://` address, a gist or a link of the page is imported after "
    "somebody has agreed, and is known by its hash from then on: "
    '`(import "https://…" {:sha256 "…"} name …)`.',
    examples=[
        (
            '(begin (file/write "geometry.lisp" "(module geometry (export area) (define (area s) '
            '(* s s)))") (import "geometry.lisp" area) (area 3))',
            "9",
        ),
        ('(import "no-such-file.lisp")', "error: no such file"),
        ('(import "http://example.org/area.lisp")', "error: https://"),
        ('(import "area.lisp" {:sha256 "abc"})', "error: 64"),
    ],
    reach=Reach.BUT_MACROS,
)
def import_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    path = ex.expand(form.items[1], scope, form.span_at(1))
    into: Module | None = ex.module
    directory = current_directory() if into is None else into.directory
    pin = _pin(form)
    details = [tuple(_names(form, 3 if pin is not None else 2)), pin or "", into, directory]
    arguments = [path, *(Constant(each, form.span) for each in details)]
    return library_call("module/%import", arguments, form)
