"""What a loop asks of the same value in each round is asked once, before it.

**Views.** ``(nth v i)`` asks what `v` is and where its items are; the functions of arrays ask, too.
Where that happens in a loop, or again and again, with a variable that always has the same value,
a Python variable, its *view*, gets the items when the variable gets its value: those of a vector
or array, or nothing for any other value, so that no index is in range and the general way is
taken. The items of a vector never change, those of an array change in place.

**Keys.** ``(eq? k x)`` asks what kind of value `k` is. Where a loop compares one `k` with many
others, two Python variables tell: whether it is equal only to itself, and whether it is a string.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    call_helper,
    compare,
    either,
    has_type,
    literal,
    load,
    position,
)
from lispcore.compiler.facts.analysis import NUMBERS
from lispcore.core.nodes import (
    Call,
    Constant,
    ForEach,
    Global,
    Lambda,
    Local,
    NamedLet,
    Node,
    Span,
    Variable,
    While,
)
from lispcore.core.walking import children

# Functions that look into their first argument -> its class and where that keeps its items.
LOOKING = {
    "nth": ("Vector", "items"),
    "mutable-array/get": ("MutableArray", "items"),
    "mutable-array/set!": ("MutableArray", "items"),
    "f64-array/ref": ("FloatArray", "numbers"),
    "i64-array/ref": ("IntegerArray", "numbers"),
}
COMPARING = frozenset(("eq?", "equal?"))
# Of so many nodes an expression may be that is written three times.
MOST_REPEATED = 40
# So many uses outside of loops are worth a view.
ENOUGH_USES = 3


class _Uses:
    """How a variable is used by the functions of one class."""

    __slots__ = ("classes", "count", "in_loop")

    def __init__(self) -> None:
        self.classes: set[tuple[str, str]] = set()
        self.count = 0
        self.in_loop = False


def find_views(em: FunctionEmitter, function: Lambda) -> None:
    """Finds the variables of a function that get views, and those that are compared as keys."""
    library = em.unit.facts.library
    wanted = em.unit.called & library & (LOOKING.keys() | COMPARING)
    if not wanted:
        return
    uses: dict[Variable, _Uses] = {}
    keys: dict[Variable, None] = {}
    stack: list[tuple[Node, bool]] = [(function.body, function.self_loop)]
    while stack:
        node, in_loop = stack.pop()
        kind = type(node)
        if kind is Lambda and not node.inlined:  # type: ignore[attr-defined]
            continue
        if kind is Call and node.expansion is None:  # type: ignore[attr-defined]
            callee = node.function  # type: ignore[attr-defined]
            name = callee.name if type(callee) is Global else ""
            if name in wanted and name in LOOKING:
                _note_use(uses, node.arguments, LOOKING[name], in_loop)  # type: ignore[attr-defined]
            elif name in wanted and in_loop and len(node.arguments) == 2:  # type: ignore[attr-defined]
                _note_key(keys, *node.arguments)  # type: ignore[attr-defined]
        inside = (
            in_loop or kind in (While, ForEach) or (kind is NamedLet and node.function.self_loop)  # type: ignore[attr-defined]
        )
        stack += [(child, inside) for child in children(node)]
    for variable, found in uses.items():
        if len(found.classes) == 1 and (found.in_loop or found.count >= ENOUGH_USES):
            if _is_steady(em, variable, function):
                em.views[variable] = ("", *found.classes.pop())
    for variable in keys:
        if _is_steady(em, variable, function):
            em.keys[variable] = ("", "")


def _note_use(
    uses: dict[Variable, _Uses], arguments: list[Node], class_: tuple[str, str], in_loop: bool
) -> None:
    if len(arguments) < 2 or type(arguments[0]) is not Local:
        return
    found = uses.setdefault(arguments[0].variable, _Uses())
    found.classes.add(class_)
    found.count += 1
    # By a literal index, people look into short lists.
    found.in_loop |= in_loop and (class_[0] != "Vector" or type(arguments[1]) is not Constant)


def _note_key(keys: dict[Variable, None], left: Node, right: Node) -> None:
    if type(left) is Constant or type(right) is Constant:
        return  # which is one comparison anyway
    for each in (left, right):
        if type(each) is Local:
            keys[each.variable] = None


def _is_steady(em: FunctionEmitter, variable: Variable, function: Lambda) -> bool:
    """Tells whether a variable has one value from its binding on."""
    if variable.assigned or variable.boxed or variable.letrec or variable.home is not function:
        return False
    return variable.kind not in NUMBERS and variable not in em.unit.facts.owners


def variable_bound(em: FunctionEmitter, variable: Variable, span: Span, kind: str = "any") -> None:
    """Writes what is to be known of a variable that has just got its value, of some kind."""
    if variable in em.views:
        _, class_, field = em.views[variable]
        if kind in ("any", class_):
            _make_view(em, variable, class_, field, span, kind)
        else:
            del em.views[variable]
    if variable in em.keys:
        if kind == "any":
            _make_key(em, variable, span)
        else:
            del em.keys[variable]


def _make_view(
    em: FunctionEmitter, variable: Variable, class_: str, field: str, span: Span, kind: str
) -> None:
    name = em.unit.unique(".view")
    em.views[variable] = (name, class_, field)
    value = load(em.name_variable(variable), span)
    items: ast.expr = ast.Attribute(value, field, LOAD, **position(span))
    if kind != class_:
        items = either(has_type(value, class_, span), items, literal((), span), span)
    _assign(em, name, items, span)


def _make_key(em: FunctionEmitter, variable: Variable, span: Span) -> None:
    same, text = em.unit.unique(".same"), em.unit.unique(".text")
    em.keys[variable] = (same, text)
    value = load(em.name_variable(variable), span)
    kind = call_helper("type", [value], span)
    _assign(em, same, compare(kind, ast.In(), load(" identity", span), span), span)
    _assign(em, text, has_type(value, "str", span), span)


def _assign(em: FunctionEmitter, name: str, value: ast.expr, span: Span) -> None:
    target = ast.Name(name, STORE, **position(span))
    em.block.append(ast.Assign([target], value, **position(span)))


def loop_begins(em: FunctionEmitter, function: Lambda, jumps: list[Call]) -> None:
    """Writes what is to be known of the parameters of a loop that no round changes."""
    if not em.views and not em.keys:
        return
    for place, variable in enumerate(function.parameters):
        if variable not in em.views and variable not in em.keys:
            continue
        given = [jump.arguments[place] for jump in jumps]
        stays = all(type(each) is Local and each.variable is variable for each in given)
        if stays and variable not in em.cursors:
            variable_bound(em, variable, function.span)
        else:
            em.views.pop(variable, None)
            em.keys.pop(variable, None)


def view_of(em: FunctionEmitter, node: Node, class_: str, span: Span) -> ast.expr | None:
    """Returns the view of what a node gives, if it has one of that class."""
    found = em.views.get(node.variable) if type(node) is Local else None
    return load(found[0], span) if found is not None and found[0] and found[1] == class_ else None


def comparison_with_key(
    em: FunctionEmitter, nodes: list[Node], left: ast.expr, right: ast.expr, span: Span
) -> ast.expr | None:
    """Returns the comparison of two values by what is known of one of them, if it is a key."""
    for node in nodes:
        found = em.keys.get(node.variable) if type(node) is Local else None
        if found is not None and found[0]:
            # Each is written three times, in branches of which one is taken.
            left, right = _short(em, left, span), _short(em, right, span)
            same = compare(left, ast.Is(), right, span)
            text = compare(left, ast.Eq(), right, span)
            other = call_helper("equal", [left, right], span)
            return either(
                load(found[0], span), same, either(load(found[1], span), text, other, span), span
            )
    return None


def _short(em: FunctionEmitter, value: ast.expr, span: Span) -> ast.expr:
    size = sum(1 for _ in ast.walk(value))
    return value if size <= MOST_REPEATED else em.hold(value, span)
