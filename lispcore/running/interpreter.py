"""The interpreter: one set of globals and macros, and the way from a text to a value.

A text is read whole, then expanded form by form. Forms are gathered into units that are compiled
together, so that functions which call one another are known to the compiler; a macro definition
ends a unit, because the code before it must have run when the macro is used.
"""

from __future__ import annotations

import ast
import gc
import sys
import warnings
from copy import copy
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

# These fill the tables of special forms and of writers.
import lispcore.compiler.emit.call_sites
import lispcore.compiler.emit.statements
import lispcore.expanding.forms  # noqa: F401
from lispcore.compiler.emit.emitter import FLAG_PREFIX, Unit
from lispcore.compiler.emit.function_bodies import function_definition
from lispcore.compiler.emit.python_syntax import mangle
from lispcore.compiler.emit.resumable import enter_versions, waiting_functions
from lispcore.compiler.facts.analysis import Facts, Survey, analyse, forget, survey
from lispcore.compiler.facts.global_kinds import global_kinds
from lispcore.compiler.facts.ownership import find_owners
from lispcore.compiler.facts.record_types import RecordFunction, record_functions
from lispcore.compiler.passes.count_ranges import count_ranges
from lispcore.compiler.passes.inline_functions import Definitions, inline_functions
from lispcore.compiler.passes.inline_loops import inline_cycles, inline_loops
from lispcore.compiler.passes.keep_items import keep_items
from lispcore.compiler.passes.map_updates import take_updates_apart
from lispcore.compiler.passes.scalar_replacement import take_lists_apart
from lispcore.compiler.passes.split_caught import split_caught
from lispcore.core.nodes import (
    Call,
    Constant,
    ForEach,
    Global,
    Lambda,
    Let,
    Node,
    Sequence,
    SetGlobal,
)
from lispcore.expanding.expander import NOWHERE, SPECIAL_FORMS, Expander
from lispcore.expanding.forms.macro_views import macro_view
from lispcore.expanding.forms.module_forms import module_parts
from lispcore.expanding.modules import Module, Modules, current_directory, enter_file, leave_file
from lispcore.library import LIBRARY
from lispcore.reading.positions import Spans, unread_source
from lispcore.reading.reader import Source, read_source
from lispcore.running.diagnosis import OUT_OF_MEMORY, explain
from lispcore.running.program_cache import CompiledProgram, ProgramCache, fresh_constants
from lispcore.running.runtime import HELPERS
from lispcore.tasks import context
from lispcore.tasks.resuming import helpers
from lispcore.tasks.scheduler import Scheduler
from lispcore.values.calls import TAIL, call
from lispcore.values.errors import LispError, Stopped
from lispcore.values.printing import pretty
from lispcore.values.types import LISP_FILE_PREFIX, List, Symbol, Value

if TYPE_CHECKING:
    from lispcore.tasks.host import Host

# Calls between Lisp functions take no C stack, so only memory limits their depth.
RECURSION_LIMIT = 400_000
# Programs make many small objects and few cycles: with Python's own numbers, looking for cycles
# takes up to half of the time of a program that builds lists.
COLLECTION_THRESHOLDS = (50_000, 20, 100)
# How many tail calls of unknown functions are made on the stack before one is left to the caller.
# The number changes each time, or a program could be in step with it and never come round.
TICKS = tuple((None,) * count for count in (60, 66, 58, 70, 52, 72))

_SPLICED = ("begin", "progn")
_ENDS_UNIT = frozenset("defmacro define-macro define-syntax import load".split())


# What decides how the next unit of a session is compiled, besides its text and `_definitions`.
KNOWLEDGE = (
    "user_defined",
    "_steady",
    "_unsteady",
    "_guarded",
    "_assumed",
    "_records",
    "_waiting",
    "_constants",
)


class CompiledUnit:
    """What is kept of a unit so that it can be compiled again.

    `assumed` names the globals whose meaning is written into its code: inlined operators.
    """

    __slots__ = ("assumed", "defined", "file", "forms", "spans")

    def __init__(
        self, forms: list[tuple[Value, Any, Module | None]], spans: Spans, file: str
    ) -> None:
        self.forms = forms
        self.spans = spans
        self.file = file
        self.assumed: set[str] = set()
        self.defined: list[str] = []

    def read(self) -> tuple[list[tuple[Value, Any, Module | None]], Spans]:
        """Returns the forms with their places and modules, and where their parts stand."""
        return self.forms, self.spans


