"""Which functions can wait only as their very last act: a task of such a function needs no stack.

``(async (channel/send c (* i i)))`` waits, if at all, with nothing left to do but to end.
The scheduler runs such a task on top of whoever gives it its turn; when it has to wait, its frames
are dropped (tasks/turns.py), and what is left of it is a function of the answer. In a browser,
where a stack takes 35 KB and a switch longer than most tasks run, that is what makes tasks cheap.

Whether it is so is read from the compiled code: every call in it must be one of a global name that
means a library function which never waits, or a function of the program of which the same is true.
Whatever is not understood counts as waiting. The answer holds as long as the names mean the same.
"""

from __future__ import annotations

import sys
from opcode import hasjrel, opmap, opname
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple

from lispcore.library.registry import ENTRIES, LIBRARY, WaitKind
from lispcore.tasks.context import running
from lispcore.tasks.resuming import GUARDS, WAITS, Version, resumable, version_of
from lispcore.tasks.stepping import CALM, SESSIONS
from lispcore.tasks.waiting import BARE, FREE, STEPPED
from lispcore.values.calls import TAIL, bounce
from lispcore.values.types import LISP_FILE_PREFIX, Keyword

# What compiled code calls besides: names of runtime.py, none of which calls back; that module adds
# the parts of its loops. `bounce` does nothing for a function that leaves no calls, and one that
# does (`defer`) is not understood.
HELPERS: Final = {
    " " + name
    for name in (
        "type int str float len ord List Map Vector MultipleValues Symbol Keyword Character "
        "identity characters equal list map list_parts vector_parts splice rest_list set_box "
        "destructure destructure_table spread_values values_list values iterable counted range "
        "rounds after range_items sequence_items own_list list_of map_of_pairs match_sequence "
        "match_table absent no_match no_arity thrown said caught_map caught_entry cons "
        "added append_two misfit cells_of count_of map_of_rest bounce caught_value reraise"
    ).split()
}
# Calls of values that are no global functions, and ways to wait of Python's own.
NOT_UNDERSTOOD: Final = frozenset(
    "PUSH_NULL CALL_FUNCTION_EX YIELD_VALUE SEND RETURN_GENERATOR STORE_GLOBAL LOAD_NAME "
    "LOAD_BUILD_CLASS IMPORT_NAME".split()
)
# Which bit says that an attribute is called: Python 3.11 has an operation of its own for that.
METHOD_BIT: Final = 1 if sys.version_info >= (3, 12) else 0
JUMPS: Final = frozenset(hasjrel)  # all that Python 3.11 and later have
EXTENDED: Final = opmap["EXTENDED_ARG"]
CACHE: Final = opmap["CACHE"]
# Jumps that are always made, what ends a call, and what does nothing.
LEAPS: Final = frozenset("JUMP_FORWARD JUMP_BACKWARD JUMP_BACKWARD_NO_INTERRUPT".split())
ENDS: Final = frozenset("RETURN_VALUE RETURN_CONST RAISE_VARARGS RERAISE".split())
IDLE: Final = frozenset("NOP NOT_TAKEN RESUME".split())
METHOD: Final = "."  # stands for a method of a Python value, such as list.append
MOST_FUNCTIONS: Final = 50  # of one proof, which is made while a task is begun


class Calls(NamedTuple):
    """The global functions that a piece of code calls: in between, and as its last act."""

    between: frozenset[str]
    last: frozenset[str]


# What was read from a code object; None if something in it was not understood.
_calls: dict[CodeType, Calls | None] = {}
# What the names meant by which a function was found to wait only last; None if it was not.
_meanings: dict[CodeType, list[tuple[str, Any]] | None] = {}
MOST_REMEMBERED: Final = 10_000  # code objects: a session that lives long compiles ever new ones


def waits_only_last(function: Any) -> bool:
    """Tells whether a call of this function, without arguments, can wait only as its last act."""
    if type(function) is not FunctionType:
        return False
    code, names = function.__code__, function.__globals__
    if code in _meanings:
        meanings = _meanings[code]
        if meanings is None:
            return False
        for name, meaning in meanings:
            if names.get(name) is not meaning:
                break
        else:
            return True
    if len(_meanings) > MOST_REMEMBERED:
        _meanings.clear()
        _calls.clear()
    proof = _Proof(names)
    holds = proof.of(function, may_wait_last=True)
    _meanings[code] = list(proof.used.items()) if holds else None
    return holds


def way_in_steps(function: Any, version: Version) -> int:
    """Returns how a task can run a function's second version.

    If whatever it calls between the waits that it yields at never waits, its steps can run on top
    of others (`guard` sees to what is not known before). If it starts no tasks either, it needs no
    context: what would look at it is not known to be harmless. The answer holds while the version's
    `meanings` do.
    """
    proof = _Proof(function.__globals__)
    version.way = _way(function, version, proof)
    version.meanings = list(proof.used.items())
    return version.way


