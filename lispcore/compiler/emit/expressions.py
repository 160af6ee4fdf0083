"""The writers of expressions: one for each core form that can be one."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.call_sites import call_expression
from lispcore.compiler.emit.emitter import (
    DROP,
    FunctionEmitter,
    Typed,
    expression_writer,
)
from lispcore.compiler.emit.function_bodies import write_function
from lispcore.compiler.emit.list_cursors import begin, enter, whole
from lispcore.compiler.emit.loop_invariants import variable_bound
from lispcore.compiler.emit.owners import disown, let_go, note_use
from lispcore.compiler.emit.python_syntax import (
    STORE,
    call_helper,
    either,
    literal,
    load,
    mangle,
    stable,
)
from lispcore.compiler.emit.rounds import write_updates
from lispcore.compiler.facts.inferred_kinds import constant_kind
from lispcore.compiler.kinds import ANY, common_kind
from lispcore.compiler.meanings import assume_definition
from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    Constant,
    Define,
    Global,
    If,
    Kept,
    Lambda,
    Let,
    Local,
    Node,
    Or,
    Sequence,
    SetGlobal,
    SetLocal,
    Span,
    Variable,
)
from lispcore.core.walking import all_nodes


@expression_writer(Constant)
def write_constant(em: FunctionEmitter, node: Constant) -> Typed:
    return em.unit.constant(node.value, node.span), constant_kind(node.value)


@expression_writer(Local)
def write_local(em: FunctionEmitter, node: Local) -> Typed:
    variable = node.variable
    if variable in em.cursors:
        return whole(em, em.cursors[variable], node.span), ANY
    if variable in em.unit.facts.owners:
        note_use(em, node)
    return em.read(variable, node.span), em.kind_of(node)


@expression_writer(Global)
def write_global(em: FunctionEmitter, node: Global) -> Typed:
    facts = em.unit.facts
    kind = em.unit.flow.globals.get(node, ANY)
    if kind != ANY:
        assume_definition(node.name, facts)
    use = load(mangle(node.name), node.span)
    use.may_fail = node.name not in facts.certain
    return use, kind


@expression_writer(If)
def write_if(em: FunctionEmitter, node: If) -> Typed:
    test = em.condition(node.test)
    then_block, then = em.in_block(lambda: em.typed(node.then))
    else_block, otherwise = em.in_block(lambda: em.typed(node.otherwise))
    kind = common_kind(then[1], otherwise[1])
    if not then_block and not else_block:
        return either(test, then[0], otherwise[0], node.span), kind
    name = em.unit.unique("value")
    for block, value in ((then_block, then[0]), (else_block, otherwise[0])):
        target = ast.Name(name, STORE, node.span)
        block.append(ast.Assign([target], value, node.span))
    em.block.append(ast.If(test, then_block, else_block, node.span))
    return stable(name, node.span), kind


def make_boxes(em: FunctionEmitter, node: Sequence) -> None:
    """Writes the empty boxes of a body's definitions: its functions may see one another early."""
    stack: list[Node] = [node]
    while stack:
        each = stack.pop()
        if type(each) is Define and each.variable in em.scopes.boxed:
            em.make_box(each.variable, each.span)
        elif type(each) is Sequence:
            stack.extend(each.parts)


@expression_writer(Sequence)
def write_sequence(em: FunctionEmitter, node: Sequence) -> Typed:
    make_boxes(em, node)
    for part in node.parts[:-1]:
        em.into(part, DROP)
    return em.typed(node.parts[-1])


def _is_used(variable: Variable, node: Let) -> bool:
    return any(type(each) is Local and each.variable is variable for each in all_nodes(node.body))


def bind_variable(em: FunctionEmitter, variable: Variable, value: ast.expr, span: Span) -> None:
    """Writes the first assignment of a variable."""
    em.bind(variable, value, span)
    disown(em, variable, span)


