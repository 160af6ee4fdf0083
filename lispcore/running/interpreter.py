"""The session: globals and macros, the units that were run, and the way from a text to a value.

Units are made of a text by units.py, compiled by compiler/pipeline.py, and compiled again by
recompiling.py when what they rely on changes.
"""

from __future__ import annotations

import gc
from _thread import RLock
from collections.abc import Iterable, Set
from contextvars import Token
from types import CodeType
from typing import TYPE_CHECKING, Any, NoReturn

import lispcore.expanding.forms
import lispcore.running.library_steps  # noqa: F401  (finds the library's functions in steps)
from lispcore.compiler.emit.python_syntax import mangle
from lispcore.compiler.passes.inline_functions import Definitions
from lispcore.compiler.pipeline import EVERYTHING, NUMERIC_LOOPS, Compiled, compile_unit
from lispcore.compiler.work import Again, Knowledge
from lispcore.core.copying import UnitCopier
from lispcore.core.nodes import Constant, Lambda, Node, Sequence
from lispcore.expanding.expander import NOWHERE, Expander
from lispcore.expanding.forms.macro_views import macro_view
from lispcore.expanding.forms.module_forms import module_parts
from lispcore.expanding.modules import Module, current_directory, enter_file, leave_file
from lispcore.library import LIBRARY
from lispcore.library.late_chapters import load_for
from lispcore.reading.positions import unread_source
from lispcore.reading.reader import Source, read_source
from lispcore.running.caught_maps import error_map
from lispcore.running.diagnosis import OUT_OF_MEMORY, explain
from lispcore.running.module_files import Modules
from lispcore.running.numeric_loops import Machine
from lispcore.running.outcomes import OutputRecorder, error_record, input_name
from lispcore.running.program_cache import (
    CompiledProgram,
    ProgramCache,
    are_plain,
    fresh_constants,
)
from lispcore.running.progress import COMPILED, READ, Progress
from lispcore.running.recompiling import CompiledUnit, CompiledUnits
from lispcore.running.runtime import HELPERS
from lispcore.running.threads import Inside
from lispcore.running.units import units_of
from lispcore.services.suggestions import suggestion
from lispcore.tasks import context
from lispcore.tasks.host import Host
from lispcore.tasks.process_settings import uncollected
from lispcore.tasks.resuming import helpers
from lispcore.tasks.scheduler import Scheduler
from lispcore.tasks.stepping import GIVEN
from lispcore.values.borders import SessionName
from lispcore.values.calls import TAIL, call
from lispcore.values.errors import LispError, Stopped
from lispcore.values.printing import pretty
from lispcore.values.types import LISP_FILE_PREFIX, Map, Value

if TYPE_CHECKING:
    from lispcore.running.debugger import Debugger

# How many tail calls of unknown functions are made on the stack before one is left to the caller.
# The number changes each time, or a program could be in step with it and never come round.
TICKS = tuple((None,) * count for count in (60, 66, 58, 70, 52, 72))


