"""The types of what python_ast.py makes: as in ``ast``, with the place as one argument."""

import ast
from ast import AST as AST
from ast import Add as Add
from ast import And as And
from ast import BitAnd as BitAnd
from ast import BitOr as BitOr
from ast import BitXor as BitXor
from ast import Del as Del
from ast import Div as Div
from ast import Eq as Eq
from ast import FloorDiv as FloorDiv
from ast import Gt as Gt
from ast import GtE as GtE
from ast import In as In
from ast import Is as Is
from ast import IsNot as IsNot
from ast import Load as Load
from ast import Lt as Lt
from ast import LtE as LtE
from ast import Mod as Mod
from ast import Module as Module
from ast import Mult as Mult
from ast import Not as Not
from ast import NotEq as NotEq
from ast import NotIn as NotIn
from ast import Or as Or
from ast import RShift as RShift
from ast import Store as Store
from ast import Sub as Sub
from ast import UAdd as UAdd
from ast import USub as USub
from ast import arguments as arguments
from ast import boolop as boolop
from ast import cmpop as cmpop
from ast import expr as expr
from ast import expr_context as expr_context
from ast import keyword as keyword
from ast import operator as operator
from ast import stmt as stmt
from ast import unaryop as unaryop
from ast import walk as walk
from collections.abc import Sequence
from typing import Any

from lispcore.core.nodes import Span

class Assign(ast.Assign):
    def __init__(
        self, targets: list[expr], value: expr, span: Span = ..., type_comment: str | None = None
    ) -> None: ...

class Attribute(ast.Attribute):
    def __init__(self, value: expr, attr: str, ctx: expr_context, span: Span = ...) -> None: ...

class AugAssign(ast.AugAssign):
    def __init__(
        self, target: Name | Attribute | Subscript, op: operator, value: expr, span: Span = ...
    ) -> None: ...

class BinOp(ast.BinOp):
    may_be_text: bool

    def __init__(self, left: expr, op: operator, right: expr, span: Span = ...) -> None: ...

class BoolOp(ast.BoolOp):
    def __init__(self, op: boolop, values: Sequence[expr], span: Span = ...) -> None: ...

class Break(ast.Break):
    def __init__(self, span: Span = ...) -> None: ...

class Call(ast.Call):
    def __init__(
        self, func: expr, args: Sequence[expr], keywords: list[keyword], span: Span = ...
    ) -> None: ...

class Compare(ast.Compare):
    def __init__(
        self, left: expr, ops: list[cmpop], comparators: list[expr], span: Span = ...
    ) -> None: ...

class Constant(ast.Constant):
    def __init__(self, value: Any, span: Span = ..., kind: str | None = None) -> None: ...

class Continue(ast.Continue):
    def __init__(self, span: Span = ...) -> None: ...

class Delete(ast.Delete):
    def __init__(self, targets: list[expr], span: Span = ...) -> None: ...

class Dict(ast.Dict):
    def __init__(self, keys: list[expr | None], values: list[expr], span: Span = ...) -> None: ...

class ExceptHandler(ast.ExceptHandler):
    def __init__(
        self, type: expr | None, name: str | None, body: list[stmt], span: Span = ...
    ) -> None: ...

class Expr(ast.Expr):
    def __init__(self, value: expr, span: Span = ...) -> None: ...

class For(ast.For):
    def __init__(
        self,
        target: expr,
        iter: expr,
        body: list[stmt],
        orelse: list[stmt],
        span: Span = ...,
        type_comment: str | None = None,
    ) -> None: ...

class FormattedValue(ast.FormattedValue):
    def __init__(
        self, value: expr, conversion: int, format_spec: expr | None, span: Span = ...
    ) -> None: ...

class FunctionDef(ast.FunctionDef):
    def __init__(
        self,
        name: str,
        args: arguments,
        body: list[stmt],
        decorator_list: list[expr],
        returns: expr | None,
        type_params: list[Any] = ...,
        span: Span = ...,
        type_comment: str | None = None,
    ) -> None: ...

class Global(ast.Global):
    def __init__(self, names: list[str], span: Span = ...) -> None: ...

class If(ast.If):
    def __init__(
        self, test: expr, body: list[stmt], orelse: list[stmt], span: Span = ...
    ) -> None: ...

class IfExp(ast.IfExp):
    unchecked: expr | None

    def __init__(self, test: expr, body: expr, orelse: expr, span: Span = ...) -> None: ...

class JoinedStr(ast.JoinedStr):
    def __init__(self, values: Sequence[expr], span: Span = ...) -> None: ...

class List(ast.List):
    def __init__(self, elts: Sequence[expr], ctx: expr_context, span: Span = ...) -> None: ...

class Name(ast.Name):
    stable: bool
    may_fail: bool

    def __init__(self, id: str, ctx: expr_context, span: Span = ...) -> None: ...

class NamedExpr(ast.NamedExpr):
    def __init__(self, target: Name, value: expr, span: Span = ...) -> None: ...

class Nonlocal(ast.Nonlocal):
    def __init__(self, names: list[str], span: Span = ...) -> None: ...

class Pass(ast.Pass):
    def __init__(self, span: Span = ...) -> None: ...

class Raise(ast.Raise):
    def __init__(self, exc: expr | None, cause: expr | None, span: Span = ...) -> None: ...

class Return(ast.Return):
    def __init__(self, value: expr | None, span: Span = ...) -> None: ...

class Slice(ast.Slice):
    def __init__(
        self, lower: expr | None, upper: expr | None, step: expr | None, span: Span = ...
    ) -> None: ...

class Starred(ast.Starred):
    def __init__(self, value: expr, ctx: expr_context, span: Span = ...) -> None: ...

class Subscript(ast.Subscript):
    def __init__(self, value: expr, slice: expr, ctx: expr_context, span: Span = ...) -> None: ...

class Try(ast.Try):
    def __init__(
        self,
        body: list[stmt],
        handlers: list[ExceptHandler],
        orelse: list[stmt],
        finalbody: list[stmt],
        span: Span = ...,
    ) -> None: ...

class Tuple(ast.Tuple):
    def __init__(self, elts: Sequence[expr], ctx: expr_context, span: Span = ...) -> None: ...

class UnaryOp(ast.UnaryOp):
    def __init__(self, op: unaryop, operand: expr, span: Span = ...) -> None: ...

class While(ast.While):
    def __init__(
        self, test: expr, body: list[stmt], orelse: list[stmt], span: Span = ...
    ) -> None: ...

class arg(ast.arg):
    def __init__(
        self,
        arg: str,
        annotation: expr | None = None,
        span: Span = ...,
        type_comment: str | None = None,
    ) -> None: ...