def _way(function: Any, version: Version, proof: _Proof) -> int:
    names = proof.names
    waiting: list[tuple[Any, Version]] = [(function, version)]
    seen: set[int] = set()
    needs_context = False
    while waiting:
        each, its = waiting.pop()
        if its.calls is None or each.__globals__ is not names:
            return STEPPED
        if id(its) in seen:
            continue
        seen.add(id(its))
        needs_context = needs_context or its.guards or not all(map(starts_none, its.begun))
        plain = set(its.calls)
        for name in its.resumes:
            called = proof.used[name] = names.get(name)
            inner = version_of(called)
            if inner is None:
                plain.add(name)
            else:
                waiting.append((called, inner))
        for name in plain:
            called = proof.used[name] = names.get(name)
            if proof.never_waits(name, called):
                continue
            callbacks = _callbacks(name, called)
            if callbacks is None:
                return STEPPED
            for callee, index, given in its.given:
                if callee == name and callbacks.get(index, callbacks.get(-1)):
                    function = proof.used[given] = names.get(given)
                    if not proof.never_waits(given, function):
                        return STEPPED
    return FREE if needs_context else BARE


def _callbacks(name: str, called: Any) -> dict[int, bool] | None:
    """Returns which arguments of a function of the library it calls, if it does nothing besides.

    With the index -1 those that follow a ``&``.
    """
    entry = ENTRIES.get(name)
    if entry is None or called is None or LIBRARY.get(name) is not called:
        return None
    if entry.waits is not WaitKind.NEVER and entry.waits is not WaitKind.GIVEN:
        return None
    found: dict[int, bool] = {}
    is_rest = False
    for index, parameter in enumerate(entry.parameters.replace("& ", "&").split()):
        is_rest = is_rest or "&" in parameter
        found[-1 if is_rest else index] = ":function" in parameter
    return found


def guard(function: Any) -> Any:
    """Returns a function that the running task may call as it is; `WAITS` if it moves for that."""
    scheduler = running().tasks
    me = scheduler.current
    if (
        me.way != FREE
        or scheduler.closing
        or never_waits(TAIL.function if function is bounce else function)
    ):
        return function
    scheduler.move(me, function)
    return WAITS


def guarded(function: Any) -> Any:
    """Does what `guard` does, but gives the second version of a function that has one."""
    version = version_of(function)
    if version is None:
        return guard(function)
    scheduler = running().tasks
    me = scheduler.current
    made = resumable(function)
    if me.way != FREE or scheduler.closing or present_way(function, version) >= FREE:
        return made
    scheduler.move(me, made)
    return WAITS


GUARDS[" guard"] = guard
GUARDS[" guarded"] = guarded


def present_way(function: Any, version: Version) -> int:
    """Returns what `way_in_steps` gives, from memory if names mean the same as then."""
    if version.meanings is None:
        return way_in_steps(function, version)
    names = function.__globals__
    for name, meaning in version.meanings:
        if names.get(name) is not meaning:
            return way_in_steps(function, version)
    return version.way


# What the names meant by which a function was found never to wait or not, and which it was.
_calm: dict[int, tuple[CodeType, list[tuple[str, Any]], bool]] = {}


def never_waits(function: Any) -> bool:
    """Tells whether a function is known never to wait when it is called."""
    if type(function) is not FunctionType:
        return type(function) is Keyword
    code, names = function.__code__, function.__globals__
    if not is_lisp_function(function):
        return _is_harmless(function.__name__, function, last=False)
    known = _calm.get(id(code))
    if known is not None:
        for name, meaning in known[1]:
            if names.get(name) is not meaning:
                break
        else:
            return known[2]
    if len(_calm) > MOST_REMEMBERED:
        _calm.clear()
    proof = _Proof(names)
    holds = proof.of(function, may_wait_last=False)
    _calm[id(code)] = (code, list(proof.used.items()), holds)
    return holds


CALM.append(never_waits)
SESSIONS.append(running)