def bind_all(em: FunctionEmitter, node: Let) -> None:
    """Writes the bindings of a let."""
    for variable, value in node.bindings:
        if type(value) is Call and value.helper == "caught_map" and not _is_used(variable, node):
            continue  # nobody asks what the error was
        if type(value) is Call and value.helper == "later" and variable not in em.scopes.boxed:
            continue  # Python needs no declaration
        if type(value) is Lambda and variable not in em.scopes.boxed:
            if not value.name:
                value.name = variable.name
            write_function(em, value, em.name_variable(variable))
            continue
        written, kind = em.typed(value)
        if variable.assigned:
            begin(em, variable)
        bind_variable(em, variable, written, value.span)
        if variable in em.cursors:
            enter(em, em.cursors[variable], value.span)
        variable_bound(em, variable, value.span, kind)


@expression_writer(Let)
def write_let(em: FunctionEmitter, node: Let) -> Typed:
    bind_all(em, node)
    return em.typed(node.body)


@expression_writer(Lambda)
def write_lambda(em: FunctionEmitter, node: Lambda) -> Typed:
    return write_function(em, node, em.unit.unique(node.name or "<lambda>")), ANY


@expression_writer(SetLocal)
def write_set_local(em: FunctionEmitter, node: SetLocal) -> Typed:
    if node.variable in em.cursors:
        write_updates(em, [(node.variable, node.value)], node.span)
        return whole(em, em.cursors[node.variable], node.span), ANY
    value, kind = em.typed(node.value)
    if node.variable in em.unit.facts.owners:
        let_go(em, node.variable, node.span)
    return em.walrus(node.variable, value, node.span), kind


@expression_writer(SetGlobal)
def write_set_global(em: FunctionEmitter, node: SetGlobal) -> Typed:
    name = mangle(node.name)
    if type(node.value) is Lambda and node.value in em.unit.lazy:
        em.unit.lazy[node.value].define(em, node.value)
        return literal(None, node.span), ANY
    em.globals[name] = None
    if node.is_definition and type(node.value) is Lambda:
        needs_guard = node.name in em.unit.guarded and node.value in em.tails.bouncing
        if not needs_guard:
            node.value.name = node.name
            write_function(em, node.value, name)
            if node.name in em.unit.facts.flagged:
                flag = em.unit.flag(node.name)
                em.globals[flag] = None
                em.assign_name(flag, literal(True, node.span), node.span)
            return literal(None, node.span), ANY
    value, kind = em.typed(node.value)
    is_settled = type(node.value) is Lambda and node.value not in em.tails.bouncing
    if node.name in em.unit.guarded and kind == ANY and not is_settled:
        value = call_helper("settle", [value], node.span)
    if node.is_definition:
        em.assign_name(name, value, node.span)
        return literal(None, node.span), ANY
    target = ast.Name(name, STORE, node.span)
    return ast.NamedExpr(target, value, node.span), kind


@expression_writer(Define)
def write_define(em: FunctionEmitter, node: Define) -> Typed:
    define_statement(em, node)
    return literal(None, node.span), ANY


def define_statement(em: FunctionEmitter, node: Define) -> None:
    """Writes the definition of a variable of the body."""
    variable = node.variable
    if variable in em.scopes.boxed:
        if variable not in em.boxes:
            em.make_box(variable, node.span)
        box = em.name_variable(variable)
        value = em.expression(node.value)
        em.block.append(
            ast.Expr(
                call_helper("set_box", [load(box, node.span), value], node.span),
                node.span,
            )
        )
        return
    if type(node.value) is Lambda:
        write_function(em, node.value, em.name_variable(variable))
        return
    em.declare_outer(variable)
    bind_variable(em, variable, em.expression(node.value), node.span)


def write_logic(em: FunctionEmitter, node: And | Or) -> Typed:
    """Writes and/or for its value: statement by statement into a name."""
    return em.through_place(node)


expression_writer(And)(write_logic)
expression_writer(Or)(write_logic)


@expression_writer(Bind)
def write_bind(em: FunctionEmitter, node: Bind) -> Typed:
    em.block.append(
        ast.Expr(em.walrus(node.variable, em.expression(node.value), node.span), node.span)
    )
    return load(" #t", node.span), ANY


@expression_writer(Kept)
def write_kept(em: FunctionEmitter, node: Kept) -> Typed:
    value, kind = em.typed(node.value)
    return em.walrus(node.variable, value, node.span), kind


@expression_writer(Call)
def write_call(em: FunctionEmitter, node: Call) -> Typed:
    return call_expression(em, node)