class Interpreter:
    """One session: what is defined stays defined until the next call.

    With `programs`, the first program of the session is not compiled if it is among them. `off`
    names passes of the compiler that are left out (`pipeline.EVERYTHING`: all), for tests.
    """

    def __init__(
        self,
        host: Host,
        programs: ProgramCache | None = None,
        off: Set[str] = frozenset(),
    ) -> None:
        self.host = host
        self.may_exit = False  # whether (exit) ends the process; else it is an error
        self.macros: dict[str, Any] = {}
        self.modules = Modules(self)
        self.lock: Any = RLock()  # of the thread that is at work in the session
        # Without stacks of their own tasks run in steps, and all code is written for that, too.
        self._in_steps = not _switches(host)
        # See tasks/resuming.py; the language's own functions in steps know one such list.
        self.given: list[Any] = GIVEN if self._in_steps else [None]
        self.tasks = self.new_scheduler()
        self._inside = Inside(self)
        self.sources: dict[str, Source] = {}
        self._programs = programs
        self._off = off
        self._debugger: Debugger | None = None
        self._units = 0
        self.runs = 0  # of compiled units
        self._inputs = 0  # texts that were run
        self._next_tick = 0
        self.knowledge: Knowledge = Knowledge()  # what compiled code relies on
        self.progress = Progress()  # of compiling
        self._running = 0  # how many of them run at present
        # Parts of Python written in C import others when they are first needed: texts of large
        # integers, dates. They look for `__import__` where the function that calls them would.
        builtins = {"__import__": __import__}
        self.globals: dict[str, Any] = {"__builtins__": builtins, **LIBRARY}
        self.globals[context.SESSION_NAME] = self
        self.globals["__name__"] = SessionName("lisp")  # the module of the program's functions
        for name, helper in HELPERS.items():
            self.globals[" " + name] = helper
        self.globals.update(helpers(self.given))
        self.definitions = Definitions(self.globals)
        self._compiled = CompiledUnits(self)
        self.globals[" defer"] = self._defer
        self.globals[" renew"] = self._renew
        self._renew()

    @property
    def user_defined(self) -> set[str]:
        """The globals that the program has defined or set."""
        return self.knowledge.user_defined

    @property
    def machine(self) -> Machine | None:
        """What runs WebAssembly, where the host can do that."""
        machine: Machine | None = getattr(self.host, "machine", None)
        return machine

    def __reduce_ex__(self, protocol: object) -> Any:
        raise TypeError(
            "an interpreter cannot be pickled or copied: it holds running tasks and open files; "
            "make one where it is needed, and load the program there"
        )

    # --- the public face --------------------------------------------------------------------------

    def eval(self, text: str, name: str = "<input>") -> Value:
        """Runs a program and returns the value of its last form.

        Raises `LispError` for a mistake in the program.
        """
        token = self.enter()
        try:
            # Where a relative path starts is written into code, and the key does not tell it.
            is_new = self._is_new() and not current_directory() and self._debugger is None
            known = self._programs.find(text, name) if is_new and self._programs else None
            self.progress.begin()
            with uncollected():
                source = self._read(text, name) if known is None else unread_source(text, name)
            value = self.run_source(source, None, is_new, known)
            if self.tasks.current.number == 0:
                self.tasks.run_ready()
            return value
        except (Stopped, KeyboardInterrupt):
            try:
                self.tasks.close()  # what the program had begun is over
            finally:
                self.tasks = self.new_scheduler()
            raise
        except Exception as error:
            self.raise_explained(error)
        finally:
            self.leave(token)

    def _read(self, text: str, name: str) -> Source:
        """Returns a text as forms; a mistake in it says in which text it is."""
        try:
            return read_source(text, name, self._has_read)
        except LispError as error:
            error.file = error.file or name
            raise

    def _has_read(self, done: float) -> None:
        self.progress.reached(READ * done)

    def call(self, name: str, *arguments: Value) -> Value:
        """Calls the global function `name` and returns its value; raises `LispError`."""
        token = self.enter()
        try:
            if mangle(name) not in self.globals:
                raise LispError(f"Unbound variable: {name}", kind="unbound", name=name)
            self._write_reached((name,))
            return call(self.globals[mangle(name)], *arguments)
        except (Stopped, KeyboardInterrupt):
            raise
        except Exception as error:
            self.raise_explained(error)
        finally:
            self.leave(token)

    def enter(self) -> Token[Any]:
        """Begins work in the session, when it is this thread's turn; to be ended with `leave`."""
        if not self.lock.acquire(blocking=False):
            while not self.lock.acquire(timeout=0.1):  # in between, an order to stop is heard
                pass
        self._inside.enter()
        return context.enter(self)

    def leave(self, token: Token[Any]) -> None:
        """Undoes one `enter`."""
        try:
            context.leave(token)
        finally:
            try:
                self._inside.leave()
            finally:
                lock: Any = self.lock
                if not lock._is_owned():  # an order to stop came before `outside` took it back
                    lock.acquire()
                lock.release()

    def new_scheduler(self) -> Scheduler:
        """Returns a scheduler without tasks; what the session has chosen for its calls stays."""
        made = Scheduler(lambda: self.host, self.given, self._in_steps)
        before: Scheduler | None = getattr(self, "tasks", None)
        if before is not None:
            made.main.chosen, made.main.ambient = before.main.chosen, before.main.ambient
        return made

    def raise_explained(self, error: Exception) -> NoReturn:
        """Raises what an exception that is being handled means for the program."""
        explained = explain(error, self)
        if explained is error:
            raise error
        try:
            raise explained from error
        finally:
            del explained  # its traceback holds this frame, and all that the program had

    def close(self) -> None:
        """Ends the tasks that a session has left; nothing else has to be closed."""
        token = self.enter()
        try:
            self.tasks.close()
        finally:
            self.leave(token)

    def run(self, code: str) -> dict[str, Any]:
        """Runs a program and returns ``{"value", "output", "error"}`` as the batch interface does.

        `value` is printed text or None, `output` the printed lines, `error` None or a dict of
        "type", "message", "line", "column", "hint" and "stack"; `error_record` says how it tells
        the texts of a session apart. Raises `Stopped` only.
        """
        result: dict[str, Any] = {"value": None, "output": [], "error": None}
        token = self.enter()
        self._inputs += 1
        recorder = OutputRecorder(self.host)
        self.host, host = recorder, self.host
        try:
            value = self.eval(code, input_name(self._inputs))
            result["value"] = None if value is None else pretty(value)
            take_value = getattr(host, "take_value", None)
            if take_value is not None:
                take_value(value)
        except KeyboardInterrupt:
            raise Stopped from None
        except LispError as error:
            result["error"] = error_record(error)
        finally:
            self.host = host
            self.leave(token)
            result["output"] = recorder.lines()
        if result["error"] and result["error"]["message"] == OUT_OF_MEMORY:
            gc.collect()  # what filled it may hang together in circles
        return result

    def debug(self, code: str, debugger: Debugger) -> dict[str, Any]:
        """Runs a program as `run` does, and has a debugger stop it."""
        from lispcore.library.models.calling.interception import intercept_calls
        from lispcore.running.debugged_calls import CallStops

        debugger.begin(self, input_name(self._inputs + 1), code)
        off, self._off = self._off, EVERYTHING
        self._debugger = debugger
        self.globals[" probe"] = debugger.probe
        end = debugger.watch_errors()
        if debugger.stops_at_calls:
            intercept_calls(self, CallStops(debugger))
        try:
            return self.run(code)
        finally:
            end()
            intercept_calls(self, None)
            self._debugger, self._off = None, off
            # Its functions are still there, for lines that are entered later.
            self.globals[" probe"] = _pass_by

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
        value: Value = None
        progress = self.progress
        progress.reached(READ)
        for unit in units_of(source, file, self, module, is_first):
            token = enter_file(source.name, unit.module)
            try:
                value = self._run_unit(unit.nodes, unit.kept, source if unit.is_whole else None)
            finally:
                leave_file(token)
            progress.begin()  # the next one
        progress.over()
        return value

    def _run_unit(
        self, nodes: list[Node], unit: CompiledUnit, whole: Source | None = None
    ) -> Value:
        """Compiles and runs a unit; returns its value. `whole` is the text that it is all of."""
        self.runs += 1
        body = nodes[0] if len(nodes) == 1 else Sequence(nodes, nodes[0].span)
        if type(body) is Constant:
            self.knowledge.evaluated.note_data(body.value)
            return body.value
        main = Lambda("<program>", [], None, body, nodes[0].span)
        if unit.texts is None:
            unit.original = UnitCopier().copy(main)
        keeps = whole is not None and self._programs is not None and self._debugger is None
        before = set(self.globals) if keeps else None
        made = self._compiled.enter(unit, self.compile(main, unit.file))
        if whole is not None and before is not None:
            self._keep_program(whole, made, unit, before)
        self._write_reached(made.mentions)
        return self._run_code(made.code)

    def _write_reached(self, names: Iterable[str]) -> None:
        """Has the functions written that code with these names can reach."""
        load_for(names)
        with uncollected():
            self._compiled.need(names)

    def _run_code(self, code: CodeType) -> Value:
        exec(code, self.globals)
        self.progress.over()
        self._running += 1
        try:
            return call(self.globals.pop(" main"))
        finally:
            self._running -= 1

    # --- programs that were compiled before ---------------------------------------------------

    def _is_new(self) -> bool:
        """Tells whether this session is as every session is at its start."""
        return not (self._units or self.runs or self.user_defined or self.macros)

    def _keep_program(
        self, source: Source, made: Compiled, unit: CompiledUnit, before: set[str]
    ) -> None:
        """Keeps what a new session is now, with its first program compiled.

        `before` names the globals that it had until then.
        """
        added = self.globals.keys() - before
        values = fresh_constants({name: self.globals[name] for name in added})
        if self._programs is None or values is None:
            return
        if made.lazy is not None and not are_plain(each.value for each in made.nodes[Constant]):
            return
        program = CompiledProgram(
            made.code,
            values,
            self.knowledge.copied(),
            frozenset(unit.assumed),
            tuple(unit.defined),
            made.facts.evaluates,
            _counted_from(unit.base, made.functions),
            made.lazy,
            made.mentions,
        )
        self._programs.keep(source.text, source.name, program)

    def _run_known(self, program: CompiledProgram, source: Source) -> Value:
        """Does what running a source does, without compiling it."""
        file = self._enter_source(source)
        self.runs += 1
        self.knowledge = program.knowledge.copied()
        if program.evaluates:
            self.definitions.close()
        self._compiled.recall(program, source, file)
        self.globals.update(fresh_constants(program.values) or {})
        self._write_reached(program.mentions)
        return self._run_code(program.code)

    # --- forms and nodes as values --------------------------------------------------------------

    def evaluate_node(self, node: Node) -> Value:
        """Returns the value of a core form in the global scope (for macros and ``eval``)."""
        file = f"{LISP_FILE_PREFIX}{self._units}:<macro>"
        return self._run_unit([node], CompiledUnit(file, 0, None))

    def evaluate_form(self, form: Value) -> Value:
        """Returns the value of a form, as ``eval`` gives it."""
        source = read_source("", "<eval>")
        source.forms = [form]
        source.top_spans = [NOWHERE]
        return self.run_source(source)

    def macroexpand(self, form: Value) -> Value:
        """Returns a form with the macro call at its head expanded by one step."""
        expander = Expander(read_source("", "<macroexpand>").spans, self)
        macro = expander.top_macro(form)
        if macro is None:
            return macro_view(form) if expander.head_of(form) else form
        return expander.expand_macro(macro, expander.form(form, NOWHERE))

    def check_text(self, text: str) -> LispError | None:
        """Returns the first mistake that can be found in a program without running it, or None.

        What its macros define is forgotten again.
        """
        macros, defined = dict(self.macros), set(self.user_defined)
        try:
            source = read_source(text, "<check>")
            expander = Expander(source.spans, self)
            expander.foretell(source.forms)
            waiting: list[tuple[Value, Any]] = [
                *zip(reversed(source.forms), reversed(source.top_spans), strict=True)
            ]
            while waiting:
                form, span = waiting.pop()
                if expander.head_of(form) == "module":
                    body = module_parts(expander, expander.form(form, span))[2]
                    expander.foretell([each[0] for each in body])
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

    # --- what library functions ask, see tasks/session.py ---------------------------------------

    def explain(self, error: BaseException) -> LispError:
        """Returns the error that a person should see for an exception that a program ran into."""
        return explain(error, self)

    def error_map(self, error: BaseException) -> Map:
        """Returns the map that a program sees of an error."""
        return error_map(error)

    def suggest(self, name: str) -> str:
        """Returns what to try for a name that means nothing."""
        return suggestion(name, self)

    # --- compiling ------------------------------------------------------------------------------

    def compile(self, main: Lambda, file: str, again: Again | None = None) -> Compiled:
        """Compiles a unit and gives the session the constants of its code."""
        tasks = self.tasks
        debugger = self._debugger if self._debugger and self._debugger.concerns(file) else None
        if debugger is not None:
            main = debugger.instrument(main)
        is_on_stack = self._running or self.knowledge.evaluated.evaluates
        with uncollected():
            made = compile_unit(
                main,
                file,
                self.knowledge,
                self.definitions,
                self.globals,
                again=again,
                is_on_stack=bool(is_on_stack or tasks.waiting or tasks.ready),
                off=self._off if self.machine is not None else self._off | {NUMERIC_LOOPS},
                in_steps=self._in_steps,
            )
        self.globals.update(made.constants)
        if debugger is not None:
            debugger.name_variables(made.variables)
        self.progress.reached(COMPILED)
        return made

    def _renew(self) -> None:
        self._next_tick = (self._next_tick + 1) % len(TICKS)
        self.globals[" ticks"] = iter(TICKS[self._next_tick])

    def _defer(self, function: Any, *arguments: Value) -> Any:
        self._renew()
        if not context.is_at_work():
            # Python has called by itself, and does not do what is left to it.
            token = self.enter()
            try:
                return call(function, *arguments)
            finally:
                self.leave(token)
        TAIL.function = function
        TAIL.arguments = arguments
        return TAIL


def _pass_by(number: int) -> None:
    """What a probe does when nobody debugs any more."""


def _counted_from(base: int, functions: dict[str, list[int]]) -> dict[str, list[int]]:
    """Returns the numbers of functions as they are in a unit that begins with the number 0."""
    return {name: [number - base for number in numbers] for name, numbers in functions.items()}


def _switches(host: Host) -> bool:
    """Tells whether a host can switch between stacks of calls."""
    switches = getattr(host, "switches", None)
    if switches is None:
        make = getattr(host, "switcher", None)
        switches = make is not None and make().can_switch
    return bool(switches)


__all__ = ["Interpreter"]
