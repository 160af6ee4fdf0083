"""The writers of statements: core forms that deliver their value to a `Place`."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.call_sites import raises, store, tail_call
from lispcore.compiler.emit.emitter import (
    DROP,
    RESULT,
    FunctionEmitter,
    Place,
    PlaceKind,
    statement_writer,
)
from lispcore.compiler.emit.expressions import (
    bind_all,
    bind_variable,
    define_statement,
    make_boxes,
)
from lispcore.compiler.emit.loops import (
    write_body,
    write_counting_while,
    write_jump,
    write_loop,
)
from lispcore.compiler.emit.numeric_sites import (
    assigning_rounds,
    assigning_site,
    write_hot_range,
    write_hot_while,
)
from lispcore.compiler.emit.owners import disown
from lispcore.compiler.emit.python_syntax import (
    LOAD,
    STORE,
    call_helper,
    is_stable,
    literal,
    load,
)
from lispcore.compiler.emit.rounds import write_updates
from lispcore.compiler.emit.updates_in_place import set_owned
from lispcore.core.nodes import (
    And,
    Call,
    Define,
    Finally,
    ForEach,
    If,
    Let,
    Local,
    NamedLet,
    Or,
    Sequence,
    SetAll,
    SetLocal,
    Try,
    While,
)


@statement_writer(If)
def place_if(em: FunctionEmitter, node: If, place: Place) -> None:
    # A chain of choices (cond) is written in a loop, not by recursion.
    while True:
        test = em.condition(node.test)
        then = em.branch(node.then, place)
        chosen = ast.If(test, then, [], node.span)
        em.block.append(chosen)
        if type(node.otherwise) is If and place.returns:
            # The branch has returned, so what follows needs no else.
            node = node.otherwise
            continue
        if place.returns:
            em.into(node.otherwise, place)
        else:
            otherwise = em.branch(node.otherwise, place)
            if not (len(otherwise) == 1 and type(otherwise[0]) is ast.Pass):
                chosen.orelse = otherwise
        break


@statement_writer(Sequence)
def place_sequence(em: FunctionEmitter, node: Sequence, place: Place) -> None:
    make_boxes(em, node)
    for part in node.parts[:-1]:
        em.into(part, DROP)
    em.into(node.parts[-1], place)


@statement_writer(Let)
def place_let(em: FunctionEmitter, node: Let, place: Place) -> None:
    bind_all(em, node)
    em.into(node.body, place)


def place_logic(em: FunctionEmitter, node: And | Or, place: Place) -> None:
    """Writes and/or: each part is the value as soon as it decides."""
    name = em.unit.unique("part")
    span = node.span
    start = em.block
    for part in node.parts[:-1]:
        value = em.expression(part)
        if not is_stable(value):
            em.assign_name(name, value, part.span)
            value = load(name, part.span)
        test = em.truth(value, part.span)
        if type(node) is And:
            test = ast.UnaryOp(ast.Not(), test, span)
        block = em.finished(value, place, span)
        decided = ast.If(test, block or [ast.Pass(span)], [], span)
        em.block.append(decided)
        if not place.returns:
            em.block = decided.orelse
    em.into(node.parts[-1], place)
    em.block = start


statement_writer(And)(place_logic)
statement_writer(Or)(place_logic)


@statement_writer(Call)
def place_call(em: FunctionEmitter, node: Call, place: Place) -> None:
    if node in em.tails.jumps:
        write_jump(em, node, place)
    elif helper := raises(em, node):
        value = call_helper(helper, [em.expression(node.arguments[0])], node.span)
        em.block.append(ast.Raise(value, None, node.span))
    elif (stored := store(em, node)) is not None:
        em.finish(stored, place, node.span)
    elif place.kind is PlaceKind.RETURN:
        tail_call(em, node)
    else:
        em.finish(em.expression(node), place, node.span)


@statement_writer(NamedLet)
def place_named_let(em: FunctionEmitter, node: NamedLet, place: Place) -> None:
    function = node.function
    span = node.span
    if function not in em.tails.loops:
        variable = node.variable
        if variable in em.scopes.boxed:
            em.make_box(variable, span)
        define_statement(em, Define(variable, function, span))
        em.into(Call(Local(variable, span), node.arguments, span), place)
        return
    given = [
        (variable, argument)
        for variable, argument in zip(function.parameters, node.arguments, strict=True)
        if not (type(argument) is Local and argument.variable is variable)
    ]
    values = em.arguments([argument for _, argument in given])
    for (variable, _), (value, _) in zip(given, values, strict=True):
        bind_variable(em, variable, value, span)
    if function not in em.tails.repeating:
        em.into(function.body, place)
        return
    returns = place.returns
    flag = ""
    if function in em.tails.jumping_out and not returns:
        flag = em.unit.unique("again")
        em.assign_name(flag, literal(False, span), span)
    em.loops[function] = flag
    leave: tuple[ast.stmt, ...] = () if returns else (ast.Break(span),)
    inner = place.followed_by(leave)
    after = place.followed_by(())
    write_loop(em, function, inner, after)
    again: list[ast.stmt] = [ast.Continue(span)]
    if flag:
        em.block.append(ast.If(load(flag, span), again, [], span))
    elif function in em.tails.jumping_out:
        # All other ways out of the loop have returned; what follows may be another branch.
        em.block.extend(again)
    em.block.extend(place.after)


@statement_writer(While)
def place_while(em: FunctionEmitter, node: While, place: Place) -> None:
    span = node.span
    counting = em.unit.induction.whiles.get(node)
    site = assigning_site(em, node)
    if counting is not None:
        if site is not None:
            write_hot_while(em, site, counting.counting)
        write_counting_while(em, counting)
        em.finish(literal(None, span), place, span)
        return
    test_block, test = em.in_block(lambda: em.condition(node.test))
    body, _ = em.in_block(lambda: em.into(node.body, DROP))
    body = body or [ast.Pass(span)]
    stop: list[ast.stmt] = [ast.Break(span)]
    leave = ast.If(ast.UnaryOp(ast.Not(), test, span), stop, [], span)
    if site is not None:
        loop = assigning_rounds(em, site, [*test_block, leave], body, span)
    elif test_block:
        loop = ast.While(literal(True, span), [*test_block, leave, *body], [], span)
    else:
        loop = ast.While(test, body, [], span)
    em.block.append(loop)
    em.finish(literal(None, span), place, span)


@statement_writer(ForEach)
def place_for_each(em: FunctionEmitter, node: ForEach, place: Place) -> None:
    span = node.span
    items = em.expression(node.iterable)
    site = assigning_site(em, node)
    if site is not None:
        items = write_hot_range(em, site, items, span)
    variable = node.variable
    name = em.name_variable(variable)

    def write() -> None:
        if variable in em.scopes.boxed:
            box = ast.List([load(name, span)], LOAD, span)
            em.assign_name(name, box, span)
        write_body(em, node, node.body, DROP)

    body, _ = em.in_block(write)
    target = ast.Name(name, STORE, span)
    body = body or [ast.Pass(span)]
    em.block.append(ast.For(target, items, body, [], span))
    em.finish(literal(None, span), place, span)


@statement_writer(Try)
def place_try(em: FunctionEmitter, node: Try, place: Place) -> None:
    span = node.span
    returns = place.returns
    body = em.branch(node.body, RESULT if returns else place)
    caught = em.unit.unique("error")
    held = em.name_variable(node.variable)
    target = ast.Name(held, STORE, span)
    keep: ast.expr = load(caught, span)
    if node.variable in em.scopes.boxed:
        keep = ast.List([keep], LOAD, span)
    handler: list[ast.stmt] = [ast.Assign([target], keep, span)]
    if not returns:
        handler += em.branch(node.handler, place)
    clause = ast.ExceptHandler(load(" Exception", span), caught, handler, span)
    em.block.append(ast.Try(body, [clause], [], [], span))
    if returns:
        # Outside the except clause the handler can end in a tail call.
        em.into(node.handler, place)


@statement_writer(Finally)
def place_finally(em: FunctionEmitter, node: Finally, place: Place) -> None:
    span = node.span
    inner = RESULT if place.returns else Place(place.kind, place.name)
    body = em.branch(node.body, inner)
    cleanup = em.branch(node.cleanup, DROP)
    em.block.append(ast.Try(body, [], [], cleanup, span))
    em.block.extend(place.after)


@statement_writer(SetLocal)
def place_set_local(em: FunctionEmitter, node: SetLocal, place: Place) -> None:
    if node.variable in em.cursors and place.kind is PlaceKind.DROP:
        write_updates(em, [(node.variable, node.value)], node.span)
        em.block.extend(place.after)
        return
    if place.kind is not PlaceKind.DROP or node.variable in em.scopes.boxed:
        em.finish(em.expression(node), place, node.span)
        return
    if node.variable in em.unit.facts.owners:
        set_owned(em, node)
        em.block.extend(place.after)
        return
    value = em.expression(node.value)
    em.declare_outer(node.variable)
    em.assign_name(em.name_variable(node.variable), value, node.span)
    em.block.extend(place.after)


@statement_writer(SetAll)
def place_set_all(em: FunctionEmitter, node: SetAll, place: Place) -> None:
    span = node.span
    if not em.scopes.boxed.isdisjoint(node.variables):
        values = em.plain_arguments(node.values)
        held = [em.hold_copy(value, span) for value in values]
        for variable, value in zip(node.variables, held, strict=True):
            written = em.walrus(variable, value, span)
            em.block.append(ast.Expr(written, span))
            if variable in em.unit.facts.owners:
                disown(em, variable, span)
    else:
        for variable in node.variables:
            em.declare_outer(variable)
        write_updates(em, list(zip(node.variables, node.values, strict=True)), span)
    em.finish(literal(None, span), place, span)


@statement_writer(Define)
def place_define(em: FunctionEmitter, node: Define, place: Place) -> None:
    define_statement(em, node)
    em.finish(literal(None, node.span), place, node.span)