class RecalledUnit(CompiledUnit):
    """A unit whose code came from the cache: its text is read only if that has to be changed."""

    __slots__ = ("source",)

    def __init__(self, source: Source, file: str) -> None:
        super().__init__([], source.spans, file)
        self.source = source

    def read(self) -> tuple[list[tuple[Value, Any, Module | None]], Spans]:
        """Returns the forms with their places and modules, and where their parts stand."""
        if not self.forms:
            read = read_source(self.source.text, self.source.name)
            self.forms = [
                (form, span, None) for form, span in zip(read.forms, read.top_spans, strict=True)
            ]
            self.spans = read.spans
        return self.forms, self.spans


class Compiled(NamedTuple):
    """What compiling a unit gives: code that defines " main", and what was found out for it."""

    code: CodeType
    facts: Facts
    nodes: Survey
    constants: dict[str, Any]


class Interpreter:
    """One session: what is defined stays defined until the next call.

    With `programs`, the first program of the session is not compiled if it is among them.
    """

    def __init__(self, host: Host | None = None, programs: ProgramCache | None = None) -> None:
        if host is None:
            from lispcore.hosts.terminal import TerminalHost

            host = TerminalHost()
        self.host: Host = host
        self.may_exit = False  # whether (exit) ends the process; else it is an error
        self.macros: dict[str, Any] = {}
        self.user_defined: set[str] = set()
        self.modules = Modules(self)
        self.tasks = Scheduler(lambda: self.host)
        self.sources: dict[str, Source] = {}
        self._programs = programs
        self._units = 0
        self._runs = 0  # of compiled units
        self._constants = 0
        self._next_tick = 0
        # What compiled code relies on: globals that never answer TAIL, and all that ever did so.
        self._steady: set[str] = set()
        self._unsteady: set[str] = set()
        self._guarded: set[str] = set()
        self._compiled: list[CompiledUnit] = []
        self._assumed: set[str] = set()  # all that any of them assumes
        self._records: dict[str, RecordFunction] = {}
        # Global functions that may wait, each with those of them that it calls.
        self._waiting: dict[str, set[str]] = {}
        self.globals: dict[str, Any] = {"__builtins__": {}, "__name__": "lisp", **LIBRARY}
        for name, helper in HELPERS.items():
            self.globals[" " + name] = helper
        self.globals.update(helpers())
        self._definitions = Definitions(self.globals)
        self.globals[" defer"] = self._defer
        self.globals[" renew"] = self._renew
        self._renew()
        gc.set_threshold(*COLLECTION_THRESHOLDS)
        if sys.getrecursionlimit() < RECURSION_LIMIT:
            sys.setrecursionlimit(RECURSION_LIMIT)

    # --- the public face --------------------------------------------------------------------------

    def eval(self, text: str, name: str = "<input>") -> Value:
        """Runs a program and returns the value of its last form.

        Raises `LispError` for a mistake in the program.
        """
        token = context.enter(self)
        try:
            # Where a relative path starts is written into code, and the key does not tell it.
            is_new = self._is_new() and not current_directory()
            known = self._programs.find(text, name) if is_new and self._programs else None
            source = read_source(text, name) if known is None else unread_source(text, name)
            value = self.run_source(source, None, is_new, known)
            if self.tasks.current.number == 0:
                self.tasks.run_ready()
            return value
        except (Stopped, KeyboardInterrupt):
            self.tasks.close()  # what the program had begun is over
            self.tasks = Scheduler(lambda: self.host)
            raise
        except Exception as error:
            explained = explain(error, self)
            if explained is error:
                raise
            try:
                raise explained from error
            finally:
                del explained  # its traceback holds this frame, and all that the program had
        finally:
            context.leave(token)

    def call(self, name: str, *arguments: Value) -> Value:
        """Calls the global function `name` and returns its value; raises `LispError`."""
        token = context.enter(self)
        try:
            if name not in self.globals:
                raise LispError(f"Unbound variable: {name}", kind="unbound", name=name)
            return call(self.globals[name], *arguments)
        except (Stopped, KeyboardInterrupt):
            raise
        except Exception as error:
            explained = explain(error, self)
            if explained is error:
                raise
            try:
                raise explained from error
            finally:
                del explained  # its traceback holds this frame, and all that the program had
        finally:
            context.leave(token)

    def close(self) -> None:
        """Ends the tasks that a session has left; nothing else has to be closed."""
        token = context.enter(self)
        try:
            self.tasks.close()
        finally:
            context.leave(token)

    def run(self, code: str) -> dict[str, Any]:
        """Runs a program and returns ``{"value", "output", "error"}`` as the batch interface does.

        `value` is printed text or None, `output` the printed lines, `error` None or a dict of
        "type", "message", "line", "column", "hint" and "stack". Raises `Stopped` only.
        """
        recorder = OutputRecorder(self.host)
        self.host, host = recorder, self.host
        result: dict[str, Any] = {"value": None, "output": [], "error": None}
        token = context.enter(self)
        try:
            value = self.eval(code)
            result["value"] = None if value is None else pretty(value)
        except KeyboardInterrupt:
            raise Stopped from None
        except LispError as error:
            result["error"] = error_record(error)
        finally:
            context.leave(token)
            self.host = host
            result["output"] = recorder.lines()
        if result["error"] and result["error"]["message"] == OUT_OF_MEMORY:
            gc.collect()  # what filled it may hang together in circles
        return result

    # --- from forms to values
    # -----------------------------------------------------------------------

    def run_source(
        self,
        source: Source,
        module: Module | None = None,
        is_first: bool = False,
        known: CompiledProgram | None = None,
    ) -> Value:
        """Runs the forms of a text whose names belong to `module`; returns the last value.

        `is_first` says that the session is new; `known` what compiling the text would give.
        """
        token = enter_file(source.name, module)
        try:
            if known is not None:
                return self._run_known(known, source)
            return self._evaluate(source, module, is_first)
        except LispError as error:
            if error.line and not error.file:
                error.file = source.name  # a mistake that was found before anything ran
            raise
        finally:
            leave_file(token)

    def _enter_source(self, source: Source) -> str:
        """Returns the name under which Python knows the code of a text."""
        file = f"{LISP_FILE_PREFIX}{self._units}:{source.name}"
        self._units += 1
        self.sources[file] = source
        if len(self.sources) > 500:
            # Old texts serve only to name the operator in an error of a function defined there.
            del self.sources[next(iter(self.sources))]
        return file

    def _evaluate(self, source: Source, module: Module | None, is_first: bool) -> Value:
        file = self._enter_source(source)
        expander = Expander(source.spans, self)
        # Each form with its span, its module, and the module of the macro that it came from.
        waiting: list[tuple[Value, Any, Module | None, Module | None]] = []
        span: Any
        for form, span in zip(reversed(source.forms), reversed(source.top_spans), strict=True):
            waiting.append((form, span, module, None))
        unit: list[Node] = []
        forms: list[tuple[Value, Any, Module | None]] = []
        value: Value = None

        def run(is_whole: bool = False) -> Value:
            nodes, record = unit.copy(), CompiledUnit(forms.copy(), source.spans, file)
            unit.clear()
            forms.clear()
            token = enter_file(source.name, expander.module)
            try:
                return self._run_unit(nodes, file, record, source if is_whole else None)
            finally:
                leave_file(token)

        while waiting:
            form, span, module, home = waiting.pop()
            expander.module = module
            expander.homes = [] if home is None else [home]
            head = self._head(form)
            while head not in SPECIAL_FORMS and (macro := expander.find_macro(head, None)):
                made = expander.form(form, span)
                form, span = expander.expand_macro(macro, made), made.span
                home = self.modules.macro_homes.get(macro, home)
                expander.homes = [] if home is None else [home]
                head = self._head(form)
            if head in _SPLICED and head not in self.user_defined and form.count > 1:
                made = expander.form(form, span)
                parts = [
                    (item, made.span_at(at), module, home) for at, item in enumerate(made.items)
                ][1:]
                waiting.extend(reversed(parts))
                continue
            if head == "module" and head not in self.user_defined:
                is_first = False
                name, exports, body = module_parts(expander, expander.form(form, span))
                opened = self.modules.open(name, exports, [each[0] for each in body], module)
                waiting.extend((item, at, opened, home) for item, at in reversed(body))
                continue
            if head in _ENDS_UNIT and unit:
                value = run()
            unit.append(expander.expand(form, None, span))
            forms.append((form, span, module))
            if head in _ENDS_UNIT:
                value = run()
        # What is in the unit follows from the text alone if no code of the program has run so far.
        is_first = is_first and not (self._runs or self.macros or expander.expansions)
        return run(is_first) if unit else value

    @staticmethod
    def _head(form: Value) -> str:
        if type(form) is List and form.count:
            head = form.cells[form.count - 1]
            if type(head) is Symbol:
                return head.name
        return ""

    def _run_unit(
        self,
        nodes: list[Node],
        file: str,
        record: CompiledUnit | None = None,
        whole: Source | None = None,
    ) -> Value:
        """Compiles and runs a unit; returns its value. `whole` is the text that it is all of."""
        self._runs += 1
        body = nodes[0] if len(nodes) == 1 else Sequence(nodes, nodes[0].span)
        if type(body) is Constant:
            return body.value
        main = Lambda("<program>", [], None, body, nodes[0].span)
        before = set(self.globals) if whole is not None and self._programs is not None else None
        made = self._compile(main, file)
        facts = made.facts
        defined = self._note_definitions(made.nodes, facts)
        if record is not None and facts.assumed and defined:
            record.assumed, record.defined = facts.assumed, defined
            self._compiled.append(record)
            self._assumed |= facts.assumed
        if whole is not None and before is not None:
            self._keep_program(whole, made, defined, before)
        exec(made.code, self.globals)
        return call(self.globals.pop(" main"))

    # --- programs that were compiled before ---------------------------------------------------

    def _is_new(self) -> bool:
        """Tells whether this session is as every session is at its start."""
        return not (self._units or self._runs or self.user_defined or self.macros)

    def _keep_program(
        self, source: Source, made: Compiled, functions: list[str], before: set[str]
    ) -> None:
        """Keeps what a new session is now, with its first program compiled.

        `before` names the globals that it had until then.
        """
        added = self.globals.keys() - before
        values = fresh_constants({name: self.globals[name] for name in added})
        if self._programs is None or values is None:
            return
        program = CompiledProgram(
            made.code,
            values,
            {name: copy(getattr(self, name)) for name in KNOWLEDGE},
            frozenset(made.facts.assumed),
            tuple(functions),
            made.facts.evaluates,
        )
        self._programs.keep(source.text, source.name, program)

    def _run_known(self, program: CompiledProgram, source: Source) -> Value:
        """Does what running a source does, without compiling it."""
        file = self._enter_source(source)
        self._runs += 1
        for name, value in program.knowledge.items():
            setattr(self, name, copy(value))
        if program.evaluates:
            self._definitions.close()
        if program.assumed and program.functions:
            record = RecalledUnit(source, file)
            record.assumed, record.defined = set(program.assumed), list(program.functions)
            self._compiled.append(record)
        self.globals.update(fresh_constants(program.values) or {})
        exec(program.code, self.globals)
        return call(self.globals.pop(" main"))

    # --- compiling ------------------------------------------------------------------------------

    def evaluate_node(self, node: Node) -> Value:
        """Returns the value of a core form in the global scope (for macros and ``eval``)."""
        file = f"{LISP_FILE_PREFIX}{self._units}:<macro>"
        return self._run_unit([node], file)

    def evaluate_form(self, form: Value) -> Value:
        """Returns the value of a form, as ``eval`` gives it."""
        source = read_source("", "<eval>")
        source.forms = [form]
        source.top_spans = [NOWHERE]
        return self.run_source(source)

    def macroexpand(self, form: Value) -> Value:
        """Returns a form with the macro call at its head expanded by one step."""
        macro = self.macros.get(self._head(form))
        if macro is None:
            return macro_view(form)
        expander = Expander(read_source("", "<macroexpand>").spans, self)
        return expander.expand_macro(macro, expander.form(form, NOWHERE))

    def check_text(self, text: str) -> LispError | None:
        """Returns the first mistake that can be found in a program without running it, or None.

        What its macros define is forgotten again.
        """
        macros, defined = dict(self.macros), set(self.user_defined)
        try:
            source = read_source(text, "<check>")
            expander = Expander(source.spans, self)
            waiting: list[tuple[Value, Any]] = [
                *zip(reversed(source.forms), reversed(source.top_spans), strict=True)
            ]
            while waiting:
                form, span = waiting.pop()
                if self._head(form) == "module" and "module" not in self.user_defined:
                    body = module_parts(expander, expander.form(form, span))[2]
                    waiting.extend(reversed(body))
                else:
                    expander.expand(form, None, span)
        except LispError as error:
            return error
        finally:
            self.macros.clear()
            self.macros.update(macros)
            self.user_defined.clear()
            self.user_defined.update(defined)
        return None

    def _compile(
        self,
        main: Lambda,
        file: str,
        redefined: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> Compiled:
        """Returns the code that defines the Python function " main" of a unit.

        `redefined` names globals that the unit itself defines but another has defined anew.
        """
        library = LIBRARY.keys() - self.user_defined
        facts = Facts(library, set(self._steady), self._unsteady | redefined, redefined)
        nodes = survey(main)
        set_here = [node.name for node in nodes.get(SetGlobal, ())]
        facts.library.difference_update(set_here)
        self._note_records(main, facts, set_here)
        if not self._definitions.is_closed:
            facts.kinds = global_kinds(nodes.get(SetGlobal, ()), facts, self.user_defined)
        split_caught(nodes.get(Let, ()), facts)
        count_ranges(nodes.get(ForEach, ()), facts)
        take_updates_apart(main, nodes, facts)
        keep_items(nodes, facts)
        inline_loops(nodes, facts)
        facts.definitions = inline_functions(main, facts, self._definitions, self.user_defined)
        if any(call.helper == "destructure" for call in nodes[Call]):
            take_lists_apart(survey(main), facts)
        nodes = analyse(main, facts)
        if inline_cycles(main, facts):
            forget(main)
            nodes = analyse(main, facts)
        find_owners(main, nodes, facts)
        constants: dict[str, Any] = {}
        unit = Unit(facts, constants, self._constants)
        unit.guarded = self._guarded.copy()
        # From now on these must not answer TAIL: the code of this unit does not look for it.
        called = {node.name for node in nodes[Global]}
        unit.called = called
        self._guarded |= called & (facts.library | facts.steady)
        unit.waiting = waiting_functions(main, nodes, called, facts, self._waiting)
        definition = function_definition(unit, main, " main", None)
        module = ast.Module([definition], [])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python's advice is about Python
                code = compile(module, file, "exec", dont_inherit=True)
        except (RecursionError, MemoryError, SyntaxError) as error:
            raise LispError(
                "this program is too deeply nested to be compiled",
                kind="reader",
                hint="move inner parts into functions of their own",
            ) from error
        self._constants = unit.next_constant
        self.globals.update(constants)
        if unit.waiting is not None:
            enter_versions(unit.waiting, code)
        return Compiled(code, facts, nodes, constants)

    def _note_records(self, main: Lambda, facts: Facts, set_here: list[str]) -> None:
        """Tells the facts which globals are functions of record types."""
        known = {name: each for name, each in self._records.items() if name not in facts.unsafe}
        for name in set_here:
            # A recompiled unit does not run its definitions again.
            if not facts.settled or set_here.count(name) > 1:
                known.pop(name, None)
        if not facts.settled:
            made = record_functions(main, self._constants)
            self._constants += len(made)
            for name, each in made.items():
                if set_here.count(name) == 1 and name not in facts.unsafe:
                    known[name] = each
                self.globals.setdefault(each.instance, None)
        facts.records = known
        facts.made = {each.instance for each in known.values() if self.globals[each.instance]}
        facts.steady |= known.keys()

    def _note_definitions(self, nodes: Survey, facts: Facts) -> list[str]:
        """Notes what a unit defines, before it runs; returns the names of its functions."""
        functions: list[str] = []
        changed: set[str] = set()
        if facts.evaluates and not self._definitions.is_closed:
            # From now on anything may be redefined while it runs.
            changed |= (self._definitions.close() | self._unsteady) & self._assumed
        for node in nodes.get(SetGlobal, ()):
            name = node.name
            self._definitions.nodes.pop(name, None)
            if name in self._assumed:
                changed.add(name)
            self.user_defined.add(name)
            self.macros.pop(name, None)
            if name in facts.records:
                self._records[name] = facts.records[name]
                self._steady.add(name)
                continue
            self._records.pop(name, None)
            if type(node.value) is Lambda:
                functions.append(name)
            known = facts.functions.get(name)
            if known is not None and not known.bounces:
                self._steady.add(name)
            else:
                self._steady.discard(name)
                self._unsteady.add(name)
        if changed:
            self._recompile(changed)
        if not self._definitions.is_closed:
            self._definitions.nodes.update(facts.definitions)
        return functions

    def _recompile(self, changed: set[str]) -> None:
        """Gives global functions new code that no longer contains what these names used to mean.

        The new code looks the names up, so it is right before and after the redefinition itself.
        Closures that exist already keep the code with which they were made, but no longer do what
        is written in place of calls of the program's functions.
        """
        flags = [name for name in self.globals if name.startswith(FLAG_PREFIX)]
        self.globals.update(dict.fromkeys(flags, False))
        for record in [each for each in self._compiled if each.assumed & changed]:
            forms, spans = record.read()
            expander = Expander(spans, self)
            nodes = []
            for form, span, expander.module in forms:
                nodes.append(expander.expand(form, None, span))
            body = nodes[0] if len(nodes) == 1 else Sequence(nodes, nodes[0].span)
            main = Lambda("<program>", [], None, body, nodes[0].span)
            made = self._compile(main, record.file, changed)
            record.assumed = made.facts.assumed
            codes: dict[str, CodeType] = {}
            stack = [made.code]
            while stack:
                each = stack.pop()
                codes.setdefault(each.co_name, each)
                stack.extend(part for part in each.co_consts if isinstance(part, CodeType))
            for name in record.defined:
                function: Any = self.globals.get(name)
                new = codes.get(mangle(name))
                old: Any = getattr(function, "__code__", None)
                if old is None or new is None or old.co_filename != record.file:
                    continue
                if old.co_freevars == new.co_freevars == ():
                    function.__code__ = new

    def _renew(self) -> None:
        self._next_tick = (self._next_tick + 1) % len(TICKS)
        self.globals[" ticks"] = iter(TICKS[self._next_tick])

    def _defer(self, function: Any, *arguments: Value) -> Any:
        self._renew()
        TAIL.function = function
        TAIL.arguments = arguments
        return TAIL


class OutputRecorder:
    """A host that also keeps what is written to standard output."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._parts: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def write(self, text: str, kind: str = "out") -> None:
        """Passes the text on, and keeps it unless it is meant for standard error."""
        if kind != "err":
            self._parts.append(text)
        self._host.write(text, kind)

    def lines(self) -> list[str]:
        """Returns everything written as lines; an empty last line does not count."""
        lines = "".join(self._parts).split("\n")
        if not lines[-1]:
            lines.pop()
        return lines


def error_record(error: LispError) -> dict[str, Any]:
    """Returns an error in the form that the batch interface and the page share."""
    record: dict[str, Any] = {
        "type": error.kind,
        "message": error.message,
        "line": error.line,
        "column": error.column,
        "hint": error.hint,
        "stack": [
            {"name": frame.name, "line": frame.line, "column": frame.column}
            for frame in error.stack
        ],
    }
    if error.file and not error.file.startswith("<"):
        # The line is one of a file that the program imports: the program itself is shown where it
        # led there, and the message says where the mistake is.
        record["message"] = f"{error.file}:{error.line}:{error.column}: {error.message}"
        outer = [frame for frame in error.stack if frame.file.startswith("<") and frame.line]
        record["line"] = outer[0].line if outer else 0
        record["column"] = outer[0].column if outer else 0
        record["file"] = error.file
    return record


__all__ = ["Interpreter", "error_record"]