class _Proof:
    """The search through all functions that are called."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.used: dict[str, Any] = {}
        self._seen: set[tuple[CodeType, bool]] = set()

    def never_waits(self, name: str, called: Any) -> bool:
        """Tells whether what a global means never waits when it is called."""
        if is_lisp_function(called):
            return self.of(called, may_wait_last=False)
        return _is_harmless(name, called, last=False)

    def of(self, function: Any, may_wait_last: bool) -> bool:
        """Tells whether a function never waits but, if it may, as its last act."""
        waiting: list[tuple[Any, bool]] = [(function, may_wait_last)]
        while waiting:
            each, may_wait = waiting.pop()
            code = each.__code__
            if (code, may_wait) in self._seen:
                continue
            self._seen.add((code, may_wait))
            if len(self._seen) > MOST_FUNCTIONS or each.__globals__ is not self.names:
                return False
            calls = calls_of(code)
            if calls is None:
                return False
            for group, last in ((calls.between, False), (calls.last, may_wait)):
                for name in group:
                    called = self.names.get(name)
                    self.used[name] = called
                    if is_lisp_function(called):
                        waiting.append((called, last))
                    elif not _is_harmless(name, called, last):
                        return False
        return True


def is_lisp_function(value: Any) -> bool:
    """Tells whether a value is a function that was compiled from Lisp."""
    return type(value) is FunctionType and value.__code__.co_filename.startswith(LISP_FILE_PREFIX)


def _is_harmless(name: str, called: Any, last: bool) -> bool:
    """Tells whether a library function never waits, or only last where that is allowed."""
    if name.startswith(" "):
        # " record 7" is a record type's class.
        return name in HELPERS or name.startswith(" record ")
    if type(called) is FunctionType and called.__code__.co_qualname.startswith("record_"):
        return True  # runtime.py: what makes records, asks for them and takes them apart
    if called is None or LIBRARY.get(name) is not called:
        return False
    waits = waits_of(name)
    return waits is WaitKind.NEVER or (last and waits is WaitKind.LAST)


def waits_of(name: str) -> WaitKind:
    """Returns whether a function of the library waits."""
    entry = ENTRIES.get(name)
    return WaitKind.MAY if entry is None else entry.waits


def starts_none(name: str) -> bool:
    """Tells whether a waiting function of the library starts no tasks."""
    return waits_of(name) in (WaitKind.LAST, WaitKind.BETWEEN)


def calls_of(code: CodeType) -> Calls | None:
    """Returns what a piece of code calls, None if that is not certain."""
    if code not in _calls:
        _calls[code] = _read_calls(code)
    return _calls[code]


def _read_calls(code: CodeType) -> Calls | None:
    """Walks along all ways through a piece of code; at each place the same calls must be open."""
    between: set[str] = set()
    last: set[str] = set()
    steps = instructions(code)
    seen: dict[int, tuple[str, ...]] = {}  # the calls whose arguments are being computed
    for start in steps:
        # What no jump leads to handles an error; then nothing is open any more.
        waiting: list[tuple[int, tuple[str, ...]]] = [] if start in seen else [(start, ())]
        while waiting:
            at, opened = waiting.pop()
            if at in seen:
                if seen[at] != opened:
                    return None
                continue
            seen[at] = opened
            step = steps[at]
            callee = _callee(step, code)
            if callee is not None:
                opened = (*opened, callee)
            elif step.operation in ("CALL", "CALL_KW"):
                if not opened:
                    return None
                *_, callee = opened
                opened = opened[:-1]
                if callee != METHOD:
                    # With handlers around it, not even a call at the end is the last act.
                    is_last = _returns(steps, step.after) and not code.co_exceptiontable
                    (last if is_last else between).add(callee)
            elif step.operation in NOT_UNDERSTOOD:
                return None
            if step.operation not in ENDS:
                waiting += [(each, opened) for each in step.ways()]
            elif opened:
                return None
    return Calls(frozenset(between), frozenset(last))


def _callee(step: Step, code: CodeType) -> str | None:
    """Returns the name of the global that a step makes ready for a call; None if it does not."""
    if step.operation == "LOAD_GLOBAL" and step.argument & 1:
        return code.co_names[step.argument >> 1]
    if step.operation == "LOAD_METHOD":
        return METHOD
    return METHOD if step.operation == "LOAD_ATTR" and step.argument & METHOD_BIT else None


def _returns(steps: dict[int, Step], at: int) -> bool:
    """Tells whether nothing is done from here on but to return the value at hand."""
    while (step := steps[at]).operation == "JUMP_FORWARD" or step.operation in IDLE:
        (at,) = step.ways()
    return step.operation == "RETURN_VALUE"


class Step(NamedTuple):
    """One operation of Python's machine, where the next one stands and where it may jump."""

    operation: str
    argument: int
    after: int
    target: int | None

    def ways(self) -> list[int]:
        """Returns where it can go on."""
        if self.target is None:
            return [self.after]
        return [self.target] if self.operation in LEAPS else [self.after, self.target]


def instructions(code: CodeType) -> dict[int, Step]:
    """Returns a code object's operations by the places that jumps lead to."""
    found: dict[int, Step] = {}
    text = code.co_code
    at = start = extended = 0
    while at < len(text):
        number = text[at]
        argument = extended | text[at + 1]
        at += 2
        if number == EXTENDED:
            extended = argument << 8
            continue
        while at < len(text) and text[at] == CACHE:
            at += 2
        operation = opname[number]
        target = None
        if number in JUMPS:
            target = at - 2 * argument if "BACKWARD" in operation else at + 2 * argument
        found[start] = Step(operation, argument, at, target)
        start, extended = at, 0
    return found
